import PipelineModel
import Timeline

/// Simulated annealing over the blocks of orders: operations and overlapped pairs, timed afresh after every move.
final class PairedChain {
  typealias Block = PairedModel.Block

  /// Orders with their value, in grid steps.
  struct Candidate {
    var orders: [[Block]]
    var value: Double
  }

  private let model: PairedModel
  private let objective: Objective
  private let busy: [Int]
  /// Whether a single move takes so long that the clock is looked at after each.
  private var isLarge: Bool { model.bounds[model.bounds.count - 1] > 20_000 }
  private var kernel: TimingKernel
  private var random: FastRandom
  private var cooling: BlockCooling
  private var current: Candidate
  /// The best orders so far.
  private(set) var best: Candidate
  /// The moves tried.
  private(set) var moves = 0

  /// Begins with orders that can run and fit.
  init(_ model: PairedModel, objective: Objective, start: [[Block]], seed: UInt64) {
    self.model = model
    self.objective = objective
    busy = start.indices.filter { !start[$0].isEmpty }
    random = FastRandom(seed: seed)
    let codes = [LoweredOrders.Code](
      repeating: LoweredOrders.Code(end: 0, row: 0), count: model.bounds[model.bounds.count - 1])
    kernel = TimingKernel(
      LoweredOrders(table: model.table, rows: model.pairRows, codes: codes, bounds: model.bounds))
    cooling = BlockCooling(unit: model.meanDuration, count: codes.count)
    current = Candidate(orders: start, value: .infinity)
    best = current
    restart(from: start)
  }

  /// Goes on from other orders.
  func restart(from orders: [[Block]]) {
    current.orders = orders
    for device in busy { write(device, from: 0) }
    current.value = value(below: .infinity) ?? .infinity
    if current.value < best.value { best = current }
  }

  /// Tries moves until so many were tried, the deadline has passed or the floor is met.
  func improve(moves count: Int, floor: Double, deadline: Deadline) {
    let last = moves + count
    while moves < last, best.value > floor * (1 + 1e-9), !deadline.hasPassed {
      let batch = min(isLarge ? 1 : 128, last - moves)
      for _ in 0..<batch { tryMove() }
      moves += batch
      if cooling.advance(by: batch) { restart(from: best.orders) }
    }
  }

  private func tryMove() {
    let device = busy[random.index(below: busy.count)]
    let before = current.orders[device]
    guard let first = change(&current.orders[device]) else { return }
    let threshold = current.value * (1 + 1e-12) + cooling.temperature * random.exponential()
    if model.fits(current.orders[device], on: device) {
      write(device, from: first)
      if let value = value(below: threshold) {
        current.value = value
        if value < best.value * (1 - 1e-12) { best = current }
        return
      }
      current.orders[device] = before
      write(device, from: first)
    } else {
      current.orders[device] = before
    }
  }

  /// The value of the orders that stand in the kernel; `nil` where they cannot run or are above the threshold.
  private func value(below threshold: Double) -> Double? {
    guard kernel.run() else { return nil }
    if objective == .makespan {
      let makespan = busy.reduce(0) { max($0, kernel.clocks[$1] + model.optimizerSteps[$1]) }
      return makespan <= threshold ? makespan : nil
    }
    let period = kernel.period(lowerBound: 0, optimizerSteps: model.optimizerSteps)
    return period <= threshold ? period : nil
  }

  /// Writes a order's codes from one of its blocks on.
  private func write(_ device: Int, from first: Int) {
    var position = model.bounds[device]
    let order = current.orders[device]
    for index in order.indices {
      // Blocks before the first one stand in the kernel already.
      position +=
        index < first ? order[index].codeCount : model.write(order[index], to: kernel.codes, at: position)
    }
  }
}

extension PairedChain {
  /// How far from an operation a partner is looked for, in blocks.
  private static let reach = 8

  /// Changes a order at random and returns the first block that is another; `nil` where the change is none.
  private func change(_ order: inout [Block]) -> Int? {
    let index = random.index(below: order.count)
    let choice = random.index(below: 8)
    switch order[index].kind {
    case .pair where choice < 3: return part(&order, at: index)
    case .forward where choice < 4 && model.mayPair: return join(&order, at: index)
    case .backward where choice == 0 && model.maySplit: return split(&order, at: index)
    case .backwardInput where choice < 2 && model.mayFuse: return fuse(&order, at: index)
    default: return shift(&order, at: index)
    }
  }

  /// Moves a block some places earlier or later.
  private func shift(_ order: inout [Block], at index: Int) -> Int? {
    let most = random.next() & 3 == 0 ? 16 : 4
    let step = random.next() & 1 == 0 ? 1 : -1
    let target = index + step * (1 + random.index(below: most))
    guard order.indices.contains(target) else { return nil }
    let block = order.remove(at: index)
    order.insert(block, at: target)
    return min(index, target)
  }

  /// Joins an `F` with a `BW` nearby, where the one or the other stands.
  private func join(_ order: inout [Block], at index: Int) -> Int? {
    let other = index + random.index(below: 2 * Self.reach + 1) - Self.reach
    guard order.indices.contains(other), order[other].kind == .backward else { return nil }
    let (forward, backward) = (order[index].slot, order[other].slot)
    guard model.microbatch[Int(forward)] != model.microbatch[Int(backward)] else { return nil }
    let (kept, removed) = random.next() & 1 == 0 ? (index, other) : (other, index)
    order[kept] = Block(kind: .pair, slot: forward, backward: backward)
    order.remove(at: removed)
    return min(index, other)
  }

  /// Parts a pair, in either order.
  private func part(_ order: inout [Block], at index: Int) -> Int? {
    let forward = Block(kind: .forward, slot: order[index].slot)
    let backward = Block(kind: .backward, slot: order[index].backward)
    let isForwardFirst = random.next() & 1 == 0
    order[index] = isForwardFirst ? forward : backward
    order.insert(isForwardFirst ? backward : forward, at: index + 1)
    return index
  }

  /// Takes a `BW` apart, its `W` some places later.
  private func split(_ order: inout [Block], at index: Int) -> Int? {
    let slot = order[index].slot
    order[index] = Block(kind: .backwardInput, slot: slot)
    let place = min(order.count, index + 1 + random.index(below: Self.reach))
    order.insert(Block(kind: .backwardWeight, slot: slot), at: place)
    return index
  }

  /// Puts a `B` and its `W` together, where the one or the other stands.
  private func fuse(_ order: inout [Block], at index: Int) -> Int? {
    let weight = Block(kind: .backwardWeight, slot: order[index].slot)
    guard let place = order[index...].firstIndex(of: weight) else { return nil }
    let (kept, removed) = random.next() & 1 == 0 ? (index, place) : (place, index)
    order[kept] = Block(kind: .backward, slot: weight.slot)
    order.remove(at: removed)
    return index
  }
}

extension PairedModel.Block {
  /// How many codes the block takes.
  @inline(__always)
  fileprivate var codeCount: Int { kind == .pair ? 3 : kind == .backward ? 2 : 1 }
}

/// Temperatures of cycles that take turns, hot to cold, longer and longer.
private struct BlockCooling {
  private static let heats = [0.1, 0.5, 0.03]
  private let unit: Double
  private var length: Int
  private var done = 0
  private var cycle = 0

  init(unit: Double, count: Int) {
    self.unit = unit
    length = 200 * count + 20_000
  }

  var temperature: Double {
    let left = 1 - Double(done) / Double(length)
    return unit * (Self.heats[cycle % Self.heats.count] * left * left + 0.001)
  }

  /// Counts moves; tells whether the cycle is over.
  mutating func advance(by count: Int) -> Bool {
    done += count
    guard done >= length else { return false }
    done = 0
    cycle += 1
    if cycle % Self.heats.count == 0 { length *= 2 }
    return true
  }
}
