import PipelineModel
import Timeline

extension ScenarioDraws {
  /// The problem whose durations and latencies are the means of those that the scenarios draw: not of their
  /// distributions but of the very draws.
  ///
  /// What orders take is a maximum of sums of durations and latencies, and so convex in them: the mean of what any orders
  /// take over the scenarios is no less than what they take in this problem (Jensen), nor than a lower bound of it.
  ///
  /// - Returns: `nil` where no problem has these means: where some pass has none or an infinitely small one, or where
  ///   recorded durations meet first and last passes that last otherwise.
  /// - Complexity: O(scenarios x passes x rules).
  package func meanProblem() -> Problem? {
    let problem = table.lowered.problem
    guard scenarios.samples.isEmpty || !table.lowered.hasEndDurations else { return nil }
    let (factors, links) = means()
    var scales = problem.microbatches.map { microbatch in
      let scale = microbatch.scale
      return [scale.forward, scale.backwardInput, scale.backwardWeight].map { factors in
        problem.stages.indices.map { factors[Stage.ID($0)] }
      }
    }
    for pass in table.passes {
      guard factors[pass.place] >= ProblemRules.smallestNumber else { return nil }
      // An `R` has the scale of its `F`.
      guard pass.kind != .recompute else {
        if factors[pass.place] != 1 { return nil }
        continue
      }
      scales[pass.microbatch.index][Int(pass.kind.rawValue)][pass.stage.index] *= factors[pass.place]
    }
    var parts = ProblemParts(of: problem)
    for (index, scale) in scales.enumerated() {
      let each = scale.map { PerStage.each($0).simplified }
      parts.microbatches[index].scale = Microbatch.Scale(
        forward: each[0], backwardInput: each[1], backwardWeight: each[2])
    }
    if scenarios.rules.contains(where: \.changesLink) { parts.communication = communication(links) }
    return try? parts.problem()
  }

  /// The mean factor at every place, recorded durations counted as factors, and how much longer messages of every link
  /// take on average, in grid steps.
  private func means() -> (factors: [Double], links: [SIMD2<Double>]) {
    var factors = [Double](repeating: 0, count: table.placeCount)
    var links = [SIMD2<Double>](repeating: .zero, count: table.links.count)
    var scenario = makeScenario()
    let share = 1 / Double(scenarios.count)
    for number in 0..<scenarios.count {
      draw(number, into: &scenario)
      for recording in scenario.recordings {
        let duration = table.duration(at: recording.place)
        // Of a pass that takes no time, a factor makes none.
        scenario.factors[recording.place] *= duration > 0 ? recording.duration / duration : .nan
      }
      for place in factors.indices { factors[place] += scenario.factors[place] * share }
      for change in scenario.links { links[change.link] += change.delays * share }
    }
    return (factors, links)
  }

  private func communication(_ links: [SIMD2<Double>]) -> Communication {
    let problem = table.lowered.problem
    let devices = problem.devices.indices.map { Device.ID($0) }
    // Nothing gets over a link of bandwidth 0, whatever its latency.
    var rows = devices.map { from in
      devices.map { to in
        let latency = problem.communication.latencyAlone(from: from, to: to)
        return latency.isFinite ? latency : 0
      }
    }
    for (link, delays) in zip(table.links, links) {
      for (from, to, steps) in [(link.first, link.second, delays.x), (link.second, link.first, delays.y)] {
        rows[from.index][to.index] = max(0, rows[from.index][to.index] + table.lowered.grid.units(steps))
      }
    }
    guard case .links(var description) = problem.communication else { return .matrix(rows) }
    description.latency = rows
    return .links(description)
  }
}
