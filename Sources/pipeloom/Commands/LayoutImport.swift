import PipelineModel
import ScheduleFormats

/// `pipeloom import LAYOUT --format megatron --layer-times FILE`: a problem whose layers lie as a layout of Megatron says.
struct LayoutImport {
  /// The format's name on the command line.
  static let format = "megatron"

  var layouts: [FilePath]
  var times: FilePath?
  var devices: Int?
  var microbatches: Int?
  var output: ScheduleOutput

  func run() throws {
    guard layouts.count == 1, let argument = layouts.first else {
      throw Failure(.usage, "\(Self.format): expected one layout, found \(layouts.count)")
    }
    guard let times else {
      throw Failure(
        .usage,
        "--layer-times: expected a file with the figures of E, t, m and L, or a problem with layers, found none"
      )
    }
    let layout: MegatronLayoutText
    do throws(MegatronLayoutError) { layout = try MegatronLayoutText(argument.text) } catch {
      throw Failure(.badInput, "'\(argument.text)': \(error)")
    }
    let file = try InputFile(times, limit: ProblemFile.largestText)
    let problem = try problem(layout, LayerTimesFile.decode(file.bytes, file: times.text), times)
    if let path = output.output { try OutputFile(path: path).write(ProblemFile.encode(problem)) }
    if output.output?.isStandardStream == true { return }
    guard output.output != nil else { return try StandardOutput.write(ProblemFile.encode(problem)) }
    let counts = problem.partition?.counts.map(String.init).joined(separator: ", ") ?? ""
    try StandardOutput.write(
      "\(problem.stageCount.counted("stage")) on \(problem.deviceCount.counted("device")), layers \(counts)\n\(output.written)"
    )
  }

  private func problem(
    _ layout: MegatronLayoutText, _ times: LayerTimesFile, _ path: FilePath
  ) throws -> Problem {
    do {
      switch times {
      case .letters(let figures):
        guard let devices, let microbatches else {
          throw Failure(
            .usage, "expected --devices and --microbatches, as figures of letters say neither, found none")
        }
        return try PartitionProblem(
          Layers(layout.layers(of: figures)), deviceCount: devices, microbatchCount: microbatches
        ).laidOut(layout.stages.map(\.count))
      case .problem(let open):
        let (layers, counts) = try layout.placed(open.layers.all)
        let resized = try open.resized(deviceCount: devices, microbatchCount: microbatches)
        return try resized.with(layers: Layers(layers)).laidOut(counts)
      }
    } catch let error as LayoutMismatch {
      throw Failure(.badInput, "\(path.inputName): \(error)")
    } catch let error as ProblemError {
      throw Failure(.badInput, "\(path.inputName): \(error)")
    }
  }
}
