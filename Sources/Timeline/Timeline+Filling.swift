import PipelineModel

extension Timeline {
  /// The share of the time that compute streams have without tasks which tasks fill; `nil` where none runs there.
  /// O(operations).
  public var filledBubble: Double? {
    guard let layout = schedule.problem.layout else { return nil }
    let computing = schedule.problem.computeDevices
    let positions = 0..<lowered.bounds[computing.count]
    let filled = positions.reduce(0.0) { sum, position in
      guard case .task? = layout.work(of: schedule.orders.operations[position])?.work else { return sum }
      return sum + lowered.rows[Int(lowered.codes[position].row)].duration
    }
    guard filled > 0 else { return nil }
    let idle = Double(computing.count) * makespanSteps - workSteps[computing].reduce(0, +) + filled
    return filled / idle
  }
}
