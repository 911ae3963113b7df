import PipelineModel

extension JSONReader {
  private static let summaryKeys = JSONKeys(ScheduleFile.Keys.summary)

  /// Reads the figures of a schedule; those of a certificate come all together or not at all.
  mutating func readSummary() throws(FormatError) -> Summary {
    skipBlanks()
    let start = position
    var numbers = [Double](repeating: 0, count: Self.summaryKeys.names.count)
    var peakMemory: [Double] = []
    var objective = Objective.makespan
    var optimal = false
    var scope = Certificate.Scope.all
    let keys = Self.summaryKeys
    let seen = try readObject(keys: keys, expecting: "an object") { (reader, key) throws(FormatError) in
      switch keys.names[key] {
      case "peakMemory":
        try reader.readArray(expecting: "a list with one number per device") {
          (reader, _) throws(FormatError) in
          peakMemory.append(try reader.readNumber(expecting: "a number"))
        }
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
      periodBubble: numbers[4], spanBubble: numbers[5], imbalance: numbers[6], peakMemory: peakMemory,
      certificate: isCertified
        ? Certificate(
          objective: objective, scope: scope, lowerBound: numbers[9], gap: numbers[10], optimal: optimal)
        : nil)
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

  private mutating func readBoolean() throws(FormatError) -> Bool {
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
    for (index, value) in summary.peakMemory.enumerated() where !value.isFinite {
      throw FormatError(.notFinite(value.plain), key: ["summary", "peakMemory", .index(index)])
    }
    key("peakMemory", indentation: inner)
    list(summary.peakMemory) { $0.number($1) }
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

  private mutating func figure(_ name: StaticString, _ value: Double, indentation: Int) throws(FormatError) {
    guard value.isFinite else {
      throw FormatError(.notFinite(value.plain), key: ["summary", .name("\(name)")])
    }
    key(name, indentation: indentation)
    number(value)
  }
}
