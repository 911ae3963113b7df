import Foundation
import PipelineModel
import ScheduleFormats
import TestSupport
import Timeline

/// The files that fuzzing starts from: the repository's examples and networks, the presets, what they are written as, and a plan
/// of SkipPipe and a table of runs, as which none of them can be written, and a schedule
/// whose stage recomputes and offloads.
struct Seeds {
  private(set) var inputs: [FuzzInput] = []
  /// The problems of the files of PyTorch, which do not hold them.
  private(set) var problems: [Problem] = []

  /// A table of runs: a short pipeline and a loop, with a quoted cell.
  private static let runs = """
    run,split,devices,microbatches,measured_ms,forward_us_0,backward_us_0,weight_0_us,forward_us_1,backward_us_1,weight_1_us
    "a, b",shown,1,4,0.25,10,20,7,11,21,8
    c,holdout,2,8,0.5,10,20,7.5,11,22,1e1
    d,shown,1,8,0.3,10,20,7,,,

    """

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
    try add(schedule: Array(ModeSample.schedule.utf8))
    inputs.append(FuzzInput(.skipPipe, Array(SkipPipeSample.text.utf8)))
    inputs.append(FuzzInput(.runs, Array(Self.runs.utf8)))
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
