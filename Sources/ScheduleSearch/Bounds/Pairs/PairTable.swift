import OperationGraph
import PipelineModel

/// What overlapped pairs cost, device by device, for bounds in which they are steps of their own.
struct PairTable {
  /// Per operation the least time from its start to its output, alone or in a pair, and the gap that follows alone.
  let least: FlatArray<Double>
  /// Per device; `nil` where it has no graph.
  let devices: [PairSteps?]

  /// Tabulates the pairs of all graphs. O(pairs of operations of every device).
  ///
  /// - Precondition: the table keeps pairs as steps.
  init(_ relaxation: Relaxation<PrefixGraph>) {
    let table = relaxation.table
    let least = table.duration.copy()
    let costs = PairCosts(table)
    costs.shorten(least)
    self.least = least
    devices = relaxation.graphs.enumerated().map { device, graph in
      graph.map { PairSteps($0.shape, of: device, costs, least: least) }
    }
  }
}

/// The time that two operations take together.
struct PairCosts {
  let table: OperationTable
  private let factors: [Double]

  init(_ table: OperationTable) {
    self.table = table
    let problem = table.problem
    factors = (0..<problem.stageCount).map { problem.overlap?.forwardBackward[Stage.ID($0)] ?? 1 }
  }

  /// What an operation takes of its device, alone and without the gap behind it; of a `B` its `W` as well.
  func work(of operation: Int) -> Double {
    let own = table.duration[operation] - table.gap[operation]
    guard table.facts[operation].contains(.hasWeight) else { return own }
    let weight = table.weight(of: operation)
    return own + table.duration[weight] - table.gap[weight]
  }

  /// The factor of pairs with an operation.
  func factor(of operation: Int) -> Double { factors[table.operation(operation).stage.index] }

  /// The time of a pair, by what its parts take.
  func together(_ forward: (work: Double, factor: Double), _ backward: (work: Double, factor: Double)) -> Double {
    table.grid.steps(forward.work + backward.work, timesMultiple: max(forward.factor, backward.factor))
  }

  /// Lowers the durations of operations that some pair on their device ends sooner.
  func shorten(_ least: FlatArray<Double>) {
    for device in table.activeDevices {
      let range = table.range(of: device)
      let forwards = parts(range.filter { table.pass[$0] == .forward })
      let backwards = parts(range.filter { table.pass[$0] == .backward && table.isWhole($0) })
      for forward in forwards.keys {
        for backward in backwards.keys {
          let time = together((forward.work, forward.factor), (backward.work, backward.factor))
          for operation in (forwards[forward] ?? []) + (backwards[backward] ?? []) {
            least[operation] = min(least[operation], time + table.gap[operation])
          }
        }
      }
    }
  }

  private struct Part: Hashable {
    var work: Double
    var factor: Double
  }

  private func parts(_ operations: [Int]) -> [Part: [Int]] {
    Dictionary(grouping: operations) { Part(work: work(of: $0), factor: factor(of: $0)) }
  }
}
