import PipelineModel
import ScheduleFormats
import ScheduleScenarios
import Timeline

/// A file of scenarios given to a command.
struct ScenarioInput {
  /// What a flag that takes such a file is called after.
  static let valueName = "file"

  /// The path as it was given.
  let path: FilePath
  /// What the file says.
  let scenarios: Scenarios

  /// Reads a file of scenarios.
  ///
  /// - Throws: `Failure` or `FormatError`.
  init(_ path: FilePath) throws {
    self.path = path
    let input = try InputFile(path, limit: ProblemFile.largestText)
    scenarios = try ScenarioFile.decode(input.bytes, file: path.text)
  }

  /// Times schedules under the scenarios.
  ///
  /// - Throws: `Failure` naming the file and what a problem does not have.
  func run(_ timelines: [Timeline], withPeriods: Bool = false) throws(Failure) -> ScenarioRun {
    do throws(ScenarioError) {
      return try ScenarioRun(scenarios, of: timelines, withPeriods: withPeriods)
    } catch {
      throw failure(error)
    }
  }

  /// Words an error of the scenarios with the file's name.
  func failure(_ error: ScenarioError) -> Failure { Failure(.badInput, "\(path.inputName): \(error)") }
}
