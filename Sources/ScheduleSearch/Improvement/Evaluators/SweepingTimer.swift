import OperationGraph
import PipelineModel
import Timeline

/// Times orders of blocks afresh after every change, with the kernel that knows every feature of problems.
struct SweepingTimer: BlockTimer, ~Copyable {
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
    kernel = TimingKernel(model.emptyOrders)
    steps = model.lowered.end.stepsOfMakespan(
      isActive: (0..<model.bounds.count - 1).map { model.bounds[$0] < model.bounds[$0 + 1] })
    firsts = Array(repeating: -1, count: model.problem.stageCount)
    lasts = firsts
  }

  /// The codes of the orders that were written.
  var codes: KernelMemory<LoweredOrders.Code> { kernel.codes }

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

  /// The value of the orders that were written, in grid steps; `nil` where it is above a limit, or they cannot run.
  mutating func value(atMost limit: Double = .infinity) -> Double? {
    objective.value(in: &kernel, busy: busy, end: model.lowered.end, stepsOfMakespan: steps)
      .flatMap { $0 <= limit ? $0 : nil }
  }
}

extension BlockModel {
  /// Orders with room for every operation, which does nothing yet.
  var emptyOrders: LoweredOrders {
    let idle = LoweredOrders.Code(end: 0, row: Int32(variants.rows.count - 1))
    return LoweredOrders(
      problem: lowered, variants: variants,
      codes: Array(repeating: idle, count: bounds[bounds.count - 1]), bounds: bounds, hasPairs: mayPair)
  }
}
