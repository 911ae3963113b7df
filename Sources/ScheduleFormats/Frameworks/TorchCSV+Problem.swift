import PipelineModel

extension TorchCSV {
  /// The problem that a CSV implies by itself: a device for each row, the stages where their actions stand, and every
  /// `F`, `I` and `W` one long. A `B` is both parts, as PyTorch has no other name for a pass that could be split.
  ///
  /// - Parameter file: the name that messages give the text, and the problem; `-` stands for standard input.
  /// - Throws: `FormatError` for cells that cannot be read, and for stages that do not have one rank each.
  /// - Complexity: O(text).
  public func impliedProblem(of bytes: [UInt8], file: String) throws(FormatError) -> Problem? {
    do throws(FormatError) {
      guard bytes.count <= largestText else {
        throw FormatError(.tooLarge(bytes: bytes.count, limit: largestText))
      }
      return try TorchImpliedProblem(TorchCellReader(bytes)).problem()
    } catch {
      throw error.about(file: file)
    }
  }
}

/// What the cells of a CSV say of the problem that they are for.
struct TorchImpliedProblem {
  private let rankCount: Int
  /// The rank and the kinds of each stage's actions.
  private var stages: [Int: (rank: Int, kinds: Set<Operation.Kind>)] = [:]
  private var microbatchCount = 0

  init(_ reader: TorchCellReader) throws(FormatError) {
    rankCount = reader.rows.count
    for (rank, actions) in reader.rows.enumerated() {
      for action in actions {
        let operation = action.operation
        var stage = stages[operation.stage.index] ?? (rank, [])
        guard stage.rank == rank else {
          throw reader.error(
            .expected(
              "every stage on one rank",
              found: "stage \(operation.stage) on rank \(stage.rank) and on \(rank)"),
            row: rank, cell: Int(action.cell), place: Int(action.place))
        }
        stage.kinds.insert(operation.kind)
        stages[operation.stage.index] = stage
        microbatchCount = max(microbatchCount, operation.microbatch.index + 1)
      }
    }
  }

  func problem() throws(FormatError) -> Problem {
    guard rankCount > 0 else { throw FormatError(.expected("a row for each rank", found: "none")) }
    if let missing = (0..<stages.count).first(where: { stages[$0] == nil }) {
      throw FormatError(.expected("an action of stage \(missing)", found: "none"), key: ["ranks"])
    }
    let sorted = stages.sorted { $0.key < $1.key }.map(\.value)
    do throws(ProblemError) {
      try ProblemRules.checkCount(microbatchCount, key: ["microbatches"])
      return try Problem(
        devices: Array(repeating: Device(), count: rankCount), stages: sorted.map { Self.stage($0.kinds) },
        microbatches: Array(repeating: Microbatch(), count: microbatchCount),
        placement: Placement(naming: sorted.map { [Device.ID($0.rank)] }, deviceCount: rankCount))
    } catch {
      throw FormatError(.problem(error.reason), key: error.key)
    }
  }

  /// A stage with unit costs; one that has `I` and never `W` has frozen weights.
  private static func stage(_ kinds: Set<Operation.Kind>) -> Stage {
    kinds.contains(.backwardInput) && !kinds.contains(.backwardWeight) && !kinds.contains(.backward)
      ? Stage(forward: 1, backward: .input(1)) : Stage(forward: 1, backwardInput: 1, backwardWeight: 1)
  }
}
