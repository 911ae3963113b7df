/// What an idle device does next of the work that has arrived.
struct DispatchRule: Hashable, Sendable {
  /// Which kind of work goes first; the head stands between the two.
  enum Preference: Hashable, Sendable { case none, backward, forward }

  var preference: Preference
  /// Whether the longest way left goes first among work of one kind; the earliest arrival otherwise.
  var longestFirst: Bool

  static let all: [DispatchRule] = [false, true].flatMap { longestFirst in
    [Preference.none, .backward, .forward].map { DispatchRule(preference: $0, longestFirst: longestFirst) }
  }
}
