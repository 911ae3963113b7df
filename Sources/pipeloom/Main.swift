import ArgumentParser

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The program's entry: runs a command and turns every error into one message and an exit status.
@main
enum Main {
  static func main() {
    // A closed pipe or a file over its size limit is an output that failed, like a full disk: it is reported
    // where it is written to.
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    do {
      let arguments = CommandLineText.arguments
      try Pipeloom.checkCommand(in: arguments)
      var command = try Pipeloom.parseAsRoot(arguments)
      try command.run()
    } catch {
      exit(report(error))
    }
  }

  /// Prints what an error has to say and returns its exit status.
  private static func report(_ error: any Error) -> Int32 {
    if let failure = Failure(error) {
      if !failure.message.isEmpty {
        ErrorReport(failure).write { StandardError.writeLine(failure.message) }
      }
      return failure.status.rawValue
    }
    let status = Pipeloom.exitCode(for: error).rawValue
    let message = Pipeloom.fullMessage(for: error)
    guard !message.isEmpty else { return status }
    let text = TerminalText(lines: message + "\n")
    if status != 0 {
      ErrorReport(status: status, message: Pipeloom.message(for: error)).write { StandardError.write(text) }
      return status
    }
    do {
      try StandardOutput.write(text)
      return 0
    } catch {
      return report(error)
    }
  }
}
