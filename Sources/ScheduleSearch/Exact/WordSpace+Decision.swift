extension WordSpace {
  /// The order of two operations to decide next; `nil` where a single word is left on every device.
  ///
  /// Of all open pairs the one that leaves least time: the more an order is cramped, the sooner one of the two
  /// branches fails. The order with more time to spare is given.
  var nextDecision: Decision? {
    var best: (decision: Decision, time: Double)?
    for device in 0..<relaxation.table.deviceCount {
      let pairs = openPairs(of: device)
      guard pairs.contains(where: { $0.contains { $0 != 0 } }), let windows = windows(of: device) else {
        continue
      }
      let start = relaxation.table.bounds[device]
      func slack(_ first: Int, _ second: Int) -> Double {
        windows.latest[second] - windows.earliest[first] - relaxation.table.duration[start + first]
      }
      for first in pairs.indices {
        for (word, set) in pairs[first].enumerated() {
          var rest = set
          while rest != 0 {
            let second = 64 * word + rest.trailingZeroBitCount
            rest &= rest - 1
            let (forth, back) = (slack(first, second), slack(second, first))
            let time = Self.time(forth, back)
            guard time < best?.time ?? .infinity else { continue }
            let decision = Decision(device: device, first: first, second: second)
            best = (forth >= back ? decision : decision.opposite, time)
          }
        }
      }
    }
    return best?.decision
  }

  /// How much time two orders leave together: the less alike they are, the more the smaller one counts for
  /// less (Cheng and Smith, 1993).
  private static func time(_ one: Double, _ other: Double) -> Double {
    let (least, most) = (max(0, min(one, other)), max(0, max(one, other)))
    if MODE == 0 {
    let likeness = most > 0 ? (least + 0.5) / (most + 0.5) : 1
    return (least + 0.5) / likeness.squareRoot()
    } else if MODE == 1 { return most } else if MODE == 2 { return least + most }
    else if MODE == 3 { return least * 1000 + most } else { return most * 1000 + least }
  }
}
nonisolated(unsafe) public var MODE = 0
