import ScheduleFormats

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What went wrong, for other programs: with `PIPELOOM_ERRORS=json` in the environment it stands on standard error in place
/// of the line for people.
struct ErrorReport: Encodable {
  /// The exit status.
  let status: Int32
  /// The line for people.
  let message: String
  /// What is wrong, without its place.
  var reason: String
  /// The file, and where in it, as far as that is known.
  var file: String?
  var line: Int?
  var column: Int?
  /// The place in the document, such as `stages[2].forward`.
  var key: String?

  /// What is known of an error of the argument parser.
  init(status: Int32, message: String) {
    self.status = status
    self.message = message
    reason = message
  }

  /// What is known of a failure.
  init(_ failure: Failure) {
    self.init(status: failure.status.rawValue, message: failure.message)
    guard let cause = failure.cause else { return }
    reason = cause.reasonAdvice
    file = cause.file.isEmpty ? nil : cause.file
    line = cause.line
    column = cause.column
    key = cause.key.steps.isEmpty ? nil : cause.key.description
  }

  /// Writes the report where a program reads standard error; otherwise tells people.
  func write(orTell tellPeople: () -> Void) {
    guard let reader = getenv("PIPELOOM_ERRORS"), String(cString: reader) == "json",
      let text = try? MachineReport.json(self)
    else { return tellPeople() }
    StandardError.write(text)
  }
}
