import PipelineModel
import Timeline

/// Times orders of blocks afresh after every change, with the kernel that knows every feature of problems.
struct SweepingTimer: ~Copyable {
  typealias Block = BlockModel.Block

  private let model: BlockModel
  private let objective: Objective
  /// The devices that have operations.
  let busy: [Int]
  private var kernel: TimingKernel
  private let steps: [Double]
  /// The blocks with the first `F` and the last backward pass of each stage in the order that is being written.
  private var firsts: [Int]
  private var lasts: [Int]

  /// Makes room for a model's orders; they are written afterwards.
  init(_ model: BlockModel, objective: Objective) {
    self.model = model
    self.objective = objective
    busy = (0..<model.bounds.count - 1).filter { model.bounds[$0] < model.bounds[$0 + 1] }
    let codes = [LoweredOrders.Code](
      repeating: LoweredOrders.Code(end: 0, row: 0), count: model.bounds[model.bounds.count - 1])
    kernel = TimingKernel(
      LoweredOrders(
        problem: model.lowered, variants: model.variants, codes: codes, bounds: model.bounds,
        hasPairs: model.mayPair))
    steps = model.lowered.end.stepsOfMakespan(
      isActive: (0..<model.bounds.count - 1).map { model.bounds[$0] < model.bounds[$0 + 1] })
    firsts = Array(repeating: -1, count: model.problem.stageCount)
    lasts = firsts
  }

  /// Writes a device's order from one of its blocks on; those before it stand in the kernel already.
  mutating func write(_ order: [Block], on device: Int, from first: Int) {
    if model.hasEnds { findEnds(of: order) }
    var position = model.bounds[device]
    for index in order.indices {
      let isWritten = index < first && !model.hasEnds
      position +=
        isWritten
        ? order[index].codeCount
        : model.write(order[index], at: place(of: index, in: order), to: kernel.codes, position: position)
    }
  }

  /// Where a block stands among the others of its stages.
  @inline(__always)
  private func place(of index: Int, in order: [Block]) -> BlockModel.Place {
    guard model.hasEnds else { return [] }
    var place: BlockModel.Place = []
    let block = order[index]
    let stage = Int(model.stage[Int(block.slot)])
    if firsts[stage] == index { place.insert(.first) }
    let other = block.kind == .pair ? Int(model.stage[Int(block.backward)]) : stage
    if lasts[other] == index { place.insert(.last) }
    return place
  }

  private mutating func findEnds(of order: [Block]) {
    for index in order.indices {
      let stage = Int(model.stage[Int(order[index].slot)])
      firsts[stage] = -1
    }
    for index in order.indices {
      let block = order[index]
      let stage = Int(model.stage[Int(block.slot)])
      switch block.kind {
      case .forward: if firsts[stage] < 0 { firsts[stage] = index }
      case .backwardInput, .backward: lasts[stage] = index
      case .pair:
        if firsts[stage] < 0 { firsts[stage] = index }
        lasts[Int(model.stage[Int(block.backward)])] = index
      case .backwardWeight: break
      }
    }
  }

  /// The value of the orders that were written, in grid steps; `nil` where they cannot run.
  mutating func value() -> Double? {
    objective.value(in: &kernel, busy: busy, end: model.lowered.end, stepsOfMakespan: steps)
  }
}
