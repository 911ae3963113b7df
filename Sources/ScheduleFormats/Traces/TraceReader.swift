import Measurement
import PipelineModel

/// Reads the files of one measured run: traces of profilers, with all ranks in one or one per rank, and dumps.
public struct TraceReader: Sendable {
  /// The largest file that is read, packed or not, in bytes: memory is the limit.
  public static let largestText = 1 << 36

  private let pattern: TracePattern
  private let field: String?
  private var traces: [TraceRanks] = []
  private var dumps = PrimusDumps()

  /// Prepares to read.
  ///
  /// - Parameters:
  ///   - pattern: how operations are named.
  ///   - field: the argument of events that names operations; `nil` where the events' own names do.
  public init(pattern: TracePattern = TracePattern(), field: String? = nil) {
    self.pattern = pattern
    self.field = field
  }

  /// Whether a file begins as one of a trace, and not of a table.
  public static func isPossible(_ bytes: [UInt8]) -> Bool {
    let first = bytes.first { $0 != ASCII.space && $0 != ASCII.newline && $0 != ASCII.carriageReturn }
    return Gzip.isCompressed(bytes) || first == ASCII.openBrace || first == ASCII.openBracket
  }

  /// Reads one file, packed by gzip or not.
  ///
  /// - Throws: `FormatError` for text that is no trace, one cut short, or one without operations.
  /// - Complexity: O(text).
  public mutating func read(_ bytes: [UInt8], file: String) throws(FormatError) {
    do throws(FormatError) {
      let bytes = Gzip.isCompressed(bytes) ? try Gzip.unpack(bytes, limit: Self.largestText) : bytes
      if PrimusDumps.isOne(bytes) { return try dumps.read(bytes, file: file) }
      let events = try ChromeTrace(bytes, pattern: pattern, field: field).events
      guard
        events.named.values.contains(where: { !$0.isEmpty })
          || events.kernels.contains(where: { $0.match != nil })
      else { throw FormatError(.expected(pattern.expectation, found: foundNames(events))) }
      traces.append(TraceRanks(events, file: file))
    } catch {
      throw error.about(file: file)
    }
  }

  /// What each rank recorded: of several files each is a rank, of a single one each process, or each thread where
  /// there is only one process and no accelerator.
  public var recordings: [RankRecording] {
    traces.flatMap { $0.recordings(isAlone: traces.count + dumps.count == 1) } + dumps.recordings
  }

  private func foundNames(_ events: TraceEvents) -> String {
    guard !events.otherNames.isEmpty else { return "no complete events (\"ph\": \"X\")" }
    let names = "only others, such as " + events.otherNames.map(\.quoted).joined(separator: ", ")
    if let field { return "\(names), none with such a text in args.\(field.shortened)" }
    guard pattern.text == nil else { return names }
    let nearest = OperationNames.nearest(to: events.otherNames, count: 3).joined(separator: "; ")
    return "\(names); the nearest names that are known: \(nearest)"
  }
}
