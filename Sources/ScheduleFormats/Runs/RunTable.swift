import PipelineModel

/// Measured runs of pipelines, one a row of a CSV: what each stage took, and what the whole took.
///
/// The header names the columns: `run`, `microbatches`, `forward_0`, `backward_0`, ... and, where they are known, `schedule`,
/// `devices`, `measured` and `weight_0`, ...; times have their unit in the title, as `forward_us_0` or `forward_0_us`.
/// Further columns are labels.
public struct RunTable: Sendable {
  /// The largest text that is read, in bytes.
  public static let largestText = 64 << 20
  /// How many visits of stages all runs may make together: each takes memory in the problem of its run.
  private static let mostVisits = 1 << 22

  /// One row.
  public struct Run: Sendable {
    /// Its line in the file, counted from one.
    public let line: Int
    /// What the row calls it, as no other.
    public let name: String
    /// The family whose orders it ran, by name, where the row says it.
    public let schedule: String?
    /// What its stages cost.
    public let problem: Problem
    /// What its iteration took, in the problem's time unit; above 0. `nil` where the table has no such column.
    public let measured: Double?
    /// All cells, as they are written.
    let cells: [String]
  }

  /// The unit of the problems' times; `nil` where no title has one.
  public let unit: TimeUnit?
  /// The unit in which the file tells measured times.
  public let measuredUnit: TimeUnit?
  /// The titles of all columns, in order.
  public let columns: [String]
  /// The runs, in the order of the file; at least one.
  public let runs: [Run]

  /// Reads a table.
  ///
  /// - Parameter file: the name that messages give the text; `-` stands for standard input.
  /// - Throws: `FormatError` naming row, column and what was expected there.
  /// - Complexity: O(text + problems).
  public init(_ bytes: [UInt8], file: String) throws(FormatError) {
    do throws(FormatError) {
      guard bytes.count <= Self.largestText else {
        throw FormatError(.tooLarge(bytes: bytes.count, limit: Self.largestText))
      }
      guard String(validating: bytes, as: UTF8.self) != nil else { throw FormatError(.notUTF8) }
      // Spreadsheets begin a CSV in UTF-8 with a byte-order mark.
      let rows = try Self.rows(
        of: bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes)
      guard let header = rows.first else {
        throw FormatError(.expected("a header and a row for each run", found: "nothing"))
      }
      let columns = try RunColumns(titles: header.cells)
      guard rows.count > 1 else {
        throw FormatError(.expected("a row for each run below the header", found: "none"))
      }
      unit = columns.unit
      measuredUnit = columns[.measured]?.unit
      self.columns = columns.titles
      runs = try Self.runs(rows.dropFirst(), columns: columns, file: file)
    } catch {
      throw error.about(file: file)
    }
  }

  /// What a row says in a column, as it is written; `nil` where there is no such column. O(columns).
  public func text(of run: Run, in column: String) -> String? {
    columns.firstIndex(of: column).map { run.cells[$0] }
  }

  /// The lines that are not empty, each with its cells; all have as many as the first.
  private static func rows(of bytes: [UInt8]) throws(FormatError) -> [(line: Int, cells: [String])] {
    var reader = CSVReader(bytes)
    var rows: [(line: Int, cells: [String])] = []
    while !reader.isAtEnd {
      let line = reader.line
      let places = reader.readRow()
      if places.isEmpty { continue }
      var cells: [String] = []
      for place in places {
        guard let text = reader.text(of: place) else {
          throw FormatError(
            .expected(
              "a cell between two quotation marks", found: "other text beside them, or no second one"),
            line: line)
        }
        cells.append(text)
      }
      let expected = rows.first?.cells.count ?? cells.count
      guard cells.count == expected else {
        throw FormatError(
          .expected("\(expected.counted("cell")), as in the header", found: "\(cells.count)"), line: line)
      }
      rows.append((line, cells))
    }
    return rows
  }

  private static func runs(
    _ rows: ArraySlice<(line: Int, cells: [String])>, columns: RunColumns, file: String
  ) throws(FormatError) -> [Run] {
    var lines: [String: Int] = [:]
    var runs: [Run] = []
    var visits = 0
    for (line, cells) in rows {
      let run = try RunRow(columns: columns, cells: cells, line: line).run(of: file)
      if let first = lines.updateValue(line, forKey: run.name) {
        throw RunColumns.error(
          "run", .expected("each run once", found: "\(run.name.quoted) on line \(first), too"), line: line)
      }
      visits += run.problem.visitCount
      guard visits <= mostVisits else {
        throw RunColumns.error(
          "microbatches",
          .expected("at most \(mostVisits) visits of stages in all runs together", found: "\(visits)"),
          line: line)
      }
      runs.append(run)
    }
    return runs
  }
}
