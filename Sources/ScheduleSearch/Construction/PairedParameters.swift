/// What a dispatcher of pairs goes by, lane by lane and device by device: a lane is a visit, whatever the microbatch.
struct PairedParameters: Equatable, Sendable {
  /// The most microbatches in flight on each lane.
  var inFlight: [Int32]
  /// Of several lanes whose `F` could start at once the highest goes first, and with backward passes the lowest.
  var priority: [Int32]
  /// So many backward passes of each device, before all others and behind them, are in no pair.
  var warmUp: [Int32]
  var coolDown: [Int32]
  /// How long one part of a pair waits for the other, in quarters of the mean duration.
  var patience: Int32
  /// How much of a `W` must fit before the next known arrival, in eighths.
  var weightFill: Int32
  /// How much later than an `F` a backward pass may start and still go first, in quarters of the mean duration; below 0
  /// it has to start sooner.
  var backwardLead: Int32
  /// Whether backward passes outside pairs are whole.
  var isWhole: Bool
}

/// How all lanes and devices choose alike.
struct PairedRule: Hashable {
  /// Microbatches in flight on a visit, as a multiple of the visits from there to the route's end.
  var inFlight: Double
  /// Added to the microbatches in flight.
  var extra: Int
  /// How long one part of a pair waits for the other, in quarters of the mean duration.
  var patience: Int32
  /// The backward passes in no pair at either end of a device's order, as a multiple of the visits from there to the
  /// route's end.
  var atEnds: Double
  /// Whether later visits of a route go first with `F`.
  var laterFirst = false
  /// Whether a backward pass goes before an `F` that could start as soon.
  var backwardFirst = true
  /// Whether backward passes outside pairs are whole.
  var isWhole: Bool

  /// As many in flight as the way has visits, and pairs wherever both parts can run.
  static let plain = PairedRule(inFlight: 1, extra: 1, patience: 4, atEnds: 0, isWhole: true)

  /// The rules, best bets first.
  static func all(backward: SearchOptions.Backward) -> [PairedRule] {
    var rules: [PairedRule] = []
    for laterFirst in [false, true] {
      for backwardFirst in [true, false] {
        for inFlight in [1, 1.5, 2, 3, .infinity] {
          for extra in inFlight.isFinite ? [1, 0, 2] : [0] {
            for atEnds in [0, 0.5, 1, .infinity] {
              for patience: Int32 in [4, 0, 2, 8] {
                for isWhole in backward == .fused ? [true] : [false, true] {
                  rules.append(
                    PairedRule(
                      inFlight: inFlight, extra: extra, patience: patience, atEnds: atEnds,
                      laterFirst: laterFirst, backwardFirst: backwardFirst, isWhole: isWhole))
                }
              }
            }
          }
        }
      }
    }
    return rules
  }
}
