import PipelineModel

extension ProgramFile {
  /// The problem that the programs imply: routes along the `F` of each microbatch, inputs of stages along the
  /// activations that are sent, and 1 for `F` and for each part of a backward pass.
  ///
  /// - Throws: `FormatError` where the programs leave open what a problem has to say.
  func impliedProblem() throws(FormatError) -> Problem {
    let ways = ProgramWays(self)
    if let untold = ways.untold {
      throw FormatError(
        .expected(
          "a problem beside programs that recompute or offload, or have streams or tasks",
          found: "\(untold) and none"),
        key: ["programs"])
    }
    let chains = ways.chains()
    var parts = ProblemParts(
      Instance(
        devices: Array(repeating: Device(), count: rankCount),
        stages: try stages(ways, isChain: chains != nil),
        microbatches: Array(repeating: Microbatch(), count: microbatchCount),
        placement: Placement(
          naming: stages.map { $0.ranks.map { Device.ID(rawValue: $0) } }, deviceCount: rankCount)))
    let routes = chains ?? ways.inStageOrder()
    if let empty = routes.firstIndex(where: \.visits.isEmpty) {
      throw FormatError(.expected("an F of microbatch \(empty)", found: "none"), key: ["programs"])
    }
    parts.give(routes)
    do throws(ProblemError) {
      return try parts.problem()
    } catch {
      throw FormatError(.problem(error.reason), key: error.key)
    }
  }

  private func stages(_ ways: ProgramWays, isChain: Bool) throws(FormatError) -> [PipelineModel.Stage] {
    let inputs = isChain ? [] : try ways.inputs()
    return stages.indices.map { index in
      let kinds = ways.kinds[index]
      let backward: PipelineModel.Stage.Backward =
        if kinds.contains(.backward) || kinds.contains(.backwardWeight) {
          .split(input: 1, weight: 1)
        } else {
          kinds.contains(.backwardInput) ? .input(1) : .none
        }
      return PipelineModel.Stage(
        forward: 1, backward: backward, inputs: isChain ? nil : inputs[index], layers: stages[index].layers)
    }
  }
}

/// Where microbatches go, as programs have it: which stages they visit on which ranks, and which feeds which.
struct ProgramWays {
  /// The kinds of operations of each stage.
  private(set) var kinds: [Set<Operation.Kind>]
  /// The first instruction of which a program does not tell enough: of a mode, a stream or a task.
  private(set) var untold: String?
  /// Per microbatch, the ranks of the stages that it visits.
  private var ranks: [[Int: Device.ID]]
  /// Per microbatch, the stages that are sent what a stage made.
  private var sent: [[Int: Set<Int>]]

  /// Reads the ways off the programs; stages and microbatches that the file does not have are for others to name.
  init(_ file: ProgramFile) {
    let stageCount = file.stages.count
    kinds = Array(repeating: [], count: stageCount)
    ranks = Array(repeating: [:], count: file.microbatchCount)
    sent = Array(repeating: [:], count: file.microbatchCount)
    for program in file.programs {
      for instruction in program.instructions {
        switch instruction {
        case .compute(.pass(let operation, nil), nil): note(operation, on: program.device)
        case .overlap(let forward, let backward):
          note(forward, on: program.device)
          note(backward, on: program.device)
        case .send(let transfer):
          guard transfer.payload == .activation, let passage = transfer.content.passage,
            sent.indices.contains(passage.microbatch.index), passage.source.index < stageCount,
            passage.destination.index < stageCount
          else { continue }
          sent[passage.microbatch.index][passage.source.index, default: []].insert(passage.destination.index)
        case .compute, .copy, .hold: untold = untold ?? instruction.description
        case .receive, .wait, .local: break
        }
      }
    }
  }

  private mutating func note(_ operation: Operation, on device: Device.ID) {
    let (stage, microbatch) = (operation.stage.index, operation.microbatch.index)
    guard kinds.indices.contains(stage), ranks.indices.contains(microbatch) else { return }
    kinds[stage].insert(operation.kind)
    if operation.kind == .recompute { untold = untold ?? operation.description }
    if operation.kind == .forward, ranks[microbatch][stage] == nil { ranks[microbatch][stage] = device }
  }

  /// The stages that each visited stage of a microbatch feeds. What is sent nowhere goes to the next stage of its own
  /// rank, where there is one: between stages of one rank nothing is sent.
  private func outputs(of microbatch: Int) -> [Int: Set<Int>] {
    let visited = ranks[microbatch].keys.sorted()
    var outputs: [Int: Set<Int>] = [:]
    for (place, stage) in visited.enumerated() {
      let targets = (sent[microbatch][stage] ?? []).filter { ranks[microbatch][$0] != nil }
      let next = visited[(place + 1)...].first { ranks[microbatch][$0] == ranks[microbatch][stage] }
      outputs[stage] = targets.isEmpty ? Set(next.map { [$0] } ?? []) : targets
    }
    return outputs
  }

  /// The routes along which every stage feeds the next; `nil` where the ways of a microbatch part or join.
  func chains() -> [Route]? {
    var routes: [Route] = []
    for microbatch in ranks.indices {
      let outputs = outputs(of: microbatch)
      let fed = outputs.values.joined()
      guard outputs.values.allSatisfy({ $0.count <= 1 }), Set(fed).count == fed.count else { return nil }
      let entries = Set(outputs.keys).subtracting(fed)
      guard entries.count <= 1 else { return nil }
      var stages: [Int] = []
      var next = entries.first
      while let stage = next, stages.count < outputs.count {
        stages.append(stage)
        next = outputs[stage]?.first
      }
      guard stages.count == outputs.count else { return nil }
      routes.append(route(of: microbatch, along: stages))
    }
    return routes
  }

  /// The routes in the order of stages.
  func inStageOrder() -> [Route] {
    ranks.indices.map { route(of: $0, along: ranks[$0].keys.sorted()) }
  }

  private func route(of microbatch: Int, along stages: [Int]) -> Route {
    Route(
      visits: stages.compactMap { stage in
        ranks[microbatch][stage].map { Route.Visit(stage: Stage.ID(stage), device: $0) }
      })
  }

  /// The stages that feed each stage, over all microbatches.
  ///
  /// - Throws: `FormatError` where two microbatches that visit the same stages are fed in different ways.
  func inputs() throws(FormatError) -> [[Stage.ID]] {
    var inputs = [Set<Int>](repeating: [], count: kinds.count)
    let outputs = ranks.indices.map(outputs)
    for (stage, targets) in outputs.joined() { for target in targets { inputs[target].insert(stage) } }
    for (microbatch, own) in outputs.enumerated() {
      for target in own.keys {
        let missing = inputs[target].first { own[$0] != nil && own[$0]?.contains(target) == false }
        guard let missing else { continue }
        throw FormatError(
          .expected(
            "a problem beside programs that feed a stage in several ways",
            found: "stage \(target) without the output of stage \(missing) for microbatch \(microbatch)"),
          key: ["programs"])
      }
    }
    return inputs.map { $0.sorted().map { Stage.ID($0) } }
  }
}
