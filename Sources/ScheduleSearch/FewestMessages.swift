import PipelineModel
import Timeline

/// Among orders of one value and with the same peaks of memory, some with fewer messages between devices in flight.
///
/// A message that is in flight while most are is let leave later, or is needed earlier: its producer or its consumer
/// goes some places along its order. What is never worse in value, memory and messages is kept.
package struct FewestMessages {
  private let problem: Problem
  private let objective: Objective
  /// The value of the best orders, which no change raises; one may lower it.
  package private(set) var value: Double
  /// The peaks that no change may raise.
  private let peaks: [Double]
  private var random: FastRandom
  /// The best orders so far.
  package private(set) var orders: Orders
  /// Their messages.
  package private(set) var messages: MessagesInFlight

  /// So many operations are timed, a second on one core, and so many changes in a row may bring nothing: most of what can
  /// be had comes soon.
  private static let mostTimed = 1_000_000
  private static let mostInVain = 300
  /// A change goes so far at most.
  private static let reach = 8

  /// Begins with timed orders.
  package init(_ timeline: Timeline, objective: Objective, seed: UInt64) {
    problem = timeline.schedule.problem
    self.objective = objective
    value = timeline.value(of: objective)
    peaks = timeline.peakMemory
    orders = timeline.schedule.orders
    messages = timeline.messagesInFlight
    random = FastRandom(seed: seed, chain: 0, for: .messages)
  }

  /// Tries changes until none helps any more, or the deadline passes.
  package mutating func run(until deadline: Deadline) {
    var inVain = 0
    var left = Self.mostTimed / max(1, orders.operations.count)
    while left > 0, inVain < Self.mostInVain, messages.most > 0, !deadline.hasPassed {
      left -= 1
      inVain = tryChange() ? 0 : inVain + 1
    }
  }

  /// Tries a change at random; tells whether it helped. One that makes no difference is kept, too: others may follow.
  private mutating func tryChange() -> Bool {
    let crowded = messages.messages.filter(messages.isCrowded)
    guard !crowded.isEmpty else { return false }
    let message = crowded[random.index(below: crowded.count)]
    let step = 1 + random.index(below: Self.reach)
    let changed =
      random.next() & 1 == 0
      ? orders.moving(message.producer, by: step) : orders.moving(message.consumer, by: -step)
    guard let changed, let timeline = Timeline(ifItRuns: Schedule(problem: problem, orders: changed)),
      timeline.fitsMemory
    else { return false }
    let changedValue = timeline.value(of: objective)
    guard changedValue <= value,
      zip(timeline.peakMemory, peaks).allSatisfy({ $0 <= $1 })
    else { return false }
    let found = timeline.messagesInFlight
    guard !messages.areFewer(than: found) else { return false }
    let helps = found.areFewer(than: messages)
    (orders, messages, value) = (changed, found, changedValue)
    return helps
  }
}

extension Orders {
  /// The same orders with one operation some places later, or earlier, in the order of its device; `nil` where that
  /// would leave the order, part a pair or pass an operation of the same kind and stage.
  fileprivate func moving(_ position: Int, by step: Int) -> Orders? {
    let target = position + step
    guard range(of: device(at: position)).contains(target) else { return nil }
    let passed = min(position, target)...max(position, target)
    let own = operations[position]
    let keepsTurn = passed.allSatisfy { other in
      other == position || operations[other].kind != own.kind || operations[other].stage != own.stage
    }
    let keepsPairs = pairs.allSatisfy { !passed.contains($0) && !passed.contains($0 + 1) }
    guard keepsTurn, keepsPairs else { return nil }
    var moved = operations
    moved.insert(moved.remove(at: position), at: target)
    return Orders(operations: moved, bounds: bounds, pairs: pairs)
  }
}
