import PipelineModel

/// One action of a CSV and where it stands.
struct TorchAction {
  /// What it does.
  var operation: Operation
  /// Whether it begins an overlapped pair.
  var beginsPair = false
  /// The cell in its row, counted from zero.
  var cell: Int32
  /// Where the cell's text begins in the file.
  var place: Int32

  /// The operation on one of the stages: PyTorch has one name for `BW` and for a `B` without `W`.
  func operation(on stages: [Stage]) -> Operation {
    guard operation.kind == .backward else { return operation }
    let kind = stages[operation.stage.index].gradient(isFused: true) ?? .backward
    return Operation(kind, stage: operation.stage, microbatch: operation.microbatch)
  }
}

/// Reads the cells of a CSV, row by row; what they mean together is not judged.
struct TorchCellReader {
  private let bytes: [UInt8]
  private let dialect: TorchDialect
  private let holdsTransfers: Bool
  private var csv: CSVReader
  /// What each rank computes.
  private(set) var rows: [[TorchAction]] = []
  /// What else each rank does, in files that hold transfers.
  private(set) var steps: [[TorchStep]] = []

  /// Reads all cells. O(text).
  ///
  /// - Parameter holdsTransfers: whether it is a compute_comms file, with transfers and more beside the operations.
  init(
    _ bytes: [UInt8], dialect: TorchDialect = .current, holdsTransfers: Bool = false
  ) throws(FormatError) {
    self.bytes = bytes
    self.dialect = dialect
    self.holdsTransfers = holdsTransfers
    csv = CSVReader(bytes)
    guard !bytes.starts(with: [0xEF, 0xBB, 0xBF]) else {
      throw FormatError(
        .expected("an action such as 0F0", found: "a byte-order mark, which PyTorch does not read"))
    }
    while !csv.isAtEnd { try readRow() }
  }

  /// An error about a cell.
  func error(_ reason: FormatError.Reason, row: Int, cell: Int, place: Int) -> FormatError {
    let lineStart = bytes[..<place].lastIndex(of: ASCII.newline).map { $0 + 1 } ?? 0
    let column = String(decoding: bytes[lineStart..<place], as: UTF8.self).unicodeScalars.count + 1
    return FormatError(
      reason, line: row + 1, column: column, key: ["ranks", .index(row), "cells", .index(cell)])
  }

  private mutating func readRow() throws(FormatError) {
    let cells = csv.readRow()
    guard !cells.isEmpty else {
      throw FormatError(
        .expected("the actions of rank \(rows.count)", found: "a blank line, which PyTorch takes for a rank"),
        line: rows.count + 1)
    }
    var actions: [TorchAction] = []
    var others: [TorchStep] = []
    for (index, cell) in cells.enumerated() {
      if holdsTransfers, let step = step(in: cell, cell: index) {
        others.append(step)
      } else {
        try readCell(cell, cell: index, into: &actions)
      }
    }
    rows.append(actions)
    steps.append(others)
  }

  /// What a cell of a compute_comms file does that computes nothing; `nil` for other cells.
  private func step(in range: Range<Int>, cell: Int) -> TorchStep? {
    guard let text = TorchCellText(range, of: bytes),
      let kind = TorchStep.types[String(decoding: bytes[text.type], as: UTF8.self)],
      kind.hasMicrobatch == (text.microbatch != nil)
    else { return nil }
    return TorchStep(
      kind: kind, stage: Stage.ID(rawValue: text.stage),
      microbatch: text.microbatch.map { Microbatch.ID(rawValue: $0) }, cell: Int32(cell),
      place: Int32(range.lowerBound))
  }

  private func trimmed(_ range: Range<Int>) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end, isBlank(bytes[start]) { start += 1 }
    while start < end, isBlank(bytes[end - 1]) { end -= 1 }
    return start..<end
  }

  private func isBlank(_ byte: UInt8) -> Bool { byte == ASCII.space || byte == ASCII.tab }

  /// Reads one cell; an empty one is an idle step.
  private func readCell(
    _ range: Range<Int>, cell: Int, into actions: inout [TorchAction]
  ) throws(FormatError) {
    guard !range.isEmpty else { return }
    if bytes[range.lowerBound] == UInt8(ascii: "(") {
      return try readPair(range, cell: cell, into: &actions)
    }
    guard let operation = operation(in: range) else { throw unexpected(range, cell: cell) }
    actions.append(
      TorchAction(operation: operation, cell: Int32(cell), place: Int32(range.lowerBound)))
  }

  private func readPair(
    _ range: Range<Int>, cell: Int, into actions: inout [TorchAction]
  ) throws(FormatError) {
    guard let close = bytes[range].firstIndex(of: UInt8(ascii: ")")),
      bytes[(close + 1)..<range.upperBound].elementsEqual(TorchCSV.overlapType.utf8),
      let middle = bytes[range.lowerBound..<close].firstIndex(of: UInt8(ascii: ";")),
      let first = operation(in: trimmed((range.lowerBound + 1)..<middle)), first.kind == .forward,
      let second = operation(in: trimmed((middle + 1)..<close)), second.kind == .backward,
      first.microbatch != second.microbatch
    else {
      throw error(
        .expected(
          "an F and the B of another microbatch, such as (0F7;7B3)OVERLAP_F_B", found: text(range).quoted),
        row: rows.count, cell: cell, place: range.lowerBound)
    }
    let place = Int32(range.lowerBound)
    actions.append(TorchAction(operation: first, beginsPair: true, cell: Int32(cell), place: place))
    actions.append(TorchAction(operation: second, cell: Int32(cell), place: place))
  }

  /// The action that a text spells in full.
  private func operation(in range: Range<Int>) -> Operation? {
    guard let text = TorchCellText(range, of: bytes), let microbatch = text.microbatch,
      let kind = dialect.kind(of: bytes[text.type])
    else { return nil }
    return Operation(
      kind, stage: Stage.ID(rawValue: text.stage), microbatch: Microbatch.ID(rawValue: microbatch))
  }

  /// The error about a cell that is no action of such a file.
  private func unexpected(_ range: Range<Int>, cell: Int) -> FormatError {
    let text = text(range)
    let type = text.drop { $0.isNumber }.prefix { $0.isLetter || $0 == "_" }
    if type == "BW", !holdsTransfers {
      return error(.oldDialect(text.quoted), row: rows.count, cell: cell, place: range.lowerBound)
    }
    let isTransfer = !holdsTransfers && TorchStep.types[String(type)] != nil
    let others = holdsTransfers ? ", or a type such as SEND_F" : ""
    return error(
      .expected(
        isTransfer
          ? "an action of a compute_only file (\(dialect.types)), as PyTorch adds the others itself"
          : "an action such as 0F0 (stage, then \(dialect.types)\(others), then microbatch)",
        found: text.quoted + (isTransfer ? " of a compute_comms file, which torch-comms reads" : "")),
      row: rows.count, cell: cell, place: range.lowerBound)
  }

  private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
}
