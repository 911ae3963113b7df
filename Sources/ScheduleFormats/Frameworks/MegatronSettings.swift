import PipelineModel
import Timeline

/// What Megatron-core, and what is built on it, has to be told of a schedule, and what it does otherwise.
///
/// Megatron has no schedule file: it runs 1F1B or its interleaved form, with fused backward passes. What can be
/// chosen is which layers make up each stage, how many stages a device has, and in what groups microbatches
/// take turns on them. Source: megatron/core/pipeline_parallel/schedules.py and
/// megatron/core/transformer/pipeline_parallel_layer_layout.py.
struct MegatronSettings {
  /// What an argument is set to.
  enum Value: Hashable {
    case number(Int)
    case text(String)
    case words([String])
    case flag
  }

  /// One argument, as the command line names it but for the dashes in front.
  struct Argument: Hashable {
    var name: String
    var value: Value
  }

  /// In the order in which they are written.
  private(set) var arguments: [Argument]
  /// What is to be compared with other arguments, and what Megatron does otherwise, one line each.
  private(set) var statements: [String]

  /// Finds the settings that come nearest to a schedule, but for what saves memory.
  ///
  /// - Throws: `ExportRefusal` for what Megatron would refuse.
  /// - Complexity: O(operations x group sizes).
  init(_ timeline: Timeline) throws(ExportRefusal) {
    let problem = timeline.schedule.problem
    try problem.checkIsChain()
    try problem.checkHasBackwards()
    guard problem.stageMap == .single || problem.stageMap == .loop else {
      throw .otherPlacement(needed: "one stage per device in order, or a loop")
    }
    try Self.checkInterleaving(of: problem)
    let comparison = MegatronComparison(timeline.schedule)
    let layout = try problem.layersOfStages().map { (layers) throws(ExportRefusal) in
      try MegatronLayout(layers, devices: problem.deviceCount)
    }
    arguments = Self.arguments(of: problem, groupSize: comparison.groupSize, layout: layout?.text)
    statements = comparison.statements + (try Self.statements(of: problem, layout: layout))
  }

  /// Adds settings of a kind.
  mutating func add(_ further: [Argument], _ statements: [String] = []) {
    arguments += further
    self.statements += statements
  }

  /// Refuses what Megatron's interleaved schedule would refuse; its plain 1F1B takes any number of microbatches.
  private static func checkInterleaving(of problem: Problem) throws(ExportRefusal) {
    guard problem.stageCount > problem.deviceCount else { return }
    guard problem.deviceCount > 1 else { throw .interleavedAlone(stages: problem.stageCount) }
    try problem.checkHasMicrobatchPerDevice()
  }

  private static func arguments(of problem: Problem, groupSize: Int?, layout: String?) -> [Argument] {
    var arguments = [Argument(name: "pipeline-model-parallel-size", value: .number(problem.deviceCount))]
    let chunks = problem.stageCount / problem.deviceCount
    if let layout {
      arguments.append(Argument(name: "pipeline-model-parallel-layout", value: .text(layout)))
    } else if chunks > 1 {
      arguments.append(Argument(name: "num-virtual-stages-per-pipeline-rank", value: .number(chunks)))
    }
    if let groupSize {
      arguments.append(
        Argument(name: "microbatch-group-size-per-virtual-pipeline-stage", value: .number(groupSize)))
    }
    return arguments
  }

  private static func statements(
    of problem: Problem, layout: MegatronLayout?
  ) throws(ExportRefusal) -> [String] {
    let batch =
      "Set --global-batch-size to \(problem.microbatchCount) x --micro-batch-size x the data-parallel size."
    if let layout { return [batch] + layout.statements }
    if let layers = problem.layerCount, !layers.isMultiple(of: problem.stageCount) {
      throw .unevenLayers(layers, stages: problem.stageCount)
    }
    let division =
      "The problem names no layers: Megatron divides them evenly over \(problem.stageCount.counted("stage"))."
    return [batch, division] + (problem.layerCount.map { [MegatronLayout.total(of: $0)] } ?? [])
  }
}

extension MegatronSettings {
  /// The arguments of a command line, one a line, behind the statements as comments.
  var commandLine: String {
    commented
      + arguments.map { argument in
        let value =
          switch argument.value {
          case .number(let number): " \(number)"
          // Shells hand quotation marks on where arguments come out of a substitution: words need none.
          case .text(let text): text.allSatisfy(\.isLowercase) ? " \(text)" : " '\(text)'"
          case .words(let words): " " + words.joined(separator: " ")
          case .flag: ""
          }
        return "--\(argument.name)\(value)\n"
      }.joined()
  }

  /// The arguments as lines of a YAML mapping, with underscores in their names.
  func mapping(indentation: Int) -> String {
    arguments.map { argument in
      let value =
        switch argument.value {
        case .number(let number): "\(number)"
        case .text(let text): text.quotedInFull
        case .words(let words): quotedList(words)
        case .flag: "true"
        }
      let name = argument.name.replacing("-", with: "_")
      return String(repeating: " ", count: indentation) + "\(name): \(value)\n"
    }.joined()
  }

  /// The statements, each as a comment.
  var commented: String { statements.map { "# \($0)\n" }.joined() }
}

extension ExportRefusal {
  /// Layers that Megatron has to divide over the stages, and cannot.
  fileprivate static func unevenLayers(_ layers: Int, stages: Int) -> Self {
    Self(
      "expected a multiple of the \(stages.counted("stage")) as number of layers, found \(layers)",
      .change("name the layers of each stage"))
  }

  /// Several stages per device where there is one device.
  fileprivate static func interleavedAlone(stages: Int) -> Self {
    Self(
      "expected two devices or more for several stages on each, found one device with \(stages)",
      .change("make them one stage"))
  }
}
