import PipelineModel
import Timeline

/// Times orders of blocks afresh after every change, with the kernel that knows every feature of problems.
struct SweepingTimer: ~Copyable {
  typealias Block = PairedModel.Block

  private let model: PairedModel
  private let objective: Objective
  /// The devices that have operations.
  let busy: [Int]
  private var kernel: TimingKernel

  /// Makes room for a model's orders; they are written afterwards.
  init(_ model: PairedModel, objective: Objective) {
    self.model = model
    self.objective = objective
    busy = (0..<model.bounds.count - 1).filter { model.bounds[$0] < model.bounds[$0 + 1] }
    let codes = [LoweredOrders.Code](
      repeating: LoweredOrders.Code(end: 0, row: 0), count: model.bounds[model.bounds.count - 1])
    kernel = TimingKernel(
      LoweredOrders(table: model.table, rows: model.pairRows, codes: codes, bounds: model.bounds))
  }

  /// Writes a device's order from one of its blocks on; those before it stand in the kernel already.
  func write(_ order: [Block], on device: Int, from first: Int) {
    var position = model.bounds[device]
    for index in order.indices {
      position +=
        index < first ? order[index].codeCount : model.write(order[index], to: kernel.codes, at: position)
    }
  }

  /// The value of the orders that were written, in grid steps; `nil` where they cannot run.
  mutating func value() -> Double? {
    objective.value(in: &kernel, busy: busy, optimizerSteps: model.optimizerSteps)
  }
}

extension PairedModel.Block {
  /// How many codes the block takes.
  @inline(__always)
  fileprivate var codeCount: Int { kind == .pair ? 3 : kind == .backward ? 2 : 1 }
}
