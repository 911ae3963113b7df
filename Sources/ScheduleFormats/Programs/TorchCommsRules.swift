import PipelineModel

/// What the cells of a compute_comms file that compute nothing must hold for a problem, beside what `TorchCSVRules` asks of
/// the others. PyTorch takes such a file as it is, and hangs or trains something else where one of these is broken.
struct TorchCommsRules {
  let reader: TorchCellReader
  let problem: Problem

  func check() throws(FormatError) {
    for row in reader.steps.indices {
      var seen: Set<Message> = []
      for step in reader.steps[row] {
        try checkRange(step, in: row)
        guard let ends = step.ends else { continue }
        try checkNeighbour(step, ends.source, ends.destination, in: row)
        guard seen.insert(Message(step)).inserted else {
          throw error(.expected("each transfer once", found: "this one again"), about: step, in: row)
        }
      }
      try checkSharding(of: row)
      try checkReductions(of: row)
    }
    try checkAllReduce()
  }

  private struct Message: Hashable {
    let kind: TorchStep.Kind
    let stage: Stage.ID
    let microbatch: Microbatch.ID?
    init(_ step: TorchStep) { (kind, stage, microbatch) = (step.kind, step.stage, step.microbatch) }
  }

  private func checkRange(_ step: TorchStep, in row: Int) throws(FormatError) {
    func check(_ what: String, _ found: Int, _ count: Int) throws(FormatError) {
      guard found < count else {
        throw error(
          .expected("\(what) from 0 to \(count - 1), as the problem has \(count)", found: "\(found)"),
          about: step, in: row)
      }
    }
    try check("a stage", step.stage.index, problem.stageCount)
    if let microbatch = step.microbatch {
      try check("a microbatch", microbatch.index, problem.microbatchCount)
    }
    let host = problem.hosts[step.stage.index][0].index
    guard host == row else {
      throw error(
        .expected(
          "stage \(step.stage) on rank \(host), where the problem places it", found: "it on rank \(row)"),
        about: step, in: row)
    }
  }

  /// Checks that a transfer has a stage at its other end, on another rank.
  private func checkNeighbour(
    _ step: TorchStep, _ source: Int, _ destination: Int, in row: Int
  ) throws(FormatError) {
    let other = source == step.stage.index ? destination : source
    guard problem.stages.indices.contains(other) else {
      throw error(
        .expected("a transfer between neighbouring stages", found: "no stage \(other)"), about: step, in: row)
    }
    guard problem.hosts[other][0].index != row else {
      throw error(
        .expected("a transfer to another rank", found: "stage \(other) on rank \(row) as well"), about: step,
        in: row)
    }
  }

  /// Checks that what a stage computes stands between UNSHARD and RESHARD, where it has any.
  private func checkSharding(of row: Int) throws(FormatError) {
    var rest = reader.steps[row].filter { $0.kind == .local(.unshard) || $0.kind == .local(.reshard) }[...]
    let sharded = Set(rest.map(\.stage))
    var last: [Stage.ID: TorchStep.Kind] = [:]
    for action in reader.rows[row] where sharded.contains(action.operation.stage) {
      while let step = rest.first, step.cell < action.cell {
        rest.removeFirst()
        last[step.stage] = step.kind
      }
      let state = last[action.operation.stage]
      guard state == .local(.unshard) else {
        throw reader.error(
          .expected(
            "UNSHARD of stage \(action.operation.stage) before", found: state == nil ? "none" : "RESHARD"),
          row: row, cell: Int(action.cell), place: Int(action.place))
      }
    }
  }

  /// Checks that gradients are reduced once, when all are there.
  private func checkReductions(of row: Int) throws(FormatError) {
    var lastBackward: [Stage.ID: TorchAction] = [:]
    for action in reader.rows[row] where action.operation.kind != .forward {
      lastBackward[action.operation.stage] = action
    }
    var reduced: Set<Stage.ID> = []
    for step in reader.steps[row] where step.kind == .local(.reduceGradients) {
      guard reduced.insert(step.stage).inserted else {
        throw error(.expected("REDUCE_GRAD of a stage once", found: "it again"), about: step, in: row)
      }
      if let later = lastBackward[step.stage], later.cell > step.cell {
        throw error(
          .expected(
            "REDUCE_GRAD behind all backward passes of its stage", found: "\(later.operation) behind it"),
          about: step, in: row)
      }
    }
  }

  /// Checks that all stages reduce their gradients where one does: those that do not keep gradients that are too large.
  private func checkAllReduce() throws(FormatError) {
    let reduced = Set(
      reader.steps.joined().filter { $0.kind == .local(.reduceGradients) }.map(\.stage.index))
    guard !reduced.isEmpty, let missing = problem.stages.indices.first(where: { !reduced.contains($0) })
    else {
      return
    }
    let row = problem.hosts[missing][0].index
    throw FormatError(
      .expected("REDUCE_GRAD of stage \(missing), as other stages have one", found: "none"), line: row + 1,
      key: ["ranks", .index(row)])
  }

  private func error(_ reason: FormatError.Reason, about step: TorchStep, in row: Int) -> FormatError {
    reader.error(reason, row: row, cell: Int(step.cell), place: Int(step.place))
  }
}
