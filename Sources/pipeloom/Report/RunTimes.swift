import PipelineModel
import ScheduleFormats

/// The units of the times of measured runs.
struct RunTimes {
  /// That of the problems, and of JSON; `nil` for abstract time.
  let problems: TimeUnit?
  /// That of tables and pictures for people.
  let people: TimeUnit?

  /// A time of a problem as people are told it.
  func value(_ time: Double) -> Double {
    guard let problems, let people else { return time }
    return problems.convert(time, to: people)
  }

  /// The same with its unit.
  func text(_ time: Double) -> String { value(time).short(people?.rawValue ?? "") }

  /// A fitted time, in the problems' unit, as it would stand there.
  func fitted(_ time: Double) -> String { time.short(problems?.rawValue ?? "") }
}

extension RunTable {
  /// The units of its times: people are told them in that of the column with measured times.
  var times: RunTimes { RunTimes(problems: unit, people: measuredUnit ?? unit) }
}
