import ArgumentParser
import PipelineModel
import ScheduleFamilies
import ScheduleFormats
import Timeline

/// A schedule file given to a command.
struct ScheduleInput {
  /// The most bytes a schedule file may have.
  private static let largestSize = 4 << 30

  /// The path as it was given.
  let path: FilePath
  /// What the file holds.
  let file: ScheduleFile

  /// Reads a schedule file.
  ///
  /// - Throws: `Failure` or `FormatError`.
  init(_ path: FilePath) throws {
    self.path = path
    let input = try InputFile(path, limit: Self.largestSize, isPossible: ScheduleFile.mayBegin)
    file = try ScheduleFile.decode(input.bytes, file: path.text)
  }

  /// What reports and diagrams call the schedule: its family's title where it has one.
  var title: String {
    if let family = file.generator?.family {
      return (try? Families.named(family))?.title ?? family
    }
    let command = file.generator?.command ?? "schedule"
    return command.prefix(1).uppercased() + command.dropFirst()
  }
}

extension ScheduleInput {
  /// Times the file's orders, or other orders or another problem in their place.
  ///
  /// - Throws: `Failure` naming the file and what cannot be timed.
  func timeline(of schedule: Schedule? = nil) throws(Failure) -> Timeline {
    try named { () throws(TimelineError) in try Timeline(schedule ?? file.record.schedule) }
  }

  /// Words an error of the file's orders with its name.
  func named<Value>(_ make: () throws(TimelineError) -> Value) throws(Failure) -> Value {
    do throws(TimelineError) {
      return try make()
    } catch {
      throw Failure(.badInput, "\(path.inputName): \(error)")
    }
  }

  /// The file's lower bound, compared with what its orders really take; the bound itself is taken as recorded.
  func certificate(of timeline: Timeline) -> Certificate? {
    guard let recorded = file.record.summary?.certificate else { return nil }
    let value = timeline.value(of: recorded.objective)
    return try? Certificate(
      objective: recorded.objective, scope: recorded.scope, lowerBound: recorded.lowerBound, value: value)
  }
}
