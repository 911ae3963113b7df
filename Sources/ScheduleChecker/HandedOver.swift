import PipelineModel

/// What one operation waits for that the iteration before hands over.
struct HandedOver {
  /// The position of what waits.
  let consumer: Int
  /// The positions of what is waited for, with how long what they make is on its way.
  let producers: [(position: Int, delay: Double)]

  /// Looks up all that is handed over. O(operations + arcs).
  static func all(
    in schedule: Schedule, coverage: Coverage, visits: VisitNumbers, devices: [Int32]
  ) -> [HandedOver] {
    guard let needs = PrecedenceNeeds(schedule.problem.handovers, visits: visits) else { return [] }
    let times = MessageTimes(of: schedule.problem)
    return schedule.orders.operations.enumerated().compactMap { position, operation in
      guard coverage.visits[position] >= 0 else { return nil }
      let producers = needs.needs(of: operation).compactMap {
        part, visit -> (position: Int, delay: Double)? in
        let producer = Int(coverage.doer(of: part, visit: visit))
        guard producer >= 0 else { return nil }
        let delay = times.arrival(
          from: Device.ID(rawValue: devices[producer]), to: Device.ID(rawValue: devices[position]))
        return (producer, delay)
      }
      return producers.isEmpty ? nil : HandedOver(consumer: position, producers: producers)
    }
  }
}
