import PipelineModel

extension TorchCSV {
  /// Reads the orders of a CSV, and refuses what PyTorch would refuse as well as much that it would not.
  public func decode(
    _ bytes: [UInt8], file: String, for problem: Problem
  ) throws(FormatError) -> Orders {
    do throws(FormatError) {
      do throws(ExportRefusal) {
        try problem.checkRunsInTorch()
      } catch {
        throw FormatError(.unsuitable(error))
      }
      guard bytes.count <= largestText else {
        throw FormatError(.tooLarge(bytes: bytes.count, limit: largestText))
      }
      let reader = try TorchCellReader(bytes)
      try TorchCSVRules(reader: reader, problem: problem).check()
      return Self.orders(reader.rows, stages: problem.stages)
    } catch {
      throw error.about(file: file)
    }
  }

  private static func orders(_ rows: [[TorchAction]], stages: [Stage]) -> Orders {
    var bounds = [0]
    var operations: [Operation] = []
    var pairs: [Int] = []
    for row in rows {
      for action in row {
        if action.beginsPair { pairs.append(operations.count) }
        operations.append(action.operation(on: stages))
      }
      bounds.append(operations.count)
    }
    return Orders(operations: operations, bounds: bounds, pairs: pairs)
  }
}

/// What the rows of a CSV must hold together for a problem.
struct TorchCSVRules {
  let reader: TorchCellReader
  let problem: Problem

  private var rows: [[TorchAction]] { reader.rows }

  func check() throws(FormatError) {
    try checkRows()
    try checkRanges()
    try checkPlacement()
    try checkParts()
    try checkOnce()
  }

  private func checkRows() throws(FormatError) {
    guard rows.count == problem.deviceCount else {
      throw FormatError(
        .expected(
          "\(problem.deviceCount.counted("row")), one per device of the problem", found: "\(rows.count)"),
        key: ["ranks"])
    }
    if let empty = rows.firstIndex(where: \.isEmpty) {
      throw FormatError(
        .expected("an action on every rank", found: "none"), line: empty + 1, key: ["ranks", .index(empty)])
    }
  }

  private func checkRanges() throws(FormatError) {
    for (row, actions) in rows.enumerated() {
      for action in actions {
        guard action.operation.stage.index < problem.stageCount else {
          throw error(action, in: row, range: "a stage", problem.stageCount, action.operation.stage.index)
        }
        guard action.operation.microbatch.index < problem.microbatchCount else {
          throw error(
            action, in: row, range: "a microbatch", problem.microbatchCount,
            action.operation.microbatch.index)
        }
      }
    }
  }

  private func error(
    _ action: TorchAction, in row: Int, range what: String, _ count: Int, _ found: Int
  ) -> FormatError {
    error(
      .expected("\(what) from 0 to \(count - 1), as the problem has \(count)", found: "\(found)"),
      about: action, in: row)
  }

  /// Checks that every stage is on the row of the device that hosts it.
  private func checkPlacement() throws(FormatError) {
    for (row, actions) in rows.enumerated() {
      for action in actions {
        let host = problem.hosts[action.operation.stage.index][0].index
        guard host != row else { continue }
        throw error(
          .expected(
            "stage \(action.operation.stage) on rank \(host), where the problem places it",
            found: "it on rank \(row)\(suggestion)"),
          about: action, in: row)
      }
    }
  }

  /// The placement that the rows imply, where they imply one and it is not too much to read.
  private var suggestion: String {
    var ranks = [Int?](repeating: nil, count: problem.stageCount)
    for (row, actions) in rows.enumerated() {
      for action in actions {
        let stage = action.operation.stage.index
        guard ranks[stage] ?? row == row else { return "" }
        ranks[stage] = row
      }
    }
    let known = ranks.compactMap { $0 }
    guard known.count == ranks.count, known.count <= 64 else { return "" }
    let list = known.map(String.init).joined(separator: ", ")
    return "; a problem with placement: [\(list)] fits the file"
  }

  /// Checks that backward passes are in parts, and in pairs, only where the problem's stages have those.
  private func checkParts() throws(FormatError) {
    for (row, actions) in rows.enumerated() {
      for (action, next) in zip(actions, actions.dropFirst().map { Optional($0) } + [nil]) {
        let stage = problem.stages[action.operation.stage.index]
        if action.operation.kind.isPart, stage.gradient(isFused: false) == stage.gradient(isFused: true) {
          throw error(
            .expected(
              "B, as the backward pass of stage \(action.operation.stage) has no parts",
              found: action.operation.kind == .backwardInput ? "I" : "W"), about: action, in: row)
        }
        guard action.beginsPair, let second = next?.operation,
          problem.stages[second.stage.index].gradient(isFused: true) != .backward
        else { continue }
        throw error(
          .expected("B of a stage with W in a pair", found: "that of stage \(second.stage)"), about: action,
          in: row)
      }
    }
  }

  /// Checks that every stage does the work of every microbatch once, and gives the gradient in one way.
  private func checkOnce() throws(FormatError) {
    // One bit per kind: F 1, I 2, W 4, B 8.
    var done = [UInt8](repeating: 0, count: problem.stageCount * problem.microbatchCount)
    for (row, actions) in rows.enumerated() {
      for action in actions {
        let operation = action.operation
        let slot = operation.stage.index * problem.microbatchCount + operation.microbatch.index
        let bit: UInt8 = 1 << operation.kind.rawValue
        guard done[slot] & bit == 0 else {
          throw error(.expected("each action once", found: "this one again"), about: action, in: row)
        }
        done[slot] |= bit
        guard done[slot] & 8 == 0 || done[slot] & 6 == 0 else {
          throw error(
            isOldDialect
              ? .oldDialect("W with B of one microbatch")
              : .expected("either B or I and W of one microbatch on one stage", found: "both"),
            about: action, in: row)
        }
      }
    }
    for (slot, bits) in done.enumerated() where bits != 7 && bits != 9 {
      let (stage, microbatch) = (slot / problem.microbatchCount, slot % problem.microbatchCount)
      let missing = bits & 1 == 0 ? "F" : bits & 6 == 0 ? "B, or I and W," : bits & 2 == 0 ? "I" : "W"
      let row = problem.hosts[stage][0].index
      throw FormatError(
        .expected("\(missing) of stage \(stage) and microbatch \(microbatch)", found: "none"),
        line: row + 1, key: ["ranks", .index(row)])
    }
  }

  /// Whether the file spells the input's part of a backward pass `B`, as PyTorch did before 2.6: it has no `I`.
  private var isOldDialect: Bool {
    !rows.contains { $0.contains { $0.operation.kind == .backwardInput } }
  }

  private func error(
    _ reason: FormatError.Reason, about action: TorchAction, in row: Int
  ) -> FormatError {
    reader.error(reason, row: row, cell: Int(action.cell), place: Int(action.place))
  }
}

extension Operation.Kind {
  /// Whether it is a part of a backward pass.
  fileprivate var isPart: Bool { self == .backwardInput || self == .backwardWeight }
}

extension FormatError.Reason {
  /// Letters of PyTorch before 2.6, and how to bring them up to date.
  static func oldDialect(_ found: String) -> Self {
    .expected(
      "I for the input's part of a backward pass, and B for a whole one",
      found: "\(found): the letters of PyTorch before 2.6, which wrote B for I and BW for B; "
        + "bring them up to date with sed -E 's/([0-9])B([0-9])/\\1I\\2/g; s/([0-9])BW([0-9])/\\1B\\2/g'")
  }
}
