import ArgumentParser
import ScheduleFormats

/// How commands write the result of a point of a sweep.
struct SweepResultFlag: ParsableArguments {
  /// The flag, as lists of commands have it.
  static let name = "--sweep-result"

  @Flag(
    help: ArgumentHelp(
      "Write the result of a sweep: where the problem has no such schedule, why, and success; where a search is stopped, "
        + "nothing, so that it is done again."))
  var sweepResult = false

  /// Refuses the flag where no file takes the result.
  func check(_ output: ScheduleOutput) throws {
    guard sweepResult, output.output?.isStandardStream ?? true else { return }
    throw ValidationError("\(Self.name): expected -o with a file")
  }

  /// Makes a result; why there is none takes its place in a sweep.
  ///
  /// - Throws: what `make` throws that is no refusal, or holds for this machine or moment only.
  func record(in output: ScheduleOutput, _ make: () throws -> Void) throws {
    do { try make() } catch {
      guard sweepResult, let file = output.output, let failure = Failure(error), failure.status == .badInput,
        failure.isLasting
      else { throw error }
      try OutputFile(path: file).write(SweepResult.encode(refusal: failure.message))
      StandardError.writeLine(failure.message)
    }
  }

  /// Refuses to write what a search had found when it was stopped.
  ///
  /// - Throws: `Failure` where a signal has come.
  func checkFinished() throws(Failure) {
    guard sweepResult, Interrupt.hasCome else { return }
    throw Failure(.interrupted, "stopped before the search was done: run the command again")
  }
}
