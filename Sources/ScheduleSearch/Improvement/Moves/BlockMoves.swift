import PipelineModel
import Timeline

/// Moves of blocks, operations and overlapped pairs, whatever times them.
struct BlockMoves<Timer: BlockTimer & ~Copyable>: Neighbourhood, ~Copyable {
  typealias Block = BlockModel.Block

  private let model: BlockModel
  private let change: BlockChange
  private(set) var timer: Timer
  private let exchange: MicrobatchExchange?
  /// `nil` where microbatches are whole.
  private var pieceRule: PieceRule?
  /// The mean duration of an operation, in which heat is measured.
  private let unit: Double
  /// The blocks of every device.
  private(set) var plan: [[Block]]
  private(set) var score = Score.none

  /// Begins with a timer of a model's orders; they are loaded afterwards.
  init(_ model: BlockModel, timer: consuming Timer) {
    self.model = model
    change = BlockChange(model: model)
    self.timer = timer
    pieceRule = PieceRule(model)
    // Any move times everything afresh.
    exchange = MicrobatchExchange(model.problem, cost: 8)
    unit = model.meanDuration
    plan = Array(repeating: [], count: model.bounds.count - 1)
  }

  mutating func start(from candidate: Candidate<[[Block]]>) -> Bool {
    plan = candidate.plan
    for device in timer.busy {
      guard isAllowed(plan[device], on: device) else { return false }
      timer.write(plan[device], on: device, from: 0)
    }
    guard let value = timer.value(atMost: .infinity) else { return false }
    score = Score(value: value)
    return true
  }

  mutating func tryMove(heat: Double, random: inout FastRandom) -> Bool {
    if let exchange, exchange.isDue(&random) { return tryExchange(exchange, heat: heat, &random) }
    let device = timer.busy[random.index(below: timer.busy.count)]
    let before = plan[device]
    guard let first = change.apply(to: &plan[device], &random) else { return false }
    let threshold = score.value * (1 + 1e-12) + unit * heat * random.exponential()
    guard isAllowed(plan[device], on: device) else {
      plan[device] = before
      return false
    }
    timer.write(plan[device], on: device, from: first)
    if let value = timer.value(atMost: threshold) {
      score.value = value
      return true
    }
    plan[device] = before
    timer.write(before, on: device, from: first)
    return false
  }

  private mutating func tryExchange(
    _ exchange: MicrobatchExchange, heat: Double, _ random: inout FastRandom
  ) -> Bool {
    let before = plan
    let pair = exchange.draw(&random)
    let threshold = score.value * (1 + 1e-12) + unit * heat * random.exponential()
    let exchanged = plan.compactMap { exchanging(pair, in: $0) }
    if exchanged.count == plan.count, timer.busy.allSatisfy({ isAllowed(exchanged[$0], on: $0) }) {
      plan = exchanged
      for device in timer.busy { timer.write(plan[device], on: device, from: 0) }
      if let value = timer.value(atMost: threshold) {
        score.value = value
        return true
      }
    }
    plan = before
    for device in timer.busy { timer.write(plan[device], on: device, from: 0) }
    return false
  }

  /// A device's order in which two microbatches have changed places, in pairs as outside; `nil` where a pair would then
  /// hold something else than an `F` and a `BW`.
  private func exchanging(_ pair: (Int32, Int32), in order: [Block]) -> [Block]? {
    let parts = order.flatMap(\.parts)
    let exchanged = MicrobatchExchange.exchanging(pair, in: parts) { model.microbatch[Int($0.slot)] }
    var result: [Block] = []
    var next = 0
    for block in order {
      let part = exchanged[next]
      next += 1
      guard block.kind == .pair else {
        result.append(part)
        continue
      }
      guard part.kind == .forward, exchanged[next].kind == .backward else { return nil }
      result.append(Block(kind: .pair, slot: part.slot, backward: exchanged[next].slot))
      next += 1
    }
    return result
  }

  /// Whether an order stays within its device's memory and keeps pieces in order.
  private mutating func isAllowed(_ order: [Block], on device: Int) -> Bool {
    model.fits(order, on: device) && pieceRule?.allows(order) ?? true
  }
}

extension BlockModel.Block {
  /// A pair's `F` and `BW`, or the block itself.
  fileprivate var parts: [BlockModel.Block] {
    guard kind == .pair else { return [self] }
    return [
      BlockModel.Block(kind: .forward, slot: slot), BlockModel.Block(kind: .backward, slot: backward),
    ]
  }
}
