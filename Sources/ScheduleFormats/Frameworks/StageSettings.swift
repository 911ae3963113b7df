import PipelineModel

/// What trainers on PyTorch have to be told of a problem: both know the map from stages to ranks by the name of a
/// schedule alone, also where the order itself comes from a file.
struct StageSettings {
  /// The name that selects the right map.
  let schedule: String
  /// The names of the modules of every stage; `nil` where the problem names none.
  let modules: [[String]]?
  /// What is to be compared with the model, and what its modules may lack, one line each.
  let statements: [String]

  /// Reads the settings off a problem.
  ///
  /// - Parameter names: how the trainer calls its modules.
  /// - Throws: `ExportRefusal` for a map without a name, layers that no module of the trainer stands for, or where only
  ///   some stages have layers, or parts of layers: trainers keep the layers whose names end with their number, and drop
  ///   all others.
  init(_ problem: Problem, names: ModuleNames) throws(ExportRefusal) {
    try problem.checkIsChain()
    try problem.checkHasBackwards()
    guard let map = problem.stageMap, map != .v || problem.stageCount == 2 * problem.deviceCount else {
      throw .otherPlacement(
        needed:
          "a placement with a name in PyTorch: one stage per device in order, a loop, or a V of two stages "
          + "per device")
    }
    schedule = map.scheduleName
    guard let layers = try problem.layersOfStages() else {
      (modules, statements) = (nil, [])
      return
    }
    try Self.checkWhole(layers)
    let named = try names.modules(of: layers)
    modules = named.names
    let count = layers.reduce(0) { $0 + StageLayers($1).transformer.count }
    statements =
      (count > 0 ? [count.counted("transformer layer")] : []) + named.statements
      + problem.missingModules.map { "Warning: \($0)." }
  }

  private static func checkWhole(_ modules: [[String]]) throws(ExportRefusal) {
    for (stage, names) in modules.enumerated() {
      if let part = names.first(where: { LayerName($0).isPart }) { throw .partOfLayer(part, Stage.ID(stage)) }
    }
  }
}

extension Problem {
  /// The layer names of every stage; `nil` where none has any.
  ///
  /// - Throws: `ExportRefusal` naming the first stage without names where others have them.
  func layersOfStages() throws(ExportRefusal) -> [[String]]? {
    let named = stages.compactMap(\.layers)
    if named.isEmpty { return nil }
    if let stage = stages.firstIndex(where: { $0.layers == nil }) { throw .unnamedLayers(Stage.ID(stage)) }
    return named
  }
}

extension ExportRefusal {
  /// A part of a layer where only whole layers can be given to stages.
  fileprivate static func partOfLayer(_ layer: String, _ stage: Stage.ID) -> Self {
    Self(
      "expected whole layers (layers.0), as parts of one are left out without a word, found \(layer.quoted) on "
        + "stage \(stage)")
  }
}

extension String {
  /// The text in quotation marks, as JSON, YAML and TOML alike read it: what one of them takes for a line break or
  /// cannot hold is escaped.
  var quotedInFull: String {
    var writer = JSONWriter()
    writer.string(self)
    return String(decoding: writer.bytes, as: UTF8.self).unicodeScalars.reduce(into: "") { text, scalar in
      switch scalar.value {
      case 0x7F...0x9F, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF:
        let digits = String(scalar.value, radix: 16, uppercase: true)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
  }
}

/// A list of texts on one line, as JSON, YAML and TOML alike write it.
func quotedList(_ texts: [String]) -> String { "[" + texts.map(\.quotedInFull).joined(separator: ", ") + "]" }
