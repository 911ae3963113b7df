import PipelineModel

extension SkipPipeFile {
  /// A plan as a problem: delays, memory and routes from the file, and the durations it lacks from one of them, by
  /// SkipPipe's own ratios.
  ///
  /// `BW` takes 1.5 times as long as `F`, the loss a quarter. Each path of the plan is one microbatch, in the order
  /// of their ids, though an iteration sends `sends` per origin.
  ///
  /// - Parameter forward: the duration of `F` on every node, in seconds.
  /// - Throws: `FormatError` when the file's numbers make no problem.
  public func problem(of plan: Plan, forward: Double, name: String) throws(FormatError) -> Problem {
    let slot = Stage(
      forward: forward, backwardInput: 1.5 * forward, backwardWeight: 0, activationForB: 1, activationForW: 0)
    let loss = Stage(
      forward: forward / 4, backwardInput: 0, backwardWeight: 0, activationForB: 0, activationForW: 0)
    let hosts = (partitions + [partitions[0]]).map { $0.map { Device.ID($0) } }
    let parts = ProblemParts(
      Instance(
        name: name, source: source(of: plan), units: Units(time: "s", memory: "microbatches"),
        devices: Array(repeating: Device(memoryLimit: Double(memory)), count: delays.count),
        stages: Array(repeating: slot, count: partitions.count) + [loss],
        microbatches: Array(repeating: Microbatch(), count: plan.paths.count),
        placement: .explicit(hosts), communication: .matrix(delays)))
    return try routed(parts, along: plan)
  }

  /// A plan's routes under the costs, links, limits and rules of a problem, whose own routes are left out.
  ///
  /// - Throws: `FormatError` unless the problem's stages are on the nodes of the partitions, with a last stage on
  ///   the origins for the loss, and it has a microbatch for every path.
  public func problem(
    of plan: Plan, under costs: ProblemFile.Contents
  ) throws(FormatError) -> Problem {
    let frame =
      switch costs {
      case .problem(let problem): problem
      case .routing(let problem): problem.frame
      case .placing(let problem): try placed(problem)
      case .partitioning: throw FormatError(.missingPartition, key: ["partition"])
      case .choosing(let choice): throw FormatError(.openPlacement(choice.choices), key: ["placement"])
      }
    func expect(_ expected: String, _ found: String, at key: String, _ holds: Bool) throws(FormatError) {
      guard holds else { throw FormatError(.expected(expected, found: found), key: [.name(key)]) }
    }
    let devices = frame.deviceCount
    try expect(
      "\(devices.counted("row")), one per device of the problem", "\(delays.count)", at: "delays",
      devices == delays.count)
    try expect(
      "\((frame.stageCount - 1).counted("partition")), one per stage of the problem but its last, the head",
      "\(partitions.count)", at: "partitions", frame.stageCount == partitions.count + 1)
    for (stage, nodes) in (partitions + [partitions[0]]).enumerated() {
      let hosts = frame.hosts[stage].map(\.index).sorted()
      let list = hosts.map(String.init).joined(separator: ", ").shortened
      let isHead = stage == partitions.count
      try expect(
        "nodes \(list), where the problem has stage \(stage)\(isHead ? ", the head" : "")",
        nodes.sorted().map(String.init).joined(separator: ", ").shortened, at: "partitions",
        isHead ? Set(nodes).isSubset(of: hosts) : nodes.sorted() == hosts)
    }
    try expect(
      "\(frame.microbatchCount.counted("path")), one per microbatch of the problem", "\(plan.paths.count)",
      at: plan.name.pathsKey, frame.microbatchCount == plan.paths.count)
    do throws(ExportRefusal) { try frame.checkHasBackwards() } catch {
      throw FormatError(.unsuitable(error))
    }
    return try routed(ProblemParts(of: frame), along: plan)
  }

  /// The problem with the devices of each stage from the file.
  private func placed(_ problem: PlacementProblem) throws(FormatError) -> Problem {
    let counts = partitions.map(\.count)
    guard counts == problem.devicesPerStage else {
      func list(_ counts: [Int]) -> String { counts.map(String.init).joined(separator: ", ").shortened }
      throw FormatError(
        .expected("partitions of \(list(problem.devicesPerStage)) nodes", found: list(counts)),
        key: ["partitions"])
    }
    let order = partitions.joined().map { Device.ID($0) }
    do { return try problem.routing(dealing: order).frame } catch {
      throw FormatError(.problem(error.reason), key: error.key)
    }
  }

  private func routed(_ parts: ProblemParts, along plan: Plan) throws(FormatError) -> Problem {
    let stages = stageOfNode
    var parts = parts
    parts.give(
      plan.paths.map { path in
        let body = path.nodes.map { Route.Visit(stage: Stage.ID(stages[$0]), device: Device.ID($0)) }
        let head = Route.Visit(stage: Stage.ID(partitions.count), device: Device.ID(path.nodes[0]))
        return Route(visits: body + [head])
      })
    do { return try parts.problem() } catch { throw FormatError(.problem(error.reason), key: error.key) }
  }

  private var stageOfNode: [Int] {
    var stages = [Int](repeating: 0, count: delays.count)
    for (stage, nodes) in partitions.enumerated() { for node in nodes { stages[node] = stage } }
    return stages
  }

  /// A plan as orders of a problem of it. Along its path a microbatch is first met by its `F`, then by its backward
  /// pass, which is whole; between the two, its origin runs the loss, forward and back. O(starts).
  public func orders(of plan: Plan, for problem: Problem) -> Orders {
    func backward(_ stage: Stage.ID, _ microbatch: Microbatch.ID) -> Operation {
      let kind = problem.stages[stage.index].gradient(isFused: true) ?? .backward
      return Operation(kind, stage: stage, microbatch: microbatch)
    }
    let stages = stageOfNode
    let head = Stage.ID(partitions.count)
    let microbatches = Dictionary(
      uniqueKeysWithValues: plan.paths.enumerated().map { ($1.id, Microbatch.ID($0)) })
    return Orders(
      plan.order.enumerated().map { node, starts in
        var met: [Int: Int] = [:]
        return starts.flatMap { start -> [Operation] in
          guard let microbatch = microbatches[start.path] else { return [] }
          let stage = Stage.ID(stages[node])
          let times = met[start.path, default: 0]
          met[start.path] = times + 1
          if times == 0 { return [Operation(.forward, stage: stage, microbatch: microbatch)] }
          if times == 1, stage.index == 0 {
            return [Operation(.forward, stage: head, microbatch: microbatch), backward(head, microbatch)]
          }
          return [backward(stage, microbatch)]
        }
      })
  }

  /// What the file says of a plan, for reports: `schedule.json of SkipPipe, plan ca; ...`.
  public func source(of plan: Plan) -> String {
    let origins = partitions[0].count
    let sent = sends.map { ", for \($0) microbatches from each of \(origins.counted("origin"))" } ?? ""
    let stated = plan.expectedTime.map { "; it expects \($0.short("s"))\(sent)" } ?? ""
    let paths = plan.paths.count.counted("path")
    return "SkipPipe's schedule file, plan \(plan.name.rawValue), \(paths)\(stated)"
  }
}
