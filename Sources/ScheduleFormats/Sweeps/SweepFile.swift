import PipelineModel

/// The file of a sweep, version 1: YAML or JSON.
public enum SweepFile {
  /// The largest text that is read, in bytes.
  public static let largestText = 16 << 20
  /// How many points a sweep may have.
  public static let mostPoints = 1_000_000

  /// Reads a sweep.
  ///
  /// - Parameter file: the name that messages give the text; `-` stands for standard input.
  /// - Throws: `FormatError` naming the first key that cannot be, with its line and what was expected.
  public static func decode(_ bytes: [UInt8], file: String) throws(FormatError) -> Sweep {
    do throws(FormatError) {
      guard bytes.count <= largestText else {
        throw FormatError(.tooLarge(bytes: bytes.count, limit: largestText))
      }
      guard let root = try ProblemFile.document(bytes) else { throw FormatError(.nothing(.sweep)) }
      return try sweep(root)
    } catch {
      throw error.about(file: file)
    }
  }

  /// The keys of each mapping of the format.
  enum Keys {
    static let sweep = ["pipeloom", "problem", "axes", "search", "where"]
    static let family = "family"
    static let search = "search"
    static let problem = "problem"
  }

  private static func sweep(_ root: DocumentNode) throws(FormatError) -> Sweep {
    try root.checkKind(.sweep)
    let keys = try KnownMapping(root, keys: Keys.sweep, expecting: "a \(FileKind.sweep.noun)")
    let problems = try keys.optional(Keys.problem, texts) ?? []
    let members = try keys.required("axes", mapping)
    let source = Sweep.source(problems: problems, axes: members.map(\.key))
    let axes = try within("axes") { () throws(FormatError) in try self.axes(members, source) }
    let makers = try self.makers(
      members, shared: try keys.optional(Keys.search) { (node) throws(FormatError) in try options(node) })
    if source == .model, problems.isEmpty {
      throw root.error(.missingKey(Keys.problem))
    }
    try checkCount([max(1, problems.count), makers.count] + axes.map(\.values.count), at: root)
    let exclusions = try keys.optional("where") { (node) throws(FormatError) in
      try node.list(expecting: "a list of mappings") { (node) throws(FormatError) in
        try exclusion(node, axes: axes)
      }
    }
    return Sweep(problems: problems, axes: axes, makers: makers, exclusions: exclusions ?? [])
  }

  private static func mapping(_ node: DocumentNode) throws(FormatError) -> [DocumentNode.Member] {
    guard case .mapping(let members) = node.content else {
      throw node.unexpected("a mapping of names to lists of values")
    }
    return members
  }

  private static func checkCount(_ counts: [Int], at root: DocumentNode) throws(FormatError) {
    var product = 1
    for count in counts {
      let (next, isTooLarge) = product.multipliedReportingOverflow(by: count)
      guard !isTooLarge, next <= mostPoints else {
        throw FormatError(
          .expected("at most \(mostPoints) points", found: "more"), line: root.line(of: [.name("axes")]),
          key: ["axes"])
      }
      product = next
    }
  }
}

extension SweepFile {
  private static func axes(
    _ members: [DocumentNode.Member], _ source: Sweep.Source
  ) throws(FormatError) -> [Sweep.Axis] {
    let known = SweepSetting.axes(of: source)
    var axes: [Sweep.Axis] = []
    for member in members where ![Keys.family, Keys.search].contains(member.key) {
      guard let setting = known.first(where: { $0.name == member.key }) else {
        throw FormatError(
          .unknownKey(member.key, known: known.map(\.name) + [Keys.family, Keys.search]), line: member.line,
          key: [.name(member.key)])
      }
      let values = try within(.name(member.key)) { () throws(FormatError) in try self.values(member.value) }
      axes.append(Sweep.Axis(setting: setting, values: values))
    }
    return axes
  }

  /// One value, or a list of values of which no two are alike.
  private static func values(_ node: DocumentNode) throws(FormatError) -> [SweepValue?] {
    guard case .sequence = node.content else { return [try value(node)] }
    var seen = Set<SweepValue?>()
    let values = try node.list(value).filter { seen.insert($0).inserted }
    guard !values.isEmpty else { throw node.error(.expected("at least one value", found: "none")) }
    return values
  }

  /// A value; a list within a list is one of numbers with commas between, such as a partition.
  private static func value(_ node: DocumentNode) throws(FormatError) -> SweepValue? {
    switch node.content {
    case .null: return nil
    case .boolean(let value): return .toggle(value)
    case .number(let number, _): return .number(number)
    case .string(let text): return .text(multiple(text) ?? text)
    case .sequence(let nodes):
      var numbers: [String] = []
      for node in nodes { numbers.append(try node.number().plain) }
      return .text(numbers.joined(separator: ","))
    case .mapping: throw node.unexpected("a number, text, true or false")
    }
  }

  /// A multiple such as `1.0x` as it is always written.
  private static func multiple(_ text: String) -> String? {
    guard text.hasSuffix("x"), text.utf8.dropLast().allSatisfy({ ASCII.isDigit($0) || $0 == ASCII.dot }),
      let factor = Double(text.dropLast())
    else { return nil }
    return "\(factor.plain)x"
  }

  private static func texts(_ node: DocumentNode) throws(FormatError) -> [String] {
    guard case .sequence = node.content else { return [try node.text()] }
    let texts = try node.list { (node) throws(FormatError) in try node.text() }
    guard !texts.isEmpty else { throw node.error(.expected("at least one name", found: "none")) }
    return texts
  }

  /// Families and searches; where neither is given, one search.
  private static func makers(
    _ members: [DocumentNode.Member], shared: [Sweep.Option]?
  ) throws(FormatError) -> [Sweep.Maker] {
    var families: [String] = []
    var searches: [[Sweep.Option]]?
    for member in members where [Keys.family, Keys.search].contains(member.key) {
      try within("axes") { () throws(FormatError) in
        try within(.name(member.key)) { () throws(FormatError) in
          if member.key == Keys.family {
            families = try texts(member.value)
          } else if case .sequence = member.value.content {
            searches = try member.value.list { (node) throws(FormatError) in try options(node) }
          } else {
            searches = [try options(member.value)]
          }
        }
      }
    }
    let own = searches ?? (families.isEmpty || shared != nil ? [[]] : [])
    return families.map { .family($0) }
      + own.map { options in
        let rest = (shared ?? []).filter { option in !options.contains { $0.setting == option.setting } }
        return .search((rest + options).sorted { $0.setting.name < $1.setting.name })
      }
  }

  private static func options(_ node: DocumentNode) throws(FormatError) -> [Sweep.Option] {
    let known = SweepSetting.ofSearches
    let keys = try KnownMapping(node, keys: known.map(\.name), expecting: "a mapping of options of a search")
    var options: [Sweep.Option] = []
    for setting in known {
      guard let value = try keys.optional(setting.name, value) ?? nil else { continue }
      options.append(Sweep.Option(setting, value))
    }
    return options
  }

  private static func exclusion(
    _ node: DocumentNode, axes: [Sweep.Axis]
  ) throws(FormatError) -> SweepExclusion {
    let names = axes.map(\.setting.name)
    let known = names + [Keys.family, Keys.search, Keys.problem]
    let keys = try KnownMapping(node, keys: known, expecting: "a mapping of axes to values")
    var conditions: [SweepExclusion.Condition] = []
    for (index, name) in names.enumerated() {
      guard let values = try keys.optional(name, values) else { continue }
      conditions.append(.axis(index, Set(values)))
    }
    if let names = try keys.optional(Keys.problem, texts) { conditions.append(.problem(Set(names))) }
    if let names = try keys.optional(Keys.family, texts) { conditions.append(.family(Set(names))) }
    if let options = try keys.optional(Keys.search, options) { conditions.append(.search(options)) }
    guard !conditions.isEmpty else { throw node.error(.expected("at least one axis", found: "none")) }
    return SweepExclusion(conditions: conditions)
  }
}
