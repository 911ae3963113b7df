import PipelineModel

extension MeasuredProfile {
  /// The problem that the measurements make, in milliseconds; memory counts activations, 1 for each stage.
  ///
  /// - Throws: `ProblemError` when the counts or times are beyond what a problem may have.
  public func problem(name: String) throws(ProblemError) -> Problem {
    let devices = optimizerSteps.map { Device(optimizerStep: $0?.mean ?? 0) }
    return try Problem(
      Instance(
        name: name, source: "measured: means of operations that did not stall",
        units: Units(time: "ms", memory: "activations"), devices: devices, stages: stages.map(\.stage),
        microbatches: Array(repeating: Microbatch(), count: run.microbatchCount),
        placement: Placement(naming: stages.map { [$0.device] }, deviceCount: run.deviceCount),
        communication: communication ?? .uniform(0), gap: gap ?? .none, tail: tail?.median ?? 0))
  }

  /// The order that ran: that of the iteration whose time is nearest the median, the earlier of two.
  public var observedOrders: Orders {
    guard let iteration,
      let nearest = run.iterations.min(by: {
        abs($0.time - iteration.median) < abs($1.time - iteration.median)
      })
    else {
      return Orders(run.standIns.map { run.ranks[$0].steps[0].operations.map(\.operation) })
    }
    return nearest.orders
  }

  /// The gap of the problem: one number where all transitions that were measured have it. Those that were not, which
  /// other schedules may have, take the median of all. `nil` where none was measured.
  public var gap: Gap? {
    let medians = gaps.mapValues(\.median)
    guard let usual = Spread(times: Array(medians.values))?.median else { return nil }
    return Gap(
      forwardForward: medians[.forwardForward] ?? usual, forwardBackward: medians[.forwardBackward] ?? usual,
      backwardForward: medians[.backwardForward] ?? usual,
      backwardBackward: medians[.backwardBackward] ?? usual)
  }
}

extension StageTimes {
  /// The stage of the problem. A backward pass that was not measured in parts is whole: how much of it is `W` cannot
  /// be told from it.
  var stage: Stage {
    let forward = passes[.forward]?.usual ?? 0
    return Stage(
      forward: forward, backward: backward, activationForB: 1,
      activationForW: passes[.backwardInput] != nil && passes[.backwardWeight] != nil ? 0.5 : 0,
      firstForward: passes[.forward]?.atEnd,
      lastBackward: (passes[.backwardInput] ?? passes[.backward])?.atEnd)
  }

  /// Whether its backward pass was measured whole.
  var isWhole: Bool { if case .whole = backward { true } else { false } }

  /// Whether it has a backward pass for the input alone.
  var lacksWeight: Bool { if case .input = backward { true } else { false } }

  /// The backward passes that were measured.
  var backward: Stage.Backward {
    switch (passes[.backwardInput], passes[.backwardWeight], passes[.backward]) {
    case (let input?, let weight?, _): .split(input: input.usual, weight: weight.usual)
    case (let input?, nil, _): .input(input.usual)
    case (nil, let weight?, let both?):
      .split(input: max(0, both.usual - weight.usual), weight: weight.usual)
    case (nil, nil, let both?): .whole(both.usual)
    case (nil, _, nil): .none
    }
  }
}
