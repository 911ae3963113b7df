import Foundation
import PipelineModel
import ScheduleFormats
import TestSupport
import Timeline

/// The files that fuzzing starts from: the repository's examples and networks, the presets, what they are written as, and a plan
/// of SkipPipe, as which none of them can be written.
struct Seeds {
  private(set) var inputs: [FuzzInput] = []
  /// The problems of the files of PyTorch, which do not hold them.
  private(set) var problems: [Problem] = []

  /// Larger files would be tried too seldom.
  private static let largestFile = 34_000

  /// Reads the folder `schedules` of a checkout.
  init(folder: URL) throws {
    for preset in Preset.all { inputs.append(FuzzInput(.problem, preset.text)) }
    for file in try Self.files(in: folder.appendingPathComponent("networks"), ending: "yaml") {
      inputs.append(FuzzInput(.problem, file))
    }
    for file in try Self.files(in: folder.appendingPathComponent("examples"), ending: "json") {
      try add(schedule: file)
    }
    inputs.append(FuzzInput(.skipPipe, Array(SkipPipeSample.text.utf8)))
  }

  private static func files(in folder: URL, ending: String) throws -> [[UInt8]] {
    try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == ending }
      .sorted { $0.path < $1.path }
      .map { Array(try Data(contentsOf: $0)) }
      .filter { $0.count <= largestFile }
  }

  private mutating func add(schedule bytes: [UInt8]) throws {
    inputs.append(FuzzInput(.schedule, bytes))
    let schedule = try ScheduleFile.decode(bytes, file: "seed").record.schedule
    let timeline = try Timeline(schedule)
    inputs.append(FuzzInput(.problem, ProblemFile.encode(schedule.problem)))
    if let csv = try? TorchCSV().encode(timeline), problems.count < 256 {
      inputs.append(FuzzInput(.torchCSV, choice: UInt8(problems.count), csv))
      problems.append(schedule.problem)
    }
    if let trace = try? PerfettoTrace().encode(timeline), trace.count <= Self.largestFile {
      inputs.append(FuzzInput(.trace, trace))
    }
  }
}
