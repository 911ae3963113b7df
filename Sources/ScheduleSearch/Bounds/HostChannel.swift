import PipelineModel

/// What one device sends to its host and fetches back: each way, one transfer at a time.
struct HostChannel {
  /// How long the transfers of one direction take, before the first of which there is the head, and behind the last of
  /// which the tail.
  typealias Least = (head: Double, transfers: Double, tail: Double)

  private var transfers = 0.0
  /// The least over all visits: from the start of the schedule, or of the device, to the end of `F`, and the same to the
  /// end of the transfer to the host; from the arrival of what came back to the end of the schedule, or to that of the
  /// device's own last operation, and the same from the start of that transfer.
  private var heads = (sent: Double.infinity, fetched: Double.infinity)
  private var ownHeads = (sent: Double.infinity, fetched: Double.infinity)
  private var tails = (sent: Double.infinity, fetched: Double.infinity)
  private var ownTails = (sent: Double.infinity, fetched: Double.infinity)

  /// Takes in equal visits that offload something.
  ///
  /// - Parameters:
  ///   - arrival: when their `F` can start at the earliest.
  ///   - after: from the end of the gradient's pass to the end of the schedule.
  mutating func add(_ passes: PassTimes.Passes, count: Int, arrival: Double, after: Double) {
    let (transfer, gradient) = (passes.transfer, passes.gradient ?? 0)
    transfers += transfer * Double(count)
    Self.lower(&heads, fetched: arrival + passes.forward + transfer, sent: arrival + passes.forward)
    Self.lower(&ownHeads, fetched: passes.forward + transfer, sent: passes.forward)
    let (rest, ownRest) = (passes.recompute + gradient + after, passes.recompute + gradient + passes.rest)
    Self.lower(&tails, fetched: rest, sent: transfer + rest)
    Self.lower(&ownTails, fetched: ownRest, sent: transfer + ownRest)
  }

  private static func lower(
    _ least: inout (sent: Double, fetched: Double), fetched: Double, sent: Double
  ) {
    least = (min(least.sent, sent), min(least.fetched, fetched))
  }

  /// The longer of both directions; `nil` without transfers.
  ///
  /// - Parameter rest: what follows the device's last operation, where time counts from its first start to its own end;
  ///   `nil` where it counts to the end of all.
  func least(ofOwnTo rest: Double?) -> Least? {
    guard transfers > 0 else { return nil }
    let (heads, tails) = rest == nil ? (heads, tails) : (ownHeads, ownTails)
    let ways = [(heads.sent, tails.sent), (heads.fetched, tails.fetched)]
    return ways.map { (head: $0, transfers: transfers, tail: $1 + (rest ?? 0)) }
      .max { $0.head + $0.tail < $1.head + $1.tail }
  }
}
