import OperationGraph
import PipelineModel

/// Follows orders and counts what has read each output that several operations read: it is held until all of them have
/// run.
struct OutputReaders {
  private let lowered: LoweredProblem
  /// How many readers have run, by output.
  private var done: [Int32]
  /// Whether there are such outputs.
  var isNeeded: Bool { !done.isEmpty }

  init(_ lowered: LoweredProblem) {
    self.lowered = lowered
    done = Array(repeating: 0, count: lowered.sharedOutputs.outputs.count)
  }

  /// What to add to the memory held after an operation whose row may release an output too early, or that is the last of
  /// its readers and no row says so.
  mutating func correction(after code: LoweredOrders.Code, _ traits: [RowTraits]) -> Double {
    let row = traits[Int(code.row)]
    let microbatch = Microbatch.ID(lowered.visit(ofEnd: code.end).microbatch)
    return row.kind.traits.parts.reduce(0) {
      $0 + correction(after: Operation($1, stage: row.visit.stage, microbatch: microbatch))
    }
  }

  private mutating func correction(after operation: Operation) -> Double {
    var correction = 0.0
    for number in lowered.sharedOutputs.outputs(readBy: operation).map({ Int($0) }) {
      let output = lowered.sharedOutputs.outputs[number]
      done[number] += 1
      let isTold = output.toldBy == operation
      let isLast = done[number] == output.readerCount
      if isTold, !isLast { correction += output.amount }
      if isLast, !isTold { correction -= output.amount }
    }
    return correction
  }
}
