import PipelineModel

/// The least times around the passes of a microbatch that visits every stage, on whichever hosts: each way is as short
/// as some choice of hosts makes it, another way may need another choice.
///
/// As `PassTimes` for a given route; here the latencies and durations of a way are the least over its hosts, lane by
/// lane. Stages name their inputs, so that ways branch and join as the stages do.
struct HostWays {
  /// Per lane, from the start of the schedule to the arrival of all inputs of `F`; infinite where none leads there.
  private(set) var arrivals: [Double]
  /// Per lane, from the start of the schedule to the arrival of the gradient.
  private(set) var gradients: [Double]
  /// Per lane, from the end of the pass that sends the gradient on to the end of the schedule.
  private(set) var returns: [Double]
  /// From the first arrival to the end of the schedule.
  private(set) var roundTrip = 0.0

  /// Follows a microbatch forward and back. O(stages x inputs x replicas²).
  ///
  /// - Parameter scale: the microbatch's factors.
  init(_ model: RoutingModel, scale: Microbatch.Scale) {
    let costs = model.lanes.map { model.costs(of: $0, scale) }
    let (inputs, outputs) = Self.links(of: model.ground.stages)
    let (lanes, count) = (model.lanes, model.deviceCount)
    func there(_ here: Int, _ other: Int) -> Double {
      model.link[lanes[here].device * count + lanes[other].device]
    }
    func hasBackward(_ stage: Int) -> Bool { model.ground.stages[stage].hasBackward }
    /// The largest over some stages of the least over their hosts.
    func most(_ stages: [Int], atLeast: Double, _ time: (Int) -> Double) -> Double {
      stages.reduce(atLeast) { most, stage in
        max(most, model.lanesOfStage[stage].reduce(.infinity) { min($0, time(Int($1))) })
      }
    }
    let all = model.lanesOfStage.indices
    var arrivals = [Double](repeating: 0, count: lanes.count)
    var (until, returns, after) = (arrivals, arrivals, arrivals)
    for stage in all {
      let gradients = hasBackward(stage) ? inputs[stage].filter(hasBackward) : []
      for lane in model.lanesOfStage[stage].map({ Int($0) }) {
        arrivals[lane] = most(inputs[stage], atLeast: 0) {
          arrivals[$0] + costs[$0].forward + there($0, lane)
        }
        let step = model.optimizerSteps[lanes[lane].device]
        returns[lane] = most(gradients, atLeast: costs[lane].weight + step) {
          there(lane, $0) + costs[$0].backward + returns[$0]
        }
      }
    }
    for stage in all.reversed() {
      let gradients = hasBackward(stage) ? outputs[stage].filter(hasBackward) : []
      for lane in model.lanesOfStage[stage].map({ Int($0) }) {
        until[lane] = most(gradients, atLeast: 0) {
          there(lane, $0) + costs[$0].forward + until[$0] + costs[$0].backward + there($0, lane)
        }
        let last =
          hasBackward(stage)
          ? until[lane] + costs[lane].backward + returns[lane] : model.optimizerSteps[lanes[lane].device]
        after[lane] = most(outputs[stage], atLeast: last) { there(lane, $0) + costs[$0].forward + after[$0] }
      }
    }
    self.arrivals = arrivals
    self.returns = returns
    gradients = lanes.indices.map { arrivals[$0] + costs[$0].forward + until[$0] }
    roundTrip = most(Array(all), atLeast: 0) { arrivals[$0] + costs[$0].forward + after[$0] }
  }

  /// The stages that each needs, and those that need it, where every stage is visited.
  private static func links(of stages: [Stage]) -> (inputs: [[Int]], outputs: [[Int]]) {
    var outputs = [[Int]](repeating: [], count: stages.count)
    let inputs = stages.indices.map { stage in
      stages[stage].inputs.map { $0.map(\.index) } ?? (stage == 0 ? [] : [stage - 1])
    }
    for (stage, feeding) in inputs.enumerated() { for input in feeding { outputs[input].append(stage) } }
    return (inputs, outputs)
  }
}

extension RoutingModel {
  /// The least durations of the passes of a microbatch on a lane; a fused backward pass, whose parts are not told
  /// apart, takes the lesser of the factors on them.
  func costs(of lane: Lane, _ scale: Microbatch.Scale) -> (forward: Double, backward: Double, weight: Double)
  {
    let stage = Stage.ID(lane.stage)
    let (input, weight) = (scale.backwardInput[stage], scale.backwardWeight[stage])
    let isWhole = isFused && ground.stages[lane.stage].passes(isFused: false).contains(.backwardWeight)
    return (
      lane.forward * scale.forward[stage], lane.backward * (isWhole ? min(input, weight) : input),
      lane.weight * weight
    )
  }

  /// The least factors of any microbatch, stage by stage.
  var leastScale: Microbatch.Scale {
    let scales = Set(ground.microbatches.map(\.scale))
    func least(_ factors: (Microbatch.Scale) -> PerStage) -> PerStage {
      PerStage.same(0).map(count: ground.stageCount) { _, stage in
        scales.reduce(.infinity) { min($0, factors($1)[stage]) }
      }
    }
    return Microbatch.Scale(
      forward: least(\.forward), backwardInput: least(\.backwardInput),
      backwardWeight: least(\.backwardWeight))
  }
}
