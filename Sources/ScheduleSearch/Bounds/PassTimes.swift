import PipelineModel

/// The least times around the passes of one microbatch, visit by visit along its route, in the problem's time unit.
struct PassTimes {
  /// How long a pass lasts at least; `nil` where there is none.
  struct Passes {
    var forward: Double
    /// The pass whose end sends the gradient on.
    var gradient: Double?
    /// All backward passes of the visit together.
    var backward: Double?
  }

  /// From the start of the schedule to the arrival of all inputs of each `F`.
  let arrivals: [Double]
  /// From the end of each `F` to the end of the schedule.
  let afterForward: [Double]
  /// From the end of each `F` to the arrival of the gradient; `nil` without a backward pass.
  let untilGradient: [Double?]
  /// From the end of each gradient's pass to the end of the schedule; `nil` without one.
  let afterGradient: [Double?]
  /// From the first arrival to the end of the schedule.
  let roundTrip: Double

  /// Follows a microbatch forward and back. O(visits + inputs).
  ///
  /// - Parameters:
  ///   - steps: what follows the last operation of each device.
  ///   - passes: the least durations on each visit.
  init(
    _ problem: Problem, along visits: [Route.Visit], _ links: RouteLinks, steps: [Double],
    passes: [Passes]
  ) {
    func latency(_ source: Int, _ target: Int) -> Double {
      problem.communication.latency(from: visits[source].device, to: visits[target].device)
    }
    let count = visits.count
    var arrivals = [Double](repeating: 0, count: count)
    for position in 0..<count {
      for input in links.inputs[position] {
        arrivals[position] = max(
          arrivals[position], arrivals[input] + passes[input].forward + latency(input, position))
      }
    }
    var afterGradient = [Double?](repeating: nil, count: count)
    for position in 0..<count {
      guard let gradient = passes[position].gradient, let backward = passes[position].backward else {
        continue
      }
      var after = backward - gradient + steps[visits[position].device.index]
      for input in links.inputs[position] {
        guard let other = passes[input].gradient, let rest = afterGradient[input] else { continue }
        after = max(after, latency(position, input) + other + rest)
      }
      afterGradient[position] = after
    }
    var afterForward = [Double](repeating: 0, count: count)
    var untilGradient = [Double?](repeating: nil, count: count)
    for position in (0..<count).reversed() {
      var after = steps[visits[position].device.index]
      var until = 0.0
      for output in links.outputs[position] {
        let there = latency(position, output) + passes[output].forward
        after = max(after, there + afterForward[output])
        guard let gradient = passes[output].gradient, let wait = untilGradient[output] else { continue }
        until = max(until, there + wait + gradient + latency(output, position))
      }
      if let gradient = passes[position].gradient, let rest = afterGradient[position] {
        untilGradient[position] = until
        after = max(after, until + gradient + rest)
      }
      afterForward[position] = after
    }
    self.arrivals = arrivals
    self.afterForward = afterForward
    self.untilGradient = untilGradient
    self.afterGradient = afterGradient
    roundTrip = (0..<count).reduce(0) {
      max($0, arrivals[$1] + passes[$1].forward + afterForward[$1])
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
  /// - Parameter isFused: whether backward passes that could be split are whole.
  func leastPasses(isFused: Bool) -> PassTimes.Passes {
    let backward = passes(isFused: isFused).dropFirst().reduce(0) { $0 + (duration(of: $1) ?? 0) }
    let shorter = min(0, endDifferences.last)
    return PassTimes.Passes(
      forward: min(forward, firstForward ?? forward),
      gradient: gradient(isFused: isFused).flatMap { duration(of: $0) }.map { $0 + shorter },
      backward: hasBackward ? backward + shorter : nil)
  }
}
