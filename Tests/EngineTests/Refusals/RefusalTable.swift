import Foundation
import TestSupport
import Testing

/// One row of docs/refusals.md: what an engine refuses, and with which orders.
struct RefusalRow: Hashable {
  let engine: String
  let condition: String
  let orders: String

  /// The rows of the page, in its order.
  static func all() throws -> [RefusalRow] {
    // Tests/EngineTests/Refusals/RefusalTable.swift lies four levels down.
    let top = (0..<4).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent() }
    let text = try String(contentsOf: top.appendingPathComponent("docs/refusals.md"), encoding: .utf8)
    let lines = text.split(separator: "\n").filter { $0.hasPrefix("| ") }.dropFirst()
    return try lines.map { line in
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      try #require(cells.count == 4 && !cells[2].isEmpty, "\(line)")
      return RefusalRow(
        engine: cells[0], condition: cells[1], orders: cells[3].trimmingCharacters(in: ["`"]))
    }
  }
}
