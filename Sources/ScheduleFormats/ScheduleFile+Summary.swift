import PipelineModel

extension JSONReader {
  private static let summaryKeys = JSONKeys(ScheduleFile.Keys.summary)

  /// Reads the figures of a schedule; those of a certificate come all together or not at all.
  mutating func readSummary() throws(FormatError) -> Summary {
    skipBlanks()
    let start = position
    var numbers = [Double](repeating: 0, count: Self.summaryKeys.names.count)
    var lists: [Int: [Double]] = [:]
    var objective = Objective.makespan
    var optimal = false
    var scope = Certificate.Scope.all
    let keys = Self.summaryKeys
    let seen = try readObject(keys: keys, expecting: "an object") { (reader, key) throws(FormatError) in
      switch keys.names[key] {
      case "peakMemory", "peakHostMemory", "hostBusy": lists[key] = try reader.readNumberPerDevice()
      case "objective": objective = try reader.readObjective()
      case "optimal": optimal = try reader.readBoolean()
      case "backward": scope = try reader.readScope()
      default: numbers[key] = try reader.readNumber(expecting: "a number")
      }
    }
    try keys.require(0..<8, in: seen, of: self, at: start)
    let isCertified = (8..<13).contains { seen.contains($0) }
    if isCertified { try keys.require(8..<12, in: seen, of: self, at: start) }
    return Summary(
      makespan: numbers[0], period: numbers[1], longestDeviceSpan: numbers[2], makespanBubble: numbers[3],
      periodBubble: numbers[4], spanBubble: numbers[5], imbalance: numbers[6], peakMemory: lists[7] ?? [],
      recomputeShare: seen.contains(13) ? numbers[13] : nil, peakHostMemory: lists[14], hostBusy: lists[15],
      certificate: isCertified
        ? Certificate(
          objective: objective, scope: scope, lowerBound: numbers[9], gap: numbers[10], optimal: optimal)
        : nil)
  }

  private mutating func readNumberPerDevice() throws(FormatError) -> [Double] {
    var numbers: [Double] = []
    try readArray(expecting: "a list with one number per device") { (reader, _) throws(FormatError) in
      numbers.append(try reader.readNumber(expecting: "a number"))
    }
    return numbers
  }

  /// Reads which schedules a bound speaks of, where it is not all.
  private mutating func readScope() throws(FormatError) -> Certificate.Scope {
    let expected = Certificate.Scope.fused.rawValue
    skipBlanks()
    let start = position
    let text = try readString(expecting: expected)
    guard text == expected else { throw error(.expected(expected, found: text.quoted), at: start) }
    return .fused
  }

  private mutating func readObjective() throws(FormatError) -> Objective {
    let expected = Objective.allCases.map(\.rawValue).joined(separator: " or ")
    skipBlanks()
    let start = position
    let text = try readString(expecting: expected)
    guard let objective = Objective(rawValue: text) else {
      throw error(.expected(expected, found: text.quoted), at: start)
    }
    return objective
  }

  mutating func readBoolean() throws(FormatError) -> Bool {
    skipBlanks()
    if take(word: "true") { return true }
    if take(word: "false") { return false }
    throw unexpected("true or false")
  }
}

extension JSONWriter {
  /// Appends the figures of a schedule, one per line.
  ///
  /// - Throws: `FormatError` when a figure is not finite, which JSON cannot say.
  mutating func summary(_ summary: Summary, indentation: Int) throws(FormatError) {
    let inner = indentation + 2
    let figures: [(StaticString, Double)] = [
      ("makespan", summary.makespan), ("period", summary.period),
      ("longestDeviceSpan", summary.longestDeviceSpan), ("makespanBubble", summary.makespanBubble),
      ("periodBubble", summary.periodBubble), ("spanBubble", summary.spanBubble),
      ("imbalance", summary.imbalance),
    ]
    raw("{")
    for (name, value) in figures { try figure(name, value, indentation: inner) }
    try self.figures("peakMemory", summary.peakMemory, indentation: inner)
    if let share = summary.recomputeShare { try figure("recomputeShare", share, indentation: inner) }
    if let peaks = summary.peakHostMemory { try self.figures("peakHostMemory", peaks, indentation: inner) }
    if let busy = summary.hostBusy { try self.figures("hostBusy", busy, indentation: inner) }
    if let certificate = summary.certificate {
      key("objective", indentation: inner)
      string(certificate.objective.rawValue)
      try figure("lowerBound", certificate.lowerBound, indentation: inner)
      try figure("gap", certificate.gap, indentation: inner)
      key("optimal", indentation: inner)
      raw(certificate.optimal ? "true" : "false")
      if certificate.scope != .all {
        key("backward", indentation: inner)
        string(certificate.scope.rawValue)
      }
    }
    newline(indentation)
    raw("}")
  }

  /// Appends a figure of every device.
  private mutating func figures(
    _ name: StaticString, _ values: [Double], indentation: Int
  ) throws(FormatError) {
    for (index, value) in values.enumerated() where !value.isFinite {
      throw FormatError(.notFinite(value.plain), key: ["summary", .name("\(name)"), .index(index)])
    }
    key(name, indentation: indentation)
    list(values) { $0.number($1) }
  }

  private mutating func figure(_ name: StaticString, _ value: Double, indentation: Int) throws(FormatError) {
    guard value.isFinite else {
      throw FormatError(.notFinite(value.plain), key: ["summary", .name("\(name)")])
    }
    key(name, indentation: indentation)
    number(value)
  }
}
