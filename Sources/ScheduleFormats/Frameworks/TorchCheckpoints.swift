import PipelineModel

/// Which modules every rank wraps in `torch.utils.checkpoint`, and for which microbatches: what the CSV of a schedule
/// whose stages recompute within their backward passes does not say.
struct TorchCheckpoints {
  /// What one mode of a stage asks for.
  private struct Entry {
    var stage: Int
    var mode: String
    /// The layers to wrap one by one; `nil` where the problem names none.
    var layers: [String]?
    /// How many layers there are to wrap, the first ones of the stage, where the problem names none and a mode says it.
    var layerCount: Int?
    /// The modules of those layers that are wrapped in their place; empty for whole layers.
    var modules: [String]
    /// `nil` for all.
    var microbatches: [Int]?
  }

  private let problem: Problem
  /// Rank by rank.
  private let entries: [[Entry]]

  /// Whether nothing is to be wrapped.
  private var isEmpty: Bool { entries.allSatisfy(\.isEmpty) }

  /// The file that belongs beside a CSV; none where nothing is to be wrapped.
  ///
  /// - Throws: `ExportRefusal` for what no CSV can make PyTorch run.
  static func supplements(of problem: Problem) throws(ExportRefusal) -> [ExportSupplement] {
    let checkpoints = try TorchCheckpoints(problem)
    guard !checkpoints.isEmpty else { return [] }
    return [
      ExportSupplement(
        fileEnding: "checkpoint.json", purpose: "the modules to checkpoint", bytes: checkpoints.encoded())
    ]
  }

  /// Reads the modes. O(stages x microbatches).
  ///
  /// - Throws: `ExportRefusal` for what no CSV can make PyTorch run.
  init(_ problem: Problem) throws(ExportRefusal) {
    try problem.checkRunsInTorch()
    self.problem = problem
    var entries = [[Entry]](repeating: [], count: problem.deviceCount)
    for stage in problem.stages.indices {
      entries[problem.hosts[stage][0].index] += Self.entries(of: stage, in: problem)
    }
    self.entries = entries
  }

  private static func entries(of stage: Int, in problem: Problem) -> [Entry] {
    let numbers = problem.microbatches.indices.map { problem.modes[Stage.ID(stage), Microbatch.ID($0)] }
    let layers = problem.stages[stage].layers
    return Set(numbers).sorted().compactMap { number in
      let microbatches = numbers.indices.filter { numbers[$0] == number }
      var entry = Entry(
        stage: stage, mode: problem.stages[stage].modeNames[number], layers: layers, modules: [],
        microbatches: microbatches.count == numbers.count ? nil : microbatches)
      switch StageSaving(problem.stages[stage], mode: number).recompute {
      case .nothing, .ahead: return nil
      case .layers(let first):
        entry.layers = layers.map { wrapped($0, first: first) }
        entry.layerCount = layers == nil ? first : nil
      case .modules(let modules):
        entry.layers = layers.map { wrapped($0, first: nil) }
        entry.modules = modules
      }
      return entry
    }
  }

  /// The numbered layers of a stage, or the first of them; all that there is on a stage without any.
  private static func wrapped(_ names: [String], first: Int?) -> [String] {
    let layers = names.filter { if case .transformer = LayerName($0).role { true } else { false } }
    return layers.isEmpty ? names : Array(layers.prefix(first ?? layers.count))
  }

  /// One entry a line, as JSON.
  func encoded() -> [UInt8] {
    var writer = JSONWriter()
    writer.raw("{")
    writer.key("pipeloom", indentation: 2)
    writer.string("checkpoint/1")
    writer.key("microbatches", indentation: 2)
    writer.integer(problem.microbatchCount)
    writer.key("ranks", indentation: 2)
    writer.lines(entries.indices, indentation: 2) { writer, rank in
      writer.raw("{\"rank\": ")
      writer.integer(rank)
      writer.raw(", \"checkpoint\": ")
      writer.lines(entries[rank], indentation: 4) { Self.write($1, to: &$0) }
      writer.raw("}")
    }
    writer.newline(0)
    writer.raw("}")
    writer.newline(0)
    return writer.bytes
  }

  private static func write(_ entry: Entry, to writer: inout JSONWriter) {
    writer.raw("{\"stage\": ")
    writer.integer(entry.stage)
    writer.raw(", \"mode\": ")
    writer.string(entry.mode)
    if let layers = entry.layers {
      writer.raw(", \"layers\": ")
      writer.list(layers) { $0.string($1) }
    }
    if let count = entry.layerCount {
      writer.raw(", \"layerCount\": ")
      writer.integer(count)
    }
    if !entry.modules.isEmpty {
      writer.raw(", \"modules\": ")
      writer.list(entry.modules) { $0.string($1) }
    }
    if let microbatches = entry.microbatches {
      writer.raw(", \"microbatches\": ")
      writer.list(microbatches) { $0.integer($1) }
    }
    writer.raw("}")
  }
}
