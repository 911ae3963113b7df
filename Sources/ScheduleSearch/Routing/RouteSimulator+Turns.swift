/// Which of the steps that wait for a device goes first.
extension RouteSimulator {
  /// The turn of a step that arrives at a moment: the least goes first.
  func key(of index: Int, at time: Double, _ rule: DispatchRule) -> Double {
    let work = steps[index]
    // The head comes between the way there and the way back.
    let place = work.lane < 0 ? 1 : work.isForward ? 0 : 2
    let kind =
      switch rule.preference {
      case .none: 0
      case .backward: 2 - place
      case .forward: place
      }
    // Work of a later kind has a larger key than any of an earlier one.
    let order = rule.longestFirst ? work.turn : (time / instant).rounded()
    return 1e12 * Double(kind) + order + delays[index]
  }

  /// The smaller key first; at equal ones a microbatch that is just let in last, then in order.
  @inline(__always)
  func precedes(_ left: Int32, _ right: Int32) -> Bool {
    let (own, other) = (waiting[Int(left)].key, waiting[Int(right)].key)
    if own != other { return own < other }
    let (enters, otherEnters) = (Int(left) % stepCount == 0, Int(right) % stepCount == 0)
    return enters == otherEnters ? left < right : otherEnters
  }
}
