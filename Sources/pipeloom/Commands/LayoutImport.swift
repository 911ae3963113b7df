import PipelineModel
import ScheduleFormats

/// `pipeloom import LAYOUT --format F --layer-times FILE`: a problem whose layers lie as another program has them.
struct LayoutImport {
  /// How a program says where layers lie.
  enum Format: Hashable {
    /// In letters, which are the argument itself.
    case megatron
    /// In lists of modules, in the program's configuration.
    case modules(ModuleListFormat)

    static let all = [megatron] + ModuleListFormat.allCases.map { modules($0) }

    /// The name on the command line.
    var name: String {
      switch self {
      case .megatron: "megatron"
      case .modules(let format): format.rawValue
      }
    }
  }

  var format: Format
  var layouts: [FilePath]
  var times: FilePath?
  var devices: Int?
  var microbatches: Int?
  var output: ScheduleOutput

  func run() throws {
    guard layouts.count == 1, let argument = layouts.first else {
      throw Failure(.usage, "\(format.name): expected one layout, found \(layouts.count)")
    }
    guard let times else {
      throw Failure(
        .usage,
        "--layer-times: expected a file with the figures of E, t, m and L, or a problem with layers, found none"
      )
    }
    let layout = try layout(argument)
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

  private func layout(_ argument: FilePath) throws -> any LayerLayout {
    switch format {
    case .megatron:
      do throws(MegatronLayoutError) { return try MegatronLayoutText(argument.text) } catch {
        throw Failure(.badInput, "'\(argument.text)': \(error)")
      }
    case .modules(let format):
      let file = try InputFile(argument, limit: ModuleList.largestText)
      return try ModuleList.decode(file.bytes, file: argument.text, for: format)
    }
  }

  private func problem(
    _ layout: any LayerLayout, _ times: LayerTimesFile, _ path: FilePath
  ) throws -> Problem {
    do {
      switch times {
      case .letters(let figures):
        guard let devices = devices ?? layout.deviceCount,
          let microbatches = microbatches ?? layout.microbatchCount
        else {
          throw Failure(
            .usage, "expected --devices and --microbatches, as figures of letters say neither, found none")
        }
        let placed = try layout.placed(figures: figures)
        return try PartitionProblem(
          Layers(placed.layers), deviceCount: devices, microbatchCount: microbatches
        ).laidOut(placed.counts, as: layout.placement)
      case .problem(let open):
        let placed = try layout.placed(open.layers.all)
        let resized = try open.resized(
          deviceCount: devices ?? layout.deviceCount, microbatchCount: microbatches)
        return try resized.with(layers: Layers(placed.layers)).laidOut(placed.counts, as: layout.placement)
      }
    } catch let error as LayoutMismatch {
      throw Failure(.badInput, "\(path.inputName): \(error)")
    } catch let error as ProblemError {
      throw Failure(.badInput, "\(path.inputName): \(error)")
    }
  }
}
