import PipelineModel

extension PassTimes {
  /// Follows a microbatch that visits every stage, on whichever hosts; the places are the model's lanes.
  /// O(stages x inputs x replicas²).
  ///
  /// - Parameter scale: the microbatch's factors.
  init(_ model: RoutingModel, scale: Microbatch.Scale) {
    let stages = model.ground.stages
    let passes = model.lanes.map { lane in
      let (forward, backward, weight) = model.costs(of: lane, scale)
      return Passes(
        forward: forward, gradient: stages[lane.stage].hasBackward ? backward : nil, rest: weight,
        step: model.optimizerSteps[lane.device])
    }
    let visits = stages.indices.map { Route.Visit(stage: Stage.ID($0), device: model.ground.hosts[$0][0]) }
    let places = model.lanesOfStage.map { $0.map { Int($0) } }
    self.init(passes, at: places, RouteLinks(of: visits, stages: stages)) {
      model.link[model.lanes[$0].device * model.deviceCount + model.lanes[$1].device]
    }
  }
}

extension RoutingBound.Ways {
  /// The ways around the passes of a microbatch that visits every stage.
  init(_ times: PassTimes, of model: RoutingModel) {
    let lanes = model.lanes.indices
    arrivals = times.arrivals
    gradients = lanes.map { times.arrivals[$0] + times.passes[$0].forward + (times.untilGradient[$0] ?? 0) }
    returns = lanes.map { times.afterGradient[$0] ?? times.passes[$0].step }
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
