/// How an event-driven greedy decides what an idle device does next.
struct GreedyRule: Hashable, Sendable {
  /// What goes first when a forward and a backward could both start.
  enum Preference: Hashable, Sendable { case backward, forward, alternate }

  /// How a microbatch is let in.
  enum Admission: Hashable, Sendable {
    /// Each device lets a forward start while its memory lasts and its later stages stay served.
    case byDevice
    /// Microbatches enter in turn, each when every device of its route has memory for all of it: never a deadlock.
    case byRoute
  }

  /// Microbatches in flight on a stage, as a multiple of its round trip over the slowest device's `F` and `B`.
  var warmUp: Double
  /// How much of a `W` must fit before the next known arrival; below 0, `W` goes before `F`; infinite, `W` runs
  /// only for its memory and after everything else.
  var weightFill: Double
  var preference: Preference
  /// Whether later stages of a device go first with forwards; the earlier arrival otherwise.
  var laterStagesFirst = true
  /// How much of a forward's duration a device waits for a backward that is known to arrive.
  var patience = 0.0
  var admission = Admission.byDevice
  /// Whether long microbatches enter first, where they differ; `nil` for the given order.
  var longestFirst: Bool?
  /// Added to the microbatches in flight on every lane; empty for none.
  var moreInFlight: [Int8] = []

  /// As many microbatches at a time as fit whole, and at least one: runs on every problem.
  static let cautious = GreedyRule(
    warmUp: .infinity, weightFill: 0, preference: .backward, admission: .byRoute)

  /// The family of rules, best bets first.
  ///
  /// - Parameter severalStages: whether a device hosts several stages.
  /// - Parameter differing: whether microbatches differ in scale.
  static func family(severalStages: Bool, differing: Bool) -> [GreedyRule] {
    var rules: [GreedyRule] = []
    for patience in [0, 0.6] {
      for warmUp in [Double.infinity, 1, 1.34, 1.67, 2, 0.67] {
        for weightFill in [0.5, 1, 0, -1, .infinity] {
          for preference in [Preference.backward, .alternate, .forward] {
            // Waiting for a backward only makes sense where it would have gone first.
            if patience > 0, preference == .forward { continue }
            rules.append(
              GreedyRule(
                warmUp: warmUp, weightFill: weightFill, preference: preference, patience: patience))
          }
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
