import PipelineModel
import Timeline

/// The arguments of Megatron-core that come nearest to a schedule, with a statement of what they leave out.
///
/// Megatron has no schedule file: it runs 1F1B or its interleaved form, with fused backward passes. What can be
/// chosen is which layers make up each stage, how many stages a device has, and in what groups microbatches
/// take turns on them. Source: megatron/core/pipeline_parallel/schedules.py and
/// megatron/core/transformer/pipeline_parallel_layer_layout.py.
public struct MegatronArguments: ExportFormat {
  /// Names the format.
  public init() {}

  /// The name on the command line.
  public var name: String { "megatron" }
  /// What reads the format.
  public var purpose: String {
    "Megatron-core: arguments for the nearest order that it runs, and what differs"
  }

  /// Writes one argument per line behind comments that say what Megatron does otherwise.
  ///
  /// - Throws: `ExportRefusal` unless stages are laid out one per device or as a loop, or for layers that
  ///   Megatron's layout has no letter for.
  /// - Complexity: O(operations x group sizes).
  public func encode(_ timeline: Timeline) throws(ExportRefusal) -> [UInt8] {
    let problem = timeline.schedule.problem
    try problem.checkIsChain()
    guard problem.stageMap == .single || problem.stageMap == .loop else {
      throw .otherPlacement(needed: "one stage per device in order, or a loop")
    }
    let comparison = MegatronComparison(timeline.schedule)
    let layout = try problem.layersOfStages().map { (layers) throws(ExportRefusal) in
      try MegatronLayout(layers).text
    }
    let arguments = Self.arguments(of: problem, groupSize: comparison.groupSize, layout: layout)
    let lines = comparison.statements + Self.statements(of: problem, layout: layout)
    let text = lines.map { "# \($0)\n" }.joined() + arguments.map { "\($0)\n" }.joined()
    return Array(text.utf8)
  }

  private static func arguments(of problem: Problem, groupSize: Int?, layout: String?) -> [String] {
    var arguments = ["--pipeline-model-parallel-size \(problem.deviceCount)"]
    let chunks = problem.stageCount / problem.deviceCount
    if let layout {
      arguments.append("--pipeline-model-parallel-layout '\(layout)'")
    } else if chunks > 1 {
      arguments.append("--num-virtual-stages-per-pipeline-rank \(chunks)")
    }
    if let groupSize {
      arguments.append("--microbatch-group-size-per-virtual-pipeline-stage \(groupSize)")
    }
    return arguments
  }

  private static func statements(of problem: Problem, layout: String?) -> [String] {
    var statements = [
      "Set --global-batch-size to \(problem.microbatchCount) x --micro-batch-size x the data-parallel size."
    ]
    if layout == nil {
      statements.append(
        "The problem names no layers: Megatron divides them evenly over \(problem.stageCount.counted("stage"))."
      )
    }
    return statements
  }
}

/// Layers of stages in the letters of `--pipeline-model-parallel-layout`.
struct MegatronLayout {
  /// The layout: stages in the model's order, which is Megatron's, one chunk of all devices after the other.
  let text: String

  /// Finds the letter of every layer by its name.
  ///
  /// - Throws: `ExportRefusal` for a layer that no letter stands for, or an order that Megatron refuses.
  init(_ stages: [[String]]) throws(ExportRefusal) {
    var letters: [[Character]] = []
    for (stage, layers) in stages.enumerated() {
      var row: [Character] = []
      // Megatron makes the rotary embedding wherever it is needed.
      for layer in layers where !layer.lowercased().contains("rotary") {
        guard let letter = Self.letter(of: layer) else {
          throw .unknownLayer(layer, Stage.ID(stage))
        }
        // The norm, the head and the loss are one: L.
        if letter == "L", row.last == "L" { continue }
        row.append(letter)
      }
      letters.append(row)
    }
    let all = letters.flatMap { $0 }
    guard all.first == "E", all.last == "L", all.count(where: { $0 == "E" }) == 1,
      all.count(where: { $0 == "L" }) == 1
    else { throw .incompleteLayout(String(letters.map { String($0) }.joined(separator: "|"))) }
    text = letters.map(Self.text).joined(separator: "|")
  }

  /// One stage, with runs of equal letters as `t*3`.
  private static func text(_ letters: [Character]) -> String {
    var runs: [(letter: Character, count: Int)] = []
    for letter in letters {
      if let last = runs.last, last.letter == letter {
        runs[runs.count - 1].count += 1
      } else {
        runs.append((letter, 1))
      }
    }
    return runs.map { $0.count == 1 ? "\($0.letter)" : "\($0.letter)*\($0.count)" }.joined()
  }

  /// The letter of a layer as models name them: `tok_embeddings`, `layers.12`, `mtp.0`, `norm`, `lm_head`.
  private static func letter(of layer: String) -> Character? {
    let name = layer.lowercased()
    let words = name.split { !$0.isLetter }
    if name.contains("embed") { return "E" }
    if name.contains("mtp") { return "m" }
    let ends: Set<Substring> = ["norm", "head", "output", "loss"]
    if words.contains(where: ends.contains) { return "L" }
    let blocks: Set<Substring> = ["layer", "layers", "block", "blocks", "h", "decoder"]
    return words.contains(where: blocks.contains) ? "t" : nil
  }
}
