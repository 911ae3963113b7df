import PipelineModel

/// The operations that one trace file recorded, by process and thread.
public struct TraceRecording {
  /// The largest trace that is read, in bytes.
  public static let largestText = 1 << 30

  /// One operation as it ran.
  struct Event {
    var match: TracePattern.Match
    /// In microseconds.
    var start: Double
    /// In microseconds.
    var duration: Double
  }

  /// Where a trace puts events side by side.
  struct Track: Hashable {
    var process: String
    var thread: String
  }

  /// The file's name.
  let file: String
  /// The rank that the file says it is of.
  private(set) var rank: Int?
  /// The names of processes.
  private(set) var processNames: [String: String] = [:]
  /// The operations of each track, in the file's order.
  private(set) var events: [Track: [Event]] = [:]
  /// Some names of other complete events, for messages.
  private var otherNames: [String] = []
  /// The same operations as the accelerator ran them; these count where there are any.
  private var acceleratorEvents: [Track: [Event]] = [:]

  /// Reads the JSON of a profiler: an object with `traceEvents`, or the list alone.
  ///
  /// PyTorch's profiler records the time that the processor takes to launch an operation, and under the category
  /// `gpu_user_annotation` the time that it takes; the latter count where there are any.
  ///
  /// - Throws: `FormatError` for text that is no trace, or a trace without operations.
  /// - Complexity: O(text).
  public init(_ bytes: [UInt8], file: String, pattern: inout TracePattern) throws(FormatError) {
    self.file = file
    do throws(FormatError) {
      guard !bytes.starts(with: [0x1F, 0x8B]) else {
        throw FormatError(.expected("JSON", found: "a compressed file; unpack it first"))
      }
      var raw: [TraceEvent] = []
      var found: Int?
      try JSONReader.read(bytes) { (reader) throws(FormatError) in
        try reader.readTrace(&raw, rank: &found)
      }
      rank = found
      for event in raw { add(event, &pattern) }
      if !acceleratorEvents.isEmpty { events = acceleratorEvents }
      guard !events.isEmpty else { throw FormatError(.expected(pattern.expectation, found: foundNames)) }
    } catch {
      throw error.about(file: file)
    }
  }

  private mutating func add(_ event: TraceEvent, _ pattern: inout TracePattern) {
    if event.phase == "M", event.name == "process_name", let label = event.label {
      processNames[event.process] = label
    }
    guard event.phase == "X" else { return }
    guard let match = pattern.match(event.name) else {
      if otherNames.count < 3, !otherNames.contains(event.name) { otherNames.append(event.name) }
      return
    }
    let track = Track(process: event.process, thread: event.thread)
    let measured = Event(match: match, start: event.start, duration: event.duration)
    if event.category == "gpu_user_annotation" {
      acceleratorEvents[track, default: []].append(measured)
    } else {
      events[track, default: []].append(measured)
    }
  }

  private var foundNames: String {
    guard !otherNames.isEmpty else { return "no complete events (\"ph\": \"X\")" }
    return "only others, such as " + otherNames.map(\.quoted).joined(separator: ", ")
  }
}
