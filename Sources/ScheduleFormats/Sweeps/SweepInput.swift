import PipelineModel

/// A file that the commands of a sweep read, in one form whatever it was written in: its content names it.
public struct SweepInput: Hashable, Sendable {
  /// The content as JSON, its keys in the file's order.
  public let text: [UInt8]
  /// The first twelve hexadecimal digits of the content's SHA-256, the order of keys aside.
  public let digest: String

  /// Takes a file of YAML or JSON.
  ///
  /// - Parameters:
  ///   - devices: how many devices the problem in it is to have instead of its own; a problem with one entry for all
  ///     stages has as many of these.
  ///   - file: the name that messages give the text.
  /// - Throws: `FormatError` where it is neither.
  public init(_ bytes: [UInt8], devices: Int? = nil, file: String) throws(FormatError) {
    do throws(FormatError) {
      guard var root = try ProblemFile.document(bytes) else {
        throw FormatError(.expected("a mapping", found: "nothing"))
      }
      if let devices { root = root.with(devices: devices) }
      text = root.json(sorted: false)
      digest = SHA256.hexDigits(of: root.json(sorted: true), count: SHA256.shortCount)
    } catch {
      throw error.about(file: file)
    }
  }
}

extension DocumentNode {
  /// The problem on other devices: with as many of its stages, where one entry stands for all of them.
  fileprivate func with(devices: Int) -> DocumentNode {
    guard case .mapping(let members) = content else { return self }
    let count = DocumentNode(content: .number(Double(devices), text: "\(devices)"), line: line)
    var node = self
    node.content = .mapping(
      members.map { member in
        var member = member
        switch (member.key, member.value.content) {
        case ("devices", _): member.value = count
        case ("stages", .sequence(let stages)) where stages.count == 1:
          member.value.content = .sequence([stages[0].repeated(count)])
        default: break
        }
        return member
      })
    return node
  }

  private func repeated(_ count: DocumentNode) -> DocumentNode {
    guard case .mapping(let members) = content else { return self }
    var node = self
    node.content = .mapping(
      members.filter { $0.key != "repeat" } + [Member(key: "repeat", line: line, value: count)])
    return node
  }

  /// The value as JSON.
  fileprivate func json(sorted: Bool) -> [UInt8] {
    var writer = JSONWriter()
    write(to: &writer, sorted: sorted)
    writer.newline(0)
    return writer.bytes
  }

  private func write(to writer: inout JSONWriter, sorted: Bool) {
    switch content {
    case .null: writer.raw("null")
    case .boolean(let value): writer.raw(value ? "true" : "false")
    case .number(let value, _): writer.number(value)
    case .string(let text): writer.string(text)
    case .sequence(let nodes): writer.list(nodes) { $1.write(to: &$0, sorted: sorted) }
    case .mapping(let members):
      writer.raw("{")
      for (index, member) in (sorted ? members.sorted { $0.key < $1.key } : members).enumerated() {
        if index > 0 { writer.raw(", ") }
        writer.string(member.key)
        writer.raw(": ")
        member.value.write(to: &writer, sorted: sorted)
      }
      writer.raw("}")
    }
  }
}
