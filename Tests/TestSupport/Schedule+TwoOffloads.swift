import PipelineModel

extension Schedule {
  /// Two microbatches on one device with room for little more than one, which offloads most of each.
  ///
  /// F 0 until 10, its offload until 13 makes room for F 1, whose own until 26 makes it for L 0; back at 29. B 1 from 50.
  public static func twoOffloads() throws -> Schedule {
    let stage = Stage(
      forward: 10, backward: .split(input: 11, weight: 7), activationForB: 6, activationForW: 2.4,
      modes: [Mode(name: "host", offload: 4)])
    let problem = try Problem(
      Instance(
        devices: [Device(memoryLimit: 10, host: HostLink(bandwidth: 2, latency: 1))], stages: [stage],
        microbatches: [Microbatch(), Microbatch()]), modes: ModeChoice([1], microbatchCount: 2))
    let kinds: [(Operation.Kind, Int)] = [
      (.forward, 0), (.forward, 1), (.reload, 0), (.backwardInput, 0), (.backwardWeight, 0), (.reload, 1),
      (.backwardInput, 1), (.backwardWeight, 1),
    ]
    let orders = Orders([kinds.map { Operation($0, stage: Stage.ID(0), microbatch: Microbatch.ID($1)) }])
    return Schedule(problem: problem, orders: orders)
  }
}
