/// What a microbatch on one path claims of a device, whatever the other microbatches do: so much of a resource, for so
/// long at least, not before `head` and with at least `tail` behind it.
struct Claim: Sendable {
  /// A device's time, or its memory: what claims share.
  struct Resource: Hashable, Sendable {
    var device: Int
    var isMemory: Bool
  }

  var resource: Resource
  var amount: Double
  var head: Double
  var duration: Double
  var tail: Double

  /// The least time for which the claim falls into an interval, in a schedule that ends at a length: energetic reasoning
  /// (Erschler and Lopez, 1990). Below 0 where it need not.
  ///
  /// - Parameter start: when the microbatch's first `F` starts at the earliest.
  @inline(__always)
  func time(within interval: (from: Double, to: Double), start: Double, length: Double) -> Double {
    let earliest = start + head
    let latest = length - tail - duration
    return min(
      min(duration, interval.to - interval.from),
      min(earliest + duration - interval.from, interval.to - latest))
  }
}

extension TimedPath {
  /// All that the path claims. O(passes).
  func claims(_ model: RoutingModel) -> [Claim] {
    var claims: [Claim] = []
    for pass in passes {
      let time = Claim.Resource(device: pass.device, isMemory: false)
      if pass.duration > 0 {
        claims.append(
          Claim(resource: time, amount: 1, head: pass.head, duration: pass.duration, tail: pass.tail))
      }
      if pass.weight > 0 {
        claims.append(
          Claim(
            resource: time, amount: 1, head: pass.head + pass.duration, duration: pass.weight,
            tail: model.optimizerSteps[pass.device]))
      }
    }
    for stay in stays {
      claims.append(
        Claim(
          resource: Claim.Resource(device: passes[stay.forward].device, isMemory: true),
          amount: stay.amount, head: passes[stay.forward].head, duration: length(of: stay),
          tail: passes[stay.backward].tail))
    }
    return claims
  }
}
