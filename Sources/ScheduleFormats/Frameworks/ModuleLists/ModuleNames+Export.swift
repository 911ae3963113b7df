import PipelineModel

extension ModuleNames {
  /// The modules of every stage as the trainer calls them, and what was changed or is to be compared, one line each.
  ///
  /// Names that the trainer knows stay as they are; others are told by what they stand for, so that one problem suits
  /// all trainers. The norm, which users count with the head, is named beside it, and what every stage needs on all.
  ///
  /// - Throws: `ExportRefusal` naming the first layer that no module of the trainer stands for.
  func modules(of stages: [[String]]) throws(ExportRefusal) -> (names: [[String]], statements: [String]) {
    let prefix = stages.joined().lazy.compactMap { self.prefix(of: $0) }.first ?? prefixes[0]
    var renamed: [String] = []
    var modules: [[String]] = []
    for (stage, layers) in stages.enumerated() {
      var names: [String] = []
      for layer in layers where rotation != nil || LayerName(layer).role != .rotation {
        guard let name = module(layer) == nil ? translation(of: layer, prefix: prefix) : layer else {
          throw .unknownModule(layer, Stage.ID(stage), of: self)
        }
        if name != layer, renamed.count < 3, LayerName(layer).role?.isNumbered != true {
          renamed.append("\(name) for \(layer)")
        }
        if !names.contains(name) { names.append(name) }
      }
      modules.append(names)
    }
    var statements = renamed.isEmpty ? [] : ["\(trainer)'s names: \(renamed.joined(separator: ", "))"]
    statements += addNorm(to: &modules, prefix: prefix)
    if let rotation = name(of: .rotation, prefix: prefix) {
      for stage in modules.indices where !modules[stage].contains(rotation) {
        modules[stage].append(rotation)
      }
    }
    return (modules, statements)
  }

  private func translation(of layer: String, prefix: String) -> String? {
    LayerName(layer).role.flatMap { name(of: $0, prefix: prefix) }
  }

  /// Names the norm in front of the head where no layer does: every model of the trainers has one.
  private func addNorm(to modules: inout [[String]], prefix: String) -> [String] {
    func isPart(_ role: LayerName.Role) -> (String) -> Bool { { module($0) == .part(role) } }
    guard !modules.joined().contains(where: isPart(.norm)), let norm = name(of: .norm, prefix: prefix),
      let stage = modules.firstIndex(where: { $0.contains(where: isPart(.head)) }),
      let place = modules[stage].firstIndex(where: isPart(.head))
    else { return [] }
    modules[stage].insert(norm, at: place)
    return ["\(norm), which no layer names, stands beside the head"]
  }
}

extension LayerName.Role {
  /// Whether it is one of many, told by a number.
  fileprivate var isNumbered: Bool {
    switch self {
    case .transformer, .multiTokenPrediction: true
    case .embedding, .norm, .head, .rotation: false
    }
  }
}

extension ExportRefusal {
  /// A layer that is no module of the models that a trainer knows.
  fileprivate static func unknownModule(_ layer: String, _ stage: Stage.ID, of names: ModuleNames) -> Self {
    if case .multiTokenPrediction? = LayerName(layer).role {
      return Self(
        "expected no layers for multi-token prediction, as \(names.trainer) trains none in a pipeline, found "
          + "\(layer.quoted) on stage \(stage)")
    }
    return Self(
      "expected layers that \(names.trainer) has modules for (\(names.known)), found \(layer.quoted) on stage \(stage)"
    )
  }
}
