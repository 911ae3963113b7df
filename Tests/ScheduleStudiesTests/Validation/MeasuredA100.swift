import Foundation
import PipelineModel
import ScheduleFamilies
import ScheduleStudies

/// Eight measured runs of 1F1B on 8 A100 with 128 microbatches: stage times by CUDA events, and whole iterations.
///
/// Source: VocabularyParallelism, sail-sg at 6191c3b, artifact/exp_one_host.csv, methods base and redis. The timers leave out
/// what lies between operations and the optimizer, so that every prediction from them is too short.
struct MeasuredA100 {
  let name: String
  /// Whether the table holds it out: all runs of the method redis.
  let isHeldOut: Bool
  /// Of the iteration, in milliseconds.
  let measured: Double
  /// Per stage, in microseconds.
  let forward, backward: [Double]

  static let microbatches = 128

  /// The rows of schedules/runs/a100-1f1b.csv, read without the program's own reader.
  static let all: [MeasuredA100] = {
    // Tests/ScheduleStudiesTests/Validation/MeasuredA100.swift lies four levels down.
    let root = (0..<4).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent() }
    let file = root.appendingPathComponent("schedules/runs/a100-1f1b.csv")
    guard let text = try? String(contentsOf: file, encoding: .utf8) else { return [] }
    return text.split(separator: "\n").dropFirst().map { line in
      let cells = line.split(separator: ",").map(String.init)
      let numbers = cells.map { Double($0) ?? .nan }
      return MeasuredA100(
        name: cells[0], isHeldOut: cells[1] == "holdout", measured: numbers[5],
        forward: Array(numbers[6..<14]),
        backward: Array(numbers[14..<22]))
    }
  }()

  /// The run, in microseconds.
  func run(isHeldOut: Bool) throws -> ValidationRun {
    let problem = try Problem(
      name: name, units: Units(time: "us"), devices: Array(repeating: Device(), count: forward.count),
      stages: zip(forward, backward).map { Stage(forward: $0, backward: .whole($1)) },
      microbatches: Array(repeating: Microbatch(), count: Self.microbatches))
    return try ValidationRun(
      name: name, schedule: Families.named("1f1b").measuredSchedule(for: problem), measured: measured * 1000,
      isHeldOut: isHeldOut)
  }
}
