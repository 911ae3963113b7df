import PipelineModel

/// Which operations run together: the two of a proper pair, where the problem says what pairs gain.
struct PairedStarts {
  /// Whether each operation runs together with the next one.
  private let opensPair: [Bool]
  /// Where the pairs begin, ascending.
  let firsts: [Int]

  /// Looks at every mark. O(operations).
  init(of schedule: Schedule) {
    let (problem, orders) = (schedule.problem, schedule.orders)
    var opensPair = [Bool](repeating: false, count: orders.operations.count)
    var firsts: [Int] = []
    if problem.overlap != nil {
      firsts = orders.pairs.filter { position in
        orders.isProperPair(at: position)
          && orders.operations[position...position + 1].allSatisfy {
            problem.stages.indices.contains($0.stage.index)
          }
      }
    }
    for position in firsts { opensPair[position] = true }
    self.opensPair = opensPair
    self.firsts = firsts
  }

  /// The positions of the operations that run together with the one at a position, itself included. O(1).
  func together(_ position: Int) -> ClosedRange<Int> {
    if opensPair[position] { return position...position + 1 }
    return position > 0 && opensPair[position - 1] ? position - 1...position : position...position
  }
}
