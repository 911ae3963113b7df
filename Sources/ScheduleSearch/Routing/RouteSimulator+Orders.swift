import PipelineModel

extension RouteSimulator {
  /// The orders of the last run that recorded its starts, as they are stated: without an entry. O(operations).
  var orders: Orders {
    Orders(starts.prefix(model.problem.devices.count).map { starts in starts.flatMap { operations(of: $0) } })
  }

  private func operations(of start: Start) -> [Operation] {
    let step = steps[Int(start.microbatch) * stepCount + Int(start.step)]
    let walked = step.lane < 0 ? model.problem.rules.head : Stage.ID(model.lanes[Int(step.lane)].stage)
    guard let walked, let stage = model.problem.stated(walked) else { return [] }
    func operation(_ kind: Operation.Kind) -> Operation {
      Operation(kind, stage: stage, microbatch: Microbatch.ID(Int(start.microbatch)))
    }
    if start.isWeight { return [operation(.backwardWeight)] }
    // A weight that takes no time is run at once, as a part of the backward pass.
    let isFused = model.isFused || step.weight == 0
    let gradient = model.problem.stages[stage.index].gradient(isFused: isFused).map { [operation($0)] } ?? []
    if step.lane < 0 { return [operation(.forward)] + gradient }
    return step.isForward ? [operation(.forward)] : gradient
  }
}
