import PipelineModel

/// The time that two operations take together.
struct PairCosts {
  /// What an operation takes of its device, in grid steps.
  struct Part: Hashable {
    /// Alone, with the gap behind it.
    var duration: Double
    var gap: Double
    /// Without gaps, of a `B` its `W` as well.
    var work: Double
    /// The gap behind all of that.
    var gapOfWhole: Double
    /// The factor of its pairs.
    var factor: Double
  }

  private let table: OperationTable
  private let factors: [Double]

  init(_ table: OperationTable) {
    self.table = table
    let problem = table.problem
    factors = (0..<problem.stageCount).map { problem.overlap?.forwardBackward[Stage.ID($0)] ?? 1 }
  }

  /// What an operation takes. O(classes + steps).
  func part(of operation: Int) -> Part {
    let (duration, gap) = (table.duration[operation], table.gap[operation])
    var part = Part(
      duration: duration, gap: gap, work: duration - gap, gapOfWhole: gap,
      factor: factors[table.operation(operation).stage.index])
    if table.facts[operation].contains(.hasWeight) {
      let weight = table.weight(of: operation)
      part.work += table.duration[weight] - table.gap[weight]
      part.gapOfWhole = table.gap[weight]
    }
    return part
  }

  /// The least that any of some operations takes. Their gaps are equal, being those behind one kind on one device.
  func leastPart(of operations: [Int]) -> Part? {
    guard let first = operations.first else { return nil }
    return operations.dropFirst().map(part).reduce(into: part(of: first)) { least, part in
      least.duration = min(least.duration, part.duration)
      least.work = min(least.work, part.work)
      least.factor = min(least.factor, part.factor)
    }
  }

  /// The time of a pair, without a gap behind it.
  func together(_ forward: Part, _ backward: Part) -> Double {
    table.grid.steps(forward.work + backward.work, timesMultiple: max(forward.factor, backward.factor))
  }

  /// Lowers the durations of operations that some pair on their device ends sooner.
  func shorten(_ least: FlatArray<Double>) {
    for device in table.activeDevices {
      let range = table.range(of: device)
      let forwards = Dictionary(grouping: range.filter { table.pass[$0] == .forward }) { part(of: $0) }
      let backwards = Dictionary(
        grouping: range.filter { table.pass[$0] == .backward && table.isWhole($0) }
      ) { part(of: $0) }
      for (forward, own) in forwards {
        for (backward, others) in backwards {
          let time = together(forward, backward)
          for operation in own { least[operation] = min(least[operation], time + forward.gap) }
          for operation in others { least[operation] = min(least[operation], time + backward.gap) }
        }
      }
    }
  }
}
