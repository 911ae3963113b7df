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

  /// How PyTorch spells a kind: its `B` is the whole backward pass. `nil` for what it does not know.
  static func letter(of kind: Operation.Kind) -> Unicode.Scalar? {
    switch kind {
    case .forward: "F"
    case .backwardInput: "I"
    case .backwardWeight: "W"
    case .backward: "B"
    case .recompute, .reload: nil
    }
  }

  /// The kind that a letter stands for.
  static func kind(of byte: UInt8) -> Operation.Kind? {
    Operation.Kind.allCases.first { letter(of: $0)?.value == UInt32(byte) }
  }
}

/// Reads the cells of a CSV, row by row; what they mean together is not judged.
struct TorchCellReader {
  private let bytes: [UInt8]
  private var csv: CSVReader
  private(set) var rows: [[TorchAction]] = []

  init(_ bytes: [UInt8]) throws(FormatError) {
    self.bytes = bytes
    csv = CSVReader(bytes)
    guard !bytes.starts(with: [0xEF, 0xBB, 0xBF]) else {
      throw FormatError(
        .expected("an action such as 0F0", found: "a byte-order mark, which PyTorch does not read"))
    }
    while !csv.isAtEnd { rows.append(try readRow()) }
  }

  /// An error about a cell.
  func error(_ reason: FormatError.Reason, row: Int, cell: Int, place: Int) -> FormatError {
    let lineStart = bytes[..<place].lastIndex(of: ASCII.newline).map { $0 + 1 } ?? 0
    let column = String(decoding: bytes[lineStart..<place], as: UTF8.self).unicodeScalars.count + 1
    return FormatError(
      reason, line: row + 1, column: column, key: ["ranks", .index(row), "cells", .index(cell)])
  }

  private mutating func readRow() throws(FormatError) -> [TorchAction] {
    let cells = csv.readRow()
    guard !cells.isEmpty else {
      throw FormatError(
        .expected("the actions of rank \(rows.count)", found: "a blank line, which PyTorch takes for a rank"),
        line: rows.count + 1)
    }
    var actions: [TorchAction] = []
    for (index, cell) in cells.enumerated() { try readCell(cell, cell: index, into: &actions) }
    return actions
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
    var position = range.lowerBound
    guard let stage = readIndex(&position, in: range), position < range.upperBound else { return nil }
    guard let kind = TorchAction.kind(of: bytes[position]) else { return nil }
    position += 1
    guard let microbatch = readIndex(&position, in: range), position == range.upperBound else { return nil }
    return Operation(kind, stage: Stage.ID(rawValue: stage), microbatch: Microbatch.ID(rawValue: microbatch))
  }

  /// Reads digits; nine are more than any index has.
  private func readIndex(_ position: inout Int, in range: Range<Int>) -> Int32? {
    let start = position
    var value: Int32 = 0
    while position < range.upperBound, ASCII.isDigit(bytes[position]), position - start < 9 {
      value = 10 * value + Int32(bytes[position] - ASCII.zero)
      position += 1
    }
    return position > start ? value : nil
  }

  /// The error about a cell that is no action of a compute_only file.
  private func unexpected(_ range: Range<Int>, cell: Int) -> FormatError {
    let text = text(range)
    let type = text.drop { $0.isNumber }.prefix { $0.isLetter || $0 == "_" }
    if type == "BW" {
      return error(.oldDialect(text.quoted), row: rows.count, cell: cell, place: range.lowerBound)
    }
    let isTransfer = TorchCSV.transferTypes.contains(String(type))
    return error(
      .expected(
        isTransfer
          ? "an action of a compute_only file (F, I, W or B), as PyTorch adds the others itself"
          : "an action such as 0F0 (stage, then F, I, W or B, then microbatch)",
        found: text.quoted + (isTransfer ? " of a compute_comms file" : "")),
      row: rows.count, cell: cell, place: range.lowerBound)
  }

  private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
}
