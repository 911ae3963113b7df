import PipelineModel

extension SweepTable {
  /// The figures of a schedule, in the order of the columns.
  private static let figures: [(title: StaticString, value: @Sendable (Summary) -> Double?)] = [
    ("makespan", { $0.makespan }), ("period", { $0.period }), ("makespanBubble", { $0.makespanBubble }),
    ("periodBubble", { $0.periodBubble }), ("spanBubble", { $0.spanBubble }),
    ("recomputeShare", { $0.recomputeShare }), ("lowerBound", { $0.certificate?.lowerBound }),
    ("gap", { $0.certificate?.gap }),
  ]

  /// What has become of a point.
  private static func state(of row: Row) -> StaticString {
    switch row.result {
    case .schedule: "done"
    case .refusal: "refused"
    case nil: "missing"
    }
  }

  /// The table as CSV (RFC 4180), with a header. O(rows x columns).
  public var csv: [UInt8] {
    var text: [UInt8] = []
    func cell(_ value: String) {
      if text.last.map({ $0 != ASCII.newline }) ?? false { text.append(ASCII.comma) }
      text.append(contentsOf: Self.quoted(value).utf8)
    }
    for title in ["result", "state"] + columns { cell(title) }
    for figure in Self.figures { cell("\(figure.title)") }
    for title in ["peakMemory", "deviceTimePerMicrobatch", "pareto", "reason"] { cell(title) }
    text.append(ASCII.newline)
    for row in rows {
      cell(row.name)
      cell("\(Self.state(of: row))")
      for setting in row.settings { cell(setting?.description ?? "") }
      let head = row.head
      for figure in Self.figures { cell(head.flatMap { figure.value($0.summary) }?.plain ?? "") }
      cell(head?.largestPeak.plain ?? "")
      cell(head?.cost(objective).plain ?? "")
      cell(head == nil ? "" : row.isBest ? "true" : "false")
      if case .refusal(let reason)? = row.result { cell(reason) } else { cell("") }
      text.append(ASCII.newline)
    }
    return text
  }

  /// The text of a cell, in quotation marks where it needs them.
  private static func quoted(_ value: String) -> String {
    guard value.utf8.contains(where: { ",\"\r\n".utf8.contains($0) }) else { return value }
    return "\"" + value.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
      + "\""
  }

  /// The table as JSON, a point a line; figures that a point does not have are left out. O(rows x columns).
  public var json: [UInt8] {
    var writer = JSONWriter(capacity: 400 * rows.count)
    writer.raw("{")
    writer.key("objective", indentation: 2)
    writer.string(objective.rawValue)
    for (name, count) in [
      ("done", doneCount), ("refused", refusedCount), ("missing", missingCount),
    ] as [(StaticString, Int)] {
      writer.key(name, indentation: 2)
      writer.integer(count)
    }
    writer.key("points", indentation: 2)
    writer.lines(rows, indentation: 2) { writer, row in write(row, to: &writer) }
    writer.newline(0)
    writer.raw("}")
    writer.newline(0)
    return writer.bytes
  }

  private func write(_ row: Row, to writer: inout JSONWriter) {
    writer.raw("{\"result\": ")
    writer.string(row.name)
    writer.raw(", \"state\": \"")
    writer.raw(Self.state(of: row))
    writer.raw("\", \"settings\": {")
    var isFirst = true
    for (title, value) in zip(columns, row.settings) {
      guard let value else { continue }
      if !isFirst { writer.raw(", ") }
      isFirst = false
      writer.string(title)
      writer.raw(": ")
      switch value {
      case .number(let number): writer.number(number)
      case .text(let text): writer.string(text)
      case .toggle(let value): writer.raw(value ? "true" : "false")
      }
    }
    writer.raw("}")
    if let head = row.head { write(head, isBest: row.isBest, to: &writer) }
    if case .refusal(let reason)? = row.result {
      writer.raw(", \"reason\": ")
      writer.string(reason)
    }
    writer.raw("}")
  }

  private func write(_ head: SweepResult.Head, isBest: Bool, to writer: inout JSONWriter) {
    for figure in Self.figures {
      guard let value = figure.value(head.summary) else { continue }
      writer.raw(", \"")
      writer.raw(figure.title)
      writer.raw("\": ")
      writer.number(value)
    }
    if let certificate = head.summary.certificate {
      writer.raw(", \"objective\": ")
      writer.string(certificate.objective.rawValue)
      writer.raw(certificate.optimal ? ", \"optimal\": true" : ", \"optimal\": false")
    }
    writer.raw(", \"peakMemory\": ")
    writer.list(head.summary.peakMemory) { $0.number($1) }
    writer.raw(", \"deviceTimePerMicrobatch\": ")
    writer.number(head.cost(objective))
    writer.raw(isBest ? ", \"pareto\": true" : ", \"pareto\": false")
  }
}
