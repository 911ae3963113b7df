import PipelineModel

/// Columns of text, each as wide as its widest cell.
struct TextTable {
  /// How a column is set.
  enum Alignment {
    case left, right
  }

  private let alignments: [Alignment]
  private var rows: [[String]] = []

  /// Begins a table, with a header row unless it is empty.
  init(_ columns: [(title: String, alignment: Alignment)]) {
    alignments = columns.map(\.alignment)
    if columns.contains(where: { !$0.title.isEmpty }) { rows = [columns.map(\.title)] }
  }

  /// Adds a row with one cell per column.
  mutating func add(_ cells: [String]) { rows.append(cells.map(\.printable)) }

  /// The rows, a line each, indented by two blanks.
  var text: TerminalText {
    let widths = alignments.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    let lines = rows.map { row in
      let cells = row.indices.map { column in
        let padding = String(repeating: " ", count: widths[column] - row[column].count)
        return alignments[column] == .left ? row[column] + padding : padding + row[column]
      }
      var line = "  " + cells.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }
    return TerminalText(lines: lines.joined())
  }
}
