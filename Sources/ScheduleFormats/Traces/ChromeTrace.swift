import Measurement
import PipelineModel

/// Reads the JSON of Kineto, PyTorch's profiler, and of all that write for chrome://tracing.
struct ChromeTrace {
  /// What has been read.
  private(set) var events = TraceEvents()
  private let matcher: TracePattern.Matcher
  private let expectation: String
  /// The argument of events that names operations, in place of the events' names.
  private let field: String?
  /// Events that have begun and not ended, by track.
  private var begun: [TraceEvents.Track: [Event]] = [:]

  /// Reads a trace: an object with `traceEvents`, or the list alone. O(text).
  ///
  /// - Throws: `FormatError` for text that is no trace, or events that cannot have been.
  init(_ bytes: [UInt8], pattern: TracePattern, field: String?) throws(FormatError) {
    matcher = pattern.matcher()
    expectation = pattern.expectation
    self.field = field
    try JSONReader.read(bytes) { (reader) throws(FormatError) in try read(&reader) }
    for open in begun.values.joined() {
      guard case .operation = events.meanings[Int(open.name)] else { continue }
      throw FormatError(
        .expected(
          "an end (\"ph\": \"E\") of every event that begins",
          found: "none of \(events.names.texts[Int(open.name)].quoted)"))
    }
  }

  private mutating func read(_ reader: inout JSONReader) throws(FormatError) {
    guard reader.skipBlanks() == ASCII.openBrace else { return try readEvents(&reader) }
    var hasEvents = false
    try reader.readRawMembers(expecting: "a trace") { (reader, key) throws(FormatError) in
      if reader.isText("traceEvents", at: key) {
        hasEvents = true
        do throws(FormatError) { try readEvents(&reader) } catch { throw error.within(.name("traceEvents")) }
      } else if reader.isText("distributedInfo", at: key) {
        try DistributedInfo.read(&reader, into: &events)
      } else {
        try reader.skipValue()
      }
    }
    guard hasEvents else { throw FormatError(.missingKey("traceEvents")) }
  }

  private mutating func readEvents(_ reader: inout JSONReader) throws(FormatError) {
    guard reader.take(ASCII.openBracket) else { throw reader.unexpected("a list of events") }
    if reader.take(ASCII.closeBracket) { return }
    var index = 0
    repeat {
      do throws(FormatError) {
        let event = try Event(&reader)
        try add(event, &reader)
      } catch {
        throw error.within(.index(index))
      }
      index += 1
    } while reader.take(ASCII.comma)
    guard reader.take(ASCII.closeBracket) else { throw reader.unexpected("`,` or `]`") }
  }
}

extension ChromeTrace {
  private mutating func add(_ event: Event, _ reader: inout JSONReader) throws(FormatError) {
    switch event.phase {
    case UInt8(ascii: "X"): try addComplete(event, &reader)
    case UInt8(ascii: "B"): begin(event, &reader)
    case UInt8(ascii: "E"): try end(event, &reader)
    case UInt8(ascii: "M"): try addLabel(event, &reader)
    default: break
    }
  }

  /// Gives an event its name's number and its source.
  private mutating func identify(_ event: inout Event, _ reader: inout JSONReader) throws(FormatError) {
    event.source = Source(event.category, reader)
    let bytes = reader.bytes[event.nameRange]
    let (number, isNew) = events.names.number(of: bytes)
    event.name = number
    if isNew {
      var text = events.names.texts[Int(number)]
      if bytes.contains(ASCII.backslash) {
        let place = reader.position
        reader.position = event.nameRange.lowerBound - 1
        text = try reader.readString(expecting: "a text")
        reader.position = place
      }
      while events.meanings.count <= Int(number) { events.meanings.append(.other) }
      events.meanings[Int(number)] = field == nil ? NameMeaning(text, matcher) : Self.fieldless(text, matcher)
    }
  }

  /// What a name tells where operations are named elsewhere.
  private static func fieldless(_ name: String, _ matcher: TracePattern.Matcher) -> NameMeaning {
    let meaning = NameMeaning(name, matcher)
    if case .operation = meaning { return .other }
    return meaning
  }

  private mutating func track(of event: Event, _ reader: borrowing JSONReader) -> TraceEvents.Track {
    TraceEvents.Track(process: number(event.process, reader), thread: number(event.thread, reader))
  }

  private mutating func number(_ range: Range<Int>, _ reader: borrowing JSONReader) -> Int32 {
    let number = events.names.number(of: reader.bytes[range]).number
    while events.meanings.count <= Int(number) { events.meanings.append(.other) }
    return number
  }

  private mutating func addComplete(_ event: Event, _ reader: inout JSONReader) throws(FormatError) {
    var event = event
    try identify(&event, &reader)
    let meaning = events.meanings[Int(event.name)]
    if case .operation = meaning {
      guard event.start != nil else { throw FormatError(.missingKey("ts")) }
      guard event.duration != nil else { throw FormatError(.missingKey("dur")) }
    }
    guard let start = event.start else { return }
    let span = TimeSpan(start: start / 1000, duration: (event.duration ?? 0) / 1000)
    try add(event, meaning, span, &reader)
  }

  private mutating func add(
    _ event: Event, _ meaning: NameMeaning, _ span: TimeSpan, _ reader: inout JSONReader
  ) throws(FormatError) {
    let fieldMatch = try field.flatMap { (field) throws(FormatError) in
      try argument(field, of: event, &reader).flatMap { matcher.match($0) }
    }
    switch event.source {
    case .kernel:
      if field != nil, fieldMatch == nil { noteOther(event) }
      events.kernels.append(
        TraceEvents.Kernel(
          name: event.name, track: track(of: event, reader), span: span,
          correlation: try correlation(of: event, &reader), match: fieldMatch))
      return
    case .launch:
      if let correlation = try correlation(of: event, &reader) {
        events.launches[correlation] = TraceEvents.Launch(
          process: number(event.process, reader), start: span.start)
      }
      return
    case .framework, .host, .deviceRange: break
    }
    let side: TraceEvents.Side = event.source == .deviceRange ? .device : .host
    switch meaning {
    case .operation(let match):
      events.named[side, default: []].append(
        TraceEvents.Named(match: match, track: track(of: event, reader), span: span))
    case .step(let number):
      // On the accelerator every stream has its own part of it.
      if let known = events.marks[side]?[number] {
        let start = min(known.start, span.start)
        events.marks[side]?[number] = TimeSpan(start: start, duration: max(known.end, span.end) - start)
      } else {
        events.marks[side, default: [:]][number] = span
      }
    case .optimizerStep:
      events.optimizerSteps[side, default: []].append((track(of: event, reader), span))
    case .transfer(let title):
      if event.source != .framework { events.transfers.append((title, track(of: event, reader), span)) }
    case .other:
      if let fieldMatch {
        events.named[side, default: []].append(
          TraceEvents.Named(match: fieldMatch, track: track(of: event, reader), span: span))
      }
    }
    noteOther(event)
  }

  /// Keeps some names for messages.
  private mutating func noteOther(_ event: Event) {
    guard events.otherNames.count < 3, events.named.isEmpty else { return }
    let name = events.names.texts[Int(event.name)]
    if !events.otherNames.contains(name) { events.otherNames.append(name) }
  }

  private mutating func begin(_ event: Event, _ reader: inout JSONReader) {
    var event = event
    guard (try? identify(&event, &reader)) != nil, event.start != nil else { return }
    begun[track(of: event, reader), default: []].append(event)
  }

  private mutating func end(_ event: Event, _ reader: inout JSONReader) throws(FormatError) {
    let track = track(of: event, reader)
    guard let begin = begun[track]?.popLast(), let start = begin.start else {
      throw FormatError(
        .expected("a beginning (\"ph\": \"B\") of every event that ends", found: "none before this end"))
    }
    guard let end = event.start else { throw FormatError(.missingKey("ts")) }
    guard end >= start else {
      throw FormatError(
        .expected(
          "clocks that never run backwards",
          found: "an event from \(start.short) until \(end.short) microseconds"))
    }
    try add(
      begin, events.meanings[Int(begin.name)], TimeSpan(start: start / 1000, duration: (end - start) / 1000),
      &reader)
  }

  private mutating func addLabel(_ event: Event, _ reader: inout JSONReader) throws(FormatError) {
    guard reader.isText("process_name", at: event.nameRange),
      let label = try argument("name", of: event, &reader)
    else { return }
    events.processNames[number(event.process, reader)] = label
  }

  private func correlation(of event: Event, _ reader: inout JSONReader) throws(FormatError) -> Int? {
    try argument("correlation", of: event, &reader).flatMap { Int($0) }
  }

  /// The text or number that an argument of an event has.
  private func argument(
    _ name: String, of event: Event, _ reader: inout JSONReader
  ) throws(FormatError) -> String? {
    guard let place = event.arguments, reader.bytes[place] == ASCII.openBrace else { return nil }
    let here = reader.position
    defer { reader.position = here }
    reader.position = place
    return try Self.value(name, &reader)
  }

  private static func value(_ name: String, _ reader: inout JSONReader) throws(FormatError) -> String? {
    var found: String?
    try reader.readRawMembers(expecting: "arguments") { (reader, key) throws(FormatError) in
      guard name.utf8.elementsEqual(reader.bytes[key]) else { return try reader.skipValue() }
      let range = try reader.skipScalar()
      if !range.isEmpty { found = String(decoding: reader.bytes[range], as: UTF8.self) }
    }
    return found
  }
}
