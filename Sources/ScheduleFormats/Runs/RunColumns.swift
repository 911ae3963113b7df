import PipelineModel

/// What the columns of a table of runs hold, read from their titles.
struct RunColumns {
  /// What a column holds, whatever its unit.
  enum Content: Hashable {
    case run, schedule, devices, microbatches, measured
    case time(Pass, stage: Int)
  }

  /// A pass of a stage that has a duration.
  enum Pass: String, CaseIterable {
    case forward, backward, weight
  }

  /// A column that means something.
  struct Column {
    let position: Int
    /// The unit in its title; `nil` where there is none.
    let unit: TimeUnit?
  }

  /// All titles, in order.
  let titles: [String]
  /// The number of stages that have columns.
  private(set) var stageCount = 0
  private var columns: [Content: Column] = [:]

  /// Reads a header.
  ///
  /// - Throws: `FormatError` about the first title that cannot be, or the first column that lacks.
  init(titles: [String]) throws(FormatError) {
    self.titles = titles
    for (position, title) in titles.enumerated() {
      if let first = titles[..<position].firstIndex(of: title) {
        throw Self.error(title, .expected("each column once", found: "it \(Self.places(first, position))"))
      }
      guard let (content, unit) = try Self.content(of: title) else { continue }
      if let other = columns[content] {
        throw Self.error(
          title, .expected("one column for this", found: "\(titles[other.position].quoted) besides"))
      }
      columns[content] = Column(position: position, unit: unit)
    }
    try checkComplete()
    try checkUnits()
  }

  /// The column of a content; `nil` where the table has none.
  subscript(content: Content) -> Column? { columns[content] }

  /// The unit of a problem's times: that of the first stage's forward pass.
  var unit: TimeUnit? { columns[.time(.forward, stage: 0)]?.unit }

  /// The positions of columns with labels.
  var labels: [Int] {
    let known = Set(columns.filter { $0.key != .schedule }.map(\.value.position))
    return titles.indices.filter { !known.contains($0) && !titles[$0].isEmpty }
  }

  private static func places(_ first: Int, _ second: Int) -> String {
    "as columns \(first + 1) and \(second + 1)"
  }

  static func error(_ title: String, _ reason: FormatError.Reason, line: Int = 1) -> FormatError {
    FormatError(reason, line: line, key: title.isEmpty ? [] : [.name(title)])
  }
}

extension RunColumns {
  /// What a title says; `nil` for a label.
  private static func content(of title: String) throws(FormatError) -> (Content, TimeUnit?)? {
    let known: [String: Content] = [
      "run": .run, "schedule": .schedule, "devices": .devices, "microbatches": .microbatches,
      "measured": .measured,
    ]
    if let content = known[title] { return (content, nil) }
    let words = title.split(separator: "_", omittingEmptySubsequences: false).map(String.init)
    if words[0] == "measured", words.count == 2 { return (.measured, try unit(words[1], in: title)) }
    guard let pass = Pass(rawValue: words[0]), (2...3).contains(words.count),
      let place = words.indices.first(where: { $0 > 0 && isNumber(words[$0]) })
    else { return nil }
    guard let stage = Int(words[place]), ProblemRules.counts.contains(stage + 1) else {
      throw error(
        title, .expected("a stage below \(ProblemRules.counts.upperBound)", found: words[place].shortened))
    }
    let unit = words.count == 2 ? nil : try unit(words[3 - place], in: title)
    return (.time(pass, stage: stage), unit)
  }

  private static func isNumber(_ word: String) -> Bool {
    !word.isEmpty && word.utf8.count <= 18 && word.utf8.allSatisfy(ASCII.isDigit)
  }

  private static func unit(_ word: String, in title: String) throws(FormatError) -> TimeUnit {
    guard let unit = TimeUnit(rawValue: word) else {
      throw error(title, .expected("a unit of time (\(TimeUnit.names))", found: word.quoted))
    }
    return unit
  }

  /// Checks that there is a column for all that a problem needs, and none of a stage beyond the last.
  private mutating func checkComplete() throws(FormatError) {
    for (content, title) in [(Content.run, "run"), (.microbatches, "microbatches")] {
      guard columns[content] == nil else { continue }
      throw FormatError(.expected("a column \(title.quoted)", found: "none"), line: 1)
    }
    while columns[.time(.forward, stage: stageCount)] != nil { stageCount += 1 }
    guard stageCount > 0 else {
      throw FormatError(.expected("columns forward_0, forward_1, ...", found: "none"), line: 1)
    }
    let beyond = titles.indices.filter { position in
      columns.contains {
        if case .time(_, let stage) = $0.key {
          stage >= stageCount && $0.value.position == position
        } else {
          false
        }
      }
    }
    if let position = beyond.first {
      throw Self.error(
        titles[position], .expected("a column forward_\(stageCount) before it", found: "none"))
    }
    for stage in 0..<stageCount where columns[.time(.backward, stage: stage)] == nil {
      throw FormatError(.expected("a column backward_\(stage)", found: "none"), line: 1)
    }
  }

  /// Checks that all times have units, or none has: then time is abstract.
  private func checkUnits() throws(FormatError) {
    let times = columns.filter { if case .time = $0.key { true } else { $0.key == .measured } }
    for column in times.values.sorted(by: { $0.position < $1.position }) {
      guard (column.unit == nil) != (unit == nil) else { continue }
      throw Self.error(
        titles[column.position],
        .expected("a unit in all titles of times, or in none", found: column.unit == nil ? "none" : "one"))
    }
  }
}
