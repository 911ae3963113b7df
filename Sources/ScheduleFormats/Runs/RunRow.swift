import PipelineModel

/// One row of a table of runs, read into a problem.
struct RunRow {
  let columns: RunColumns
  let cells: [String]
  let line: Int

  /// The run of the row.
  ///
  /// - Throws: `FormatError` naming the column and what was expected there.
  func run(of file: String) throws(FormatError) -> RunTable.Run {
    guard let nameColumn = columns[.run] else { throw missing("run") }
    let name = try text(at: nameColumn)
    let measured = try columns[.measured].map { column throws(FormatError) in
      let time = try time(at: column)
      guard time > 0 else { throw error(column, .expected("a time above 0", found: text(column).shortened)) }
      return time
    }
    return RunTable.Run(
      line: line, name: name, schedule: try columns[.schedule].map(text(at:)),
      problem: try problem(name: name, source: source(of: file)), measured: measured, cells: cells)
  }

  private func problem(name: String, source: String) throws(FormatError) -> Problem {
    guard let microbatchColumn = columns[.microbatches] else { throw missing("microbatches") }
    let stages = try stages()
    let microbatches = try count(at: microbatchColumn)
    let devices = try columns[.devices].map { column throws(FormatError) in
      let count = try count(at: column)
      guard count <= stages.count else {
        throw error(
          column,
          .expected("at most \(stages.count) devices, as the row has so many stages", found: "\(count)"))
      }
      return count
    }
    let deviceCount = devices ?? stages.count
    do throws(ProblemError) {
      return try Problem(
        name: name, source: source, units: Units(time: columns.unit?.rawValue ?? ""),
        devices: Array(repeating: Device(), count: deviceCount), stages: stages,
        microbatches: Array(repeating: Microbatch(), count: microbatches),
        placement: stages.count == deviceCount ? .sequential : .loop)
    } catch {
      throw FormatError(.problem(error.reason), line: line, key: error.key)
    }
  }

  /// The stages up to the last whose cells are not all empty: a shorter pipeline leaves the others so.
  private func stages() throws(FormatError) -> [Stage] {
    let used = (0..<columns.stageCount).last { stage in
      RunColumns.Pass.allCases.contains {
        columns[.time($0, stage: stage)].map { !text($0).isEmpty } ?? false
      }
    }
    var stages: [Stage] = []
    for stage in 0...(used ?? 0) {
      guard let forward = columns[.time(.forward, stage: stage)],
        let backward = columns[.time(.backward, stage: stage)]
      else { throw missing("forward_\(stage)") }
      let (forwardTime, backwardTime) = (try time(at: forward), try time(at: backward))
      guard let weight = columns[.time(.weight, stage: stage)] else {
        stages.append(Stage(forward: forwardTime, backward: .whole(backwardTime)))
        continue
      }
      stages.append(
        Stage(forward: forwardTime, backwardInput: backwardTime, backwardWeight: try time(at: weight)))
    }
    return stages
  }

  /// Where the row's numbers come from: its place, what was measured, and all labels.
  private func source(of file: String) -> String {
    let measured = columns[.measured].map { column in
      ["measured \(text(column)) \(column.unit?.rawValue ?? "")"]
    }
    let labels = columns.labels.filter { !cells[$0].isEmpty }.map { "\(columns.titles[$0]) \(cells[$0])" }
    let facts = ((measured ?? []) + labels).map {
      $0.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
    let place = "\(file == "-" ? "standard input" : file), line \(line)"
    return facts.isEmpty ? place : "\(place): \(facts.joined(separator: ", "))"
  }
}

// Cells.
extension RunRow {
  private func text(_ column: RunColumns.Column) -> String { cells[column.position] }

  private func text(at column: RunColumns.Column) throws(FormatError) -> String {
    let text = text(column)
    guard !text.isEmpty else { throw error(column, .expected("a value", found: "an empty cell")) }
    return text
  }

  private func count(at column: RunColumns.Column) throws(FormatError) -> Int {
    let number = try number(at: column)
    guard let count = Int(exactly: number) else {
      throw error(column, .expected("a whole number", found: text(column).quoted))
    }
    do throws(ProblemError) {
      try ProblemRules.checkCount(count, key: [])
    } catch {
      throw self.error(column, .problem(error.reason))
    }
    return count
  }

  /// A time in the unit of the problem.
  private func time(at column: RunColumns.Column) throws(FormatError) -> Double {
    var places = 0
    if let unit = column.unit, let other = columns.unit { places = unit.places(to: other) }
    let time = try number(at: column, timesTenTo: places)
    do throws(ProblemError) {
      try ProblemRules.checkMagnitude(time, key: [])
    } catch {
      throw self.error(column, .problem(error.reason))
    }
    return time
  }

  /// The number of a cell, moved by decimal places and rounded once: in another unit it is still a decimal number.
  private func number(at column: RunColumns.Column, timesTenTo places: Int = 0) throws(FormatError) -> Double
  {
    let text = try text(at: column)
    if ["nan", "inf", "infinity"].contains(text.lowercased().drop { $0 == "-" || $0 == "+" }) {
      throw error(column, .notFinite(text.shortened))
    }
    let parts = text.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "e" || $0 == "E" }
    let exponent = parts.count == 1 ? 0 : Int(parts[1])
    // `Double` reads hexadecimal digits as well.
    guard let exponent, (-9_999...9_999).contains(exponent), parts[0].utf8.allSatisfy(Self.marks.contains),
      let value = Double("\(parts[0])e\(exponent + places)")
    else { throw error(column, .expected("a number", found: text.quoted)) }
    guard value.isFinite else { throw error(column, .notFinite(text.shortened)) }
    return value
  }

  private static let marks = Set("0123456789.+-".utf8)

  private func error(_ column: RunColumns.Column, _ reason: FormatError.Reason) -> FormatError {
    RunColumns.error(columns.titles[column.position], reason, line: line)
  }

  private func missing(_ title: String) -> FormatError {
    FormatError(.expected("a column \(title.quoted)", found: "none"), line: 1)
  }
}
