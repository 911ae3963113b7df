import PipelineModel

/// Why a file cannot be read or written: which file, where in it, and what was expected there.
public struct FormatError: Error, Hashable, Sendable {
  /// The file as the user named it; `-` is standard input, and an empty name is left out of messages.
  public var file: String
  /// The line of the offending value, counted from one, where it is known.
  public var line: Int?
  /// The column, counted from one in Unicode scalars, where it is known.
  public var column: Int?
  /// The place in the document, such as `devices[3].operations[17].start`; empty for the document itself.
  public var key: ProblemKey
  /// What is wrong there.
  public var reason: Reason

  /// Names a place and what is wrong with it.
  public init(
    _ reason: Reason, file: String = "", line: Int? = nil, column: Int? = nil, key: ProblemKey = ProblemKey()
  ) {
    self.file = file
    self.line = line
    self.column = column
    self.key = key
    self.reason = reason
  }

  /// The same error, seen from one step further out: paths grow while an error leaves nested values.
  func within(_ step: ProblemKey.Step) -> FormatError {
    var error = self
    error.key.steps.insert(step, at: 0)
    return error
  }

  /// The same error, about a named file.
  func about(file: String) -> FormatError {
    var error = self
    error.file = file
    return error
  }
}

/// Runs a decoding step one level further in, so that its errors carry the step.
func within<Value>(
  _ step: @autoclosure () -> ProblemKey.Step, _ body: () throws(FormatError) -> Value
) throws(FormatError) -> Value {
  do { return try body() } catch { throw error.within(step()) }
}

extension FormatError: CustomStringConvertible {
  /// The error in one line: `problem.yaml:7: stages[2].forward: expected a number, found "ten"`.
  public var description: String {
    [place, reason.description].filter { !$0.isEmpty }.joined(separator: ": ")
  }

  /// Where the error is: `problem.yaml:7: stages[2].forward`.
  package var place: String {
    var place = file == "-" ? "standard input" : file
    if let line {
      place += place.isEmpty ? "line \(line)" : ":\(line)"
      if let column { place += ":\(column)" }
    }
    // A key of a file may be any text; a message stays on one line.
    let readableKey = ProblemKey(
      key.steps.map { step in
        if case .name(let name) = step { .name(name.shortened) } else { step }
      })
    return [place, readableKey.description].filter { !$0.isEmpty }.joined(separator: ": ")
  }
}
