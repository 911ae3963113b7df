import PipelineModel

/// The least times around the passes of one microbatch, in the problem's time unit.
///
/// A visit may have a choice of places to run on, each a device with durations of its own: each way between passes is
/// then as short as some choice makes it, and another way may need another choice. On a given route every visit has one.
struct PassTimes {
  /// How long a pass lasts at least at a place; `nil` where there is none.
  struct Passes {
    var forward: Double
    /// The pass whose end sends the gradient on.
    var gradient: Double?
    /// What is left of the backward pass behind it.
    var rest = 0.0
    /// What brings back what the gradient's pass needs: `R`, and each of the two transfers before it.
    var recompute = 0.0
    var transfer = 0.0
    /// What follows the last operation of the device.
    var step = 0.0

    /// From the end of `F` until the gradient's pass may start for all that its own visit does.
    var preparation: Double { recompute + 2 * transfer }

    /// The whole backward pass.
    var backward: Double? { gradient.map { $0 + rest } }
  }

  /// The durations at each place.
  let passes: [Passes]
  /// From the start of the schedule to the arrival of all inputs of each `F`, place by place; infinite where no way
  /// leads there.
  private(set) var arrivals: [Double]
  /// From the end of each `F` to the end of the schedule.
  private(set) var afterForward: [Double]
  /// From the end of each `F` until the gradient has arrived and its pass is prepared; `nil` without a backward pass.
  private(set) var untilGradient: [Double?]
  /// From the end of each gradient's pass to the end of the schedule; `nil` without one.
  private(set) var afterGradient: [Double?]
  /// From the first arrival to the end of the schedule.
  private(set) var roundTrip = 0.0

  /// Follows a microbatch forward and back. O(visits x inputs x places of a visit²).
  ///
  /// - Parameters:
  ///   - passes: the least durations at each place.
  ///   - places: the places of each visit; each place is of one visit.
  ///   - latency: from one place to another.
  init(
    _ passes: [Passes], at places: [[Int]], _ links: RouteLinks, latency: (Int, Int) -> Double
  ) {
    self.passes = passes
    arrivals = Array(repeating: 0, count: passes.count)
    afterForward = arrivals
    untilGradient = Array(repeating: nil, count: passes.count)
    afterGradient = untilGradient
    /// The largest over some visits of the least over their places; visits where the time is `nil` do not count.
    func most(_ visits: [Int], atLeast: Double, _ time: (Int) -> Double?) -> Double {
      visits.reduce(atLeast) { most, visit in
        var least = Double.infinity
        for place in places[visit] {
          guard let time = time(place) else { return most }
          least = min(least, time)
        }
        return max(most, least)
      }
    }
    for (visit, here) in places.enumerated() {
      for place in here {
        arrivals[place] = most(links.inputs[visit], atLeast: 0) {
          arrivals[$0] + passes[$0].forward + latency($0, place)
        }
        guard passes[place].gradient != nil else { continue }
        afterGradient[place] = most(links.inputs[visit], atLeast: passes[place].rest + passes[place].step) {
          guard let other = passes[$0].gradient, let rest = afterGradient[$0] else { return nil }
          return latency(place, $0) + other + rest
        }
      }
    }
    for (visit, here) in places.enumerated().reversed() {
      for place in here {
        var after = most(links.outputs[visit], atLeast: passes[place].step) {
          latency(place, $0) + passes[$0].forward + afterForward[$0]
        }
        if let gradient = passes[place].gradient, let rest = afterGradient[place] {
          let until = most(links.outputs[visit], atLeast: passes[place].preparation) {
            guard let other = passes[$0].gradient, let wait = untilGradient[$0] else { return nil }
            return latency(place, $0) + passes[$0].forward + wait + other + latency($0, place)
          }
          untilGradient[place] = until
          after = max(after, until + gradient + rest)
        }
        afterForward[place] = after
      }
    }
    roundTrip = most(Array(places.indices), atLeast: 0) {
      arrivals[$0] + passes[$0].forward + afterForward[$0]
    }
  }

  /// Follows a microbatch along a given route, visit by visit. O(visits + inputs).
  init(_ problem: Problem, along visits: [Route.Visit], _ links: RouteLinks, passes: [Passes]) {
    self.init(passes, at: visits.indices.map { [$0] }, links) {
      problem.latency(along: visits, from: $0, to: $1)
    }
    if let own = OwnPasses(problem, along: visits, links, passes) { raise(by: own) }
  }

  /// Raises all times to those of passes that wait for each other beyond the route. O(visits x arcs).
  private mutating func raise(by own: OwnPasses) {
    let (starts, rests) = (own.earliestStarts, own.rests)
    for place in passes.indices {
      arrivals[place] = max(arrivals[place], starts[own.number(place, .forward)])
      afterForward[place] = max(afterForward[place], rests[own.number(place, .forward)])
      roundTrip = max(roundTrip, arrivals[place] + passes[place].forward + afterForward[place])
      if let until = untilGradient[place] {
        untilGradient[place] = max(until, own.wait(forGradientOf: place))
      }
      if let after = afterGradient[place] {
        afterGradient[place] = max(after, rests[own.number(place, .gradient)])
      }
    }
  }
}

extension Problem {
  /// What follows the last operation of each device at least: its optimizer step or, with barriers, the longest step of
  /// those that wait for it; then the tail.
  var timeAfterLast: [Double] {
    let active = Set(Set(routeIndexes).flatMap { routes[Int($0)].visits.map(\.device) })
    let isActive = devices.indices.map { active.contains(Device.ID($0)) }
    return barrier.longestSteps(devices.map(\.optimizerStep), isActive: isActive).map { $0 + tail }
  }
}

extension Stage {
  /// The least durations of its passes, if the first `F` and the last backward pass may come anywhere.
  ///
  /// - Parameters:
  ///   - isFused: whether backward passes that could be split are whole.
  ///   - step: what follows the last operation of the device.
  ///   - transfer: how long what is offloaded is on its way to the host, or back.
  func leastPasses(isFused: Bool, step: Double = 0, transfer: Double = 0) -> PassTimes.Passes {
    let gradient = gradient(isFused: isFused)
    let hasWeight = passes(isFused: isFused).last == .backwardWeight
    return PassTimes.Passes(
      forward: min(forward, firstForward ?? forward),
      gradient: gradient.flatMap { duration(of: $0) }.map { $0 + min(0, endDifferences.last) },
      rest: hasWeight ? duration(of: .backwardWeight) ?? 0 : 0, recompute: recompute ?? 0, transfer: transfer,
      step: step)
  }
}
