/// How an event-driven greedy decides what an idle device does next.
struct GreedyRule: Hashable, Sendable {
  /// How many microbatches may be in flight on a stage.
  enum InFlight: Hashable, Sendable {
    /// As many as memory allows.
    case memory
    /// A multiple of its round trip over the slowest device's `F` and `B`.
    case roundTrips(Double)
    /// As many as a share of the device's memory holds, which its stages have in proportion to their round trips.
    case memoryByRoundTrip(Double)
  }

  /// What goes first when a forward and a backward could both start.
  enum Preference: UInt8, Hashable, Sendable, CaseIterable { case backward, forward, alternate }

  /// How a microbatch is let in.
  enum Admission: Hashable, Sendable {
    /// Each device lets a forward start while its memory lasts and its later stages stay served.
    case byDevice
    /// Microbatches enter in turn, each when every device of its route has memory for all of it: never a deadlock.
    case byRoute
  }

  /// When microbatches enter, where each device lets them in.
  enum Entry: Hashable, Sendable {
    /// As soon as there is room.
    case asRoomAllows
    /// At a pace, as a multiple of the least time between two that a steady state allows.
    case steadily(Double)
    /// As `EntryPlan` says, stretched by a factor; at a pace where there is none.
    case planned(Double)
  }

  var inFlight: InFlight
  /// How much of a `W` must fit before the next known arrival; below 0, `W` goes before `F`; infinite, `W` runs
  /// only for its memory and after everything else.
  var weightFill: Double
  var preference: Preference
  /// Whether later stages of a device go first with forwards; the earlier arrival otherwise.
  var laterStagesFirst = true
  /// How much of a forward's duration a device waits for a backward that is known to arrive.
  var patience = 0.0
  var admission = Admission.byDevice
  var entry = Entry.asRoomAllows
  /// Whether long microbatches enter first, where they differ; `nil` for the given order.
  var longestFirst: Bool?

  /// As many microbatches at a time as fit whole, and at least one: runs on every problem.
  static let cautious = GreedyRule(
    inFlight: .memory, weightFill: 0, preference: .backward, admission: .byRoute)

  /// The family of rules, best bets first: those that differ in few things from what is best most often.
  ///
  /// - Parameter severalStages: whether a device hosts several stages.
  /// - Parameter sharesMemory: whether several stages share a device's memory, which has a limit.
  /// - Parameter differing: whether microbatches differ in scale.
  static func family(severalStages: Bool, sharesMemory: Bool, differing: Bool) -> [GreedyRule] {
    var bets = Bets([
      GreedyRule(inFlight: .memory, weightFill: 0.5, preference: .backward),
      GreedyRule(inFlight: .memory, weightFill: 1, preference: .alternate),
    ])
    bets.vary(\.inFlight, in: sharesMemory ? sharesInFlight : numbersInFlight)
    bets.vary(\.weightFill, in: [[1, 0], [-1, .infinity]])
    bets.vary(\.preference, in: [[.alternate], [.forward]])
    // Waiting for a backward only makes sense where it would have gone first.
    bets.vary(\.patience, in: [[0.6]]) { $0.preference != .forward }
    // What enters in bursts comes back in bursts: where memory is short, others wait for it meanwhile.
    if sharesMemory { bets.vary(\.entry, in: entries, where: \.isPaced) }
    if severalStages { bets.vary(\.laterStagesFirst, in: [[false]]) }
    if differing { bets.vary(\.longestFirst, in: [[true, false]]) }
    return bets.ordered + [cautious]
  }

  /// Numbers in flight beside what memory allows, best bets first.
  private static let numbersInFlight: [[InFlight]] = [
    [.roundTrips(1)], [.roundTrips(1.34)], [.roundTrips(1.67), .roundTrips(2), .roundTrips(0.67)],
  ]
  /// The same where stages share what a device holds.
  private static let sharesInFlight: [[InFlight]] = [
    [.memoryByRoundTrip(1), .roundTrips(1)],
    [.memoryByRoundTrip(1.1), .memoryByRoundTrip(0.9), .roundTrips(1.34)],
    [.roundTrips(1.67), .roundTrips(2), .roundTrips(0.67)],
  ]

  /// When microbatches enter where memory is shared, best bets first.
  private static let entries: [[Entry]] = [
    [.planned(1), .steadily(1), .planned(1.05), .steadily(1.06)],
    [.planned(1.1), .steadily(1.15), .steadily(1.3)],
  ]

  /// Whether microbatches enter by a plan.
  var isPlanned: Bool { if case .planned = entry { true } else { false } }

  /// Whether it is worth a try with entry times of its own.
  private var isPaced: Bool {
    guard inFlight == .memory, patience == 0 else { return false }
    return (weightFill, preference) == (0.5, .backward) || (weightFill, preference) == (1, .alternate)
  }

  /// Rules with the number of steps that lead to each from a best bet.
  private struct Bets {
    private var rules: [(rule: GreedyRule, steps: Int)]

    init(_ best: [GreedyRule]) { rules = best.map { ($0, 0) } }

    /// Each once, those of fewer steps first.
    var ordered: [GreedyRule] {
      var known: Set<GreedyRule> = []
      return rules.indices.sorted { (rules[$0].steps, $0) < (rules[$1].steps, $1) }
        .map { rules[$0].rule }.filter { known.insert($0).inserted }
    }

    /// Adds to the rules what they are with other values of one of their parts.
    ///
    /// - Parameter values: by how many steps lead there, from one on.
    mutating func vary<Value>(
      _ part: WritableKeyPath<GreedyRule, Value>, in values: [[Value]],
      where isWorth: (GreedyRule) -> Bool = { _ in true }
    ) {
      for (rule, steps) in rules where isWorth(rule) {
        for (distance, values) in values.enumerated() {
          for value in values {
            var other = rule
            other[keyPath: part] = value
            rules.append((other, steps + distance + 1))
          }
        }
      }
    }
  }
}
