/// A problem file as text, one key per line: values are written so that YAML and JSON read them alike.
struct ProblemText {
  private(set) var entries: [(key: String, value: String)]

  /// Two devices with one stage each, four microbatches.
  static let plain = ProblemText(entries: [
    ("pipeloom", #""problem/1""#), ("devices", "2"), ("microbatches", "4"),
    ("stages", #"[{"repeat": 2, "forward": 1, "backwardInput": 1, "backwardWeight": 1}]"#),
  ])

  /// The same text with another value for a key, added at the end if it is new; `nil` removes it.
  func setting(_ key: String, _ value: String?) -> ProblemText {
    var changed = self
    let index = entries.firstIndex { $0.key == key }
    switch (index, value) {
    case (let index?, let value?): changed.entries[index].value = value
    case (let index?, nil): changed.entries.remove(at: index)
    case (nil, let value?): changed.entries.append((key, value))
    case (nil, nil): break
    }
    return changed
  }

  var yaml: String { entries.map { "\($0.key): \($0.value)\n" }.joined() }

  var json: String {
    "{\n" + entries.map { "\"\($0.key)\": \($0.value)" }.joined(separator: ",\n") + "\n}\n"
  }

  /// The line of a key in the YAML text; one more in JSON.
  func yamlLine(of key: String) -> Int? {
    entries.firstIndex { $0.key == key }.map { $0 + 1 }
  }
}
