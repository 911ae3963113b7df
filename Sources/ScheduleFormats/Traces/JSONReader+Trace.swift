import PipelineModel

/// The part of a trace event that measuring needs.
struct TraceEvent {
  var name = ""
  var category = ""
  var phase = ""
  var process = ""
  var thread = ""
  /// In microseconds.
  var start = 0.0
  /// In microseconds.
  var duration = 0.0
  /// The name that a metadata event gives.
  var label: String?
}

extension JSONReader {
  /// Reads a trace: an object with `traceEvents`, or the list alone. Other keys are skipped.
  mutating func readTrace(_ events: inout [TraceEvent], rank: inout Int?) throws(FormatError) {
    guard skipBlanks() == ASCII.openBrace else { return try readEvents(&events) }
    var hasEvents = false
    var list: [TraceEvent] = []
    var found: Int?
    try readObject(expecting: "a trace") { (reader, key, _) throws(FormatError) in
      switch key {
      case "traceEvents":
        hasEvents = true
        try reader.readEvents(&list)
      case "distributedInfo": found = try reader.readRank()
      default: try reader.skipValue()
      }
    }
    guard hasEvents else { throw FormatError(.missingKey("traceEvents")) }
    (events, rank) = (list, found)
  }

  private mutating func readEvents(_ events: inout [TraceEvent]) throws(FormatError) {
    var list: [TraceEvent] = []
    try readArray(expecting: "a list of events") { (reader, _) throws(FormatError) in
      let event = try reader.readEvent()
      if event.phase == "X" || event.label != nil { list.append(event) }
    }
    events = list
  }

  private mutating func readEvent() throws(FormatError) -> TraceEvent {
    var event = TraceEvent()
    try readObject(expecting: "an event") { (reader, key, _) throws(FormatError) in
      switch key {
      case "name": event.name = try reader.readScalarText()
      case "cat": event.category = try reader.readScalarText()
      case "ph": event.phase = try reader.readScalarText()
      case "pid": event.process = try reader.readScalarText()
      case "tid": event.thread = try reader.readScalarText()
      case "ts": event.start = try reader.readMicroseconds()
      case "dur": event.duration = try reader.readDuration()
      case "args": event.label = try reader.readLabel()
      default: try reader.skipValue()
      }
    }
    return event
  }

  /// Reads what `args` calls `name`, where that is a text.
  private mutating func readLabel() throws(FormatError) -> String? {
    guard skipBlanks() == ASCII.openBrace else {
      try skipValue()
      return nil
    }
    var label: String?
    try readObject(expecting: "arguments") { (reader, key, _) throws(FormatError) in
      guard key == "name", reader.skipBlanks() == ASCII.quote else { return try reader.skipValue() }
      label = try reader.readString(expecting: "a name")
    }
    return label
  }

  private mutating func readRank() throws(FormatError) -> Int? {
    var rank: Int?
    try readObject(expecting: "an object with the rank") { (reader, key, _) throws(FormatError) in
      guard key == "rank" else { return try reader.skipValue() }
      rank = Int(try reader.readInt32(expecting: "a rank"))
    }
    return rank
  }

  /// Reads a number, which some writers put in quotation marks.
  private mutating func readMicroseconds() throws(FormatError) -> Double {
    guard skipBlanks() == ASCII.quote else { return try readNumber(expecting: "a number of microseconds") }
    let place = position
    let text = try readString(expecting: "a number of microseconds")
    guard let value = Double(text), value.isFinite else {
      throw error(.expected("a number of microseconds", found: text.quoted), at: place)
    }
    return value
  }

  private mutating func readDuration() throws(FormatError) -> Double {
    skipBlanks()
    let place = position
    let value = try readMicroseconds()
    guard value >= 0 else {
      throw error(.expected("a duration of at least 0", found: value.short), at: place)
    }
    return value
  }

  /// Reads a text or number as it is written; other values are skipped.
  private mutating func readScalarText() throws(FormatError) -> String {
    if skipBlanks() == ASCII.quote { return try readString(expecting: "a text") }
    if let number = try readNumberText() { return number }
    try skipValue()
    return ""
  }

  /// Walks over any value.
  mutating func skipValue() throws(FormatError) {
    switch skipBlanks() {
    case ASCII.openBrace:
      try readObject(expecting: "an object") { (reader, _, _) throws(FormatError) in try reader.skipValue() }
    case ASCII.openBracket:
      try readArray(expecting: "a list") { (reader, _) throws(FormatError) in try reader.skipValue() }
    case ASCII.quote: _ = try readString(expecting: "a text")
    default:
      if take(word: "true") || take(word: "false") || take(word: "null") { return }
      // Profilers write what JSON has no number for.
      if take(word: "NaN") || take(word: "Infinity") || take(word: "-Infinity") { return }
      guard try readNumberText() != nil else { throw unexpected("a value") }
    }
  }
}
