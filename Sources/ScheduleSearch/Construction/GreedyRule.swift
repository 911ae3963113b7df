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
  /// The least time between two microbatches that enter, as a multiple of what a steady state allows: 0 lets them in as soon
  /// as there is room.
  var pace = 0.0
  /// Whether long microbatches enter first, where they differ; `nil` for the given order.
  var longestFirst: Bool?

  /// As many microbatches at a time as fit whole, and at least one: runs on every problem.
  static let cautious = GreedyRule(
    inFlight: .memory, weightFill: 0, preference: .backward, admission: .byRoute)

  /// The family of rules, best bets first.
  ///
  /// - Parameter severalStages: whether a device hosts several stages.
  /// - Parameter isLimited: whether a device of several stages has a limit of memory.
  /// - Parameter differing: whether microbatches differ in scale.
  static func family(severalStages: Bool, isLimited: Bool, differing: Bool) -> [GreedyRule] {
    var rules: [GreedyRule] = []
    let shares = severalStages && isLimited ? [1, 1.1, 0.9].map(InFlight.memoryByRoundTrip) : []
    for patience in [0, 0.6] {
      for inFlight in [.memory] + shares + [1, 1.34, 1.67, 2, 0.67].map(InFlight.roundTrips) {
        for weightFill in [0.5, 1, 0, -1, .infinity] {
          for preference in [Preference.backward, .alternate, .forward] {
            // Waiting for a backward only makes sense where it would have gone first.
            if patience > 0, preference == .forward { continue }
            rules.append(
              GreedyRule(
                inFlight: inFlight, weightFill: weightFill, preference: preference, patience: patience))
          }
        }
      }
    }
    // What enters in bursts comes back in bursts: where memory is short, others wait for it meanwhile.
    if severalStages, isLimited {
      for pace in [1, 1.06, 1.15, 1.3] {
        for (weightFill, preference) in [(0.5, Preference.backward), (1, .alternate)] {
          rules.append(
            GreedyRule(inFlight: .memory, weightFill: weightFill, preference: preference, pace: pace))
        }
      }
    }
    if severalStages {
      rules = rules.flatMap { rule in
        var other = rule
        other.laterStagesFirst = false
        return [rule, other]
      }
    }
    if differing {
      rules = rules.flatMap { rule in
        [nil, true, false].map { longestFirst in
          var other = rule
          other.longestFirst = longestFirst
          return other
        }
      }
    }
    return rules + [cautious]
  }
}
