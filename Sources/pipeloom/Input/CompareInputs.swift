import ArgumentParser
import ScheduleFormats

/// What a comparison is of: schedule files, and the problem on which families are compared with them.
struct CompareInputs {
  /// The problem of the families; `nil` without families, or where flags describe it.
  let problem: FilePath?
  /// The schedule files, in the order given.
  let schedules: [FilePath]

  /// Sorts arguments.
  ///
  /// - Parameters:
  ///   - hasFamilies: whether families are compared.
  ///   - isDescribed: whether flags describe their problem.
  /// - Throws: `ValidationError` where there is no problem for families, or more than one.
  init(_ inputs: [FilePath], hasFamilies: Bool, isDescribed: Bool) throws {
    guard hasFamilies, !isDescribed else {
      (problem, schedules) = (nil, inputs)
      return
    }
    let problems = inputs.filter { inputs.count == 1 || !Self.isSchedule($0) }
    guard problems.count <= 1 else {
      throw ValidationError(
        "--families: expected one problem, found \(problems.count): "
          + problems.map(\.inputName).joined(separator: ", "))
    }
    let problem = problems.first
    self.problem = problem
    schedules = inputs.filter { $0 != problem }
  }

  /// Whether a file begins as schedule files do. Standard input cannot be asked: it is taken for a problem.
  private static func isSchedule(_ path: FilePath) -> Bool {
    guard !path.isStandardStream, InputFile.exists(path) else { return false }
    return InputFile.beginning(of: path).map(ScheduleFile.begins) ?? false
  }
}
