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
  let path: String
  /// What the file holds.
  let file: ScheduleFile

  /// Reads a schedule file.
  ///
  /// - Throws: `Failure` or `FormatError`.
  init(_ path: String) throws {
    self.path = path
    let input = try InputFile(path, limit: Self.largestSize, isPossible: ScheduleFile.mayBegin)
    file = try ScheduleFile.decode(input.bytes, file: path)
  }

  /// What reports and diagrams call the schedule: its family's title where it has one.
  var title: String {
    if let family = file.generator?.family {
      return (try? Families.named(family))?.title ?? family
    }
    return file.generator?.command ?? "schedule"
  }
}

extension ScheduleInput {
  /// Times the file's words, or other words or another problem in their place.
  ///
  /// - Throws: `Failure` naming the file and what cannot be timed.
  func timeline(of schedule: Schedule? = nil) throws(Failure) -> Timeline {
    do throws(TimelineError) {
      return try Timeline(schedule ?? file.record.schedule)
    } catch {
      throw Failure(.badInput, "\(InputFile.name(of: path)): \(error)")
    }
  }
}
