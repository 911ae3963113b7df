import PipelineModel

extension ModuleList: LayerLayout {
  /// Places layers as the modules of their names, or of the parts of the model that they stand for, lie.
  ///
  /// - Throws: `FormatError` for a name that no model of the trainer has and no layer either, and where layers are lost,
  ///   placed twice or out of their order.
  public func placed(_ layers: [Layer]) throws(FormatError) -> PlacedLayers {
    let finder = LayerFinder(layers)
    var stageOfLayer: [Int?] = layers.map { _ in nil }
    for (stage, entries) in stages.enumerated() {
      for entry in entries {
        for place in try places(of: entry, on: stage, finder) {
          guard stageOfLayer[place] == nil else {
            throw error(entry, .expected("each module once", found: "\(entry.name.quoted) again"))
          }
          stageOfLayer[place] = stage
        }
      }
    }
    var last = 0
    for (place, stage) in stageOfLayer.enumerated() {
      let name = finder.name(of: place)
      guard let stage else {
        throw error(nil, .expected("every layer on some stage", found: "\(name) on none"))
      }
      guard stage >= last else {
        throw error(
          nil,
          .expected(
            "layers in their order, \(name) on stage \(last) or behind", found: "it on stage \(stage)"))
      }
      last = stage
    }
    let counts = stages.indices.map { stage in stageOfLayer.count { $0 == stage } }
    // What the list takes apart need not stay together.
    let placed = layers.enumerated().map { place, layer in
      var layer = layer
      layer.isTogether = layer.isTogether && place > 0 && stageOfLayer[place] == stageOfLayer[place - 1]
      return layer
    }
    return PlacedLayers(layers: placed, counts: counts)
  }

  /// The list's own layers: norm and head are one, in the figures of `L`.
  public func placed(figures: [MegatronLayoutText.Letter: Stage]) throws -> PlacedLayers {
    var transformers: [Int: String] = [:]
    var (before, behind): ([(String, MegatronLayoutText.Letter)], [(String, MegatronLayoutText.Letter)]) = (
      [], []
    )
    var norm: String?
    for entry in stages.joined() {
      switch names.module(entry.name) {
      case .part(.transformer(let layer)): transformers[layer.number] = entry.name
      case .part(.embedding): before.append((entry.name, .embedding))
      case .part(.multiTokenPrediction): behind.insert((entry.name, .multiTokenPrediction), at: 0)
      case .part(.head): behind.append((entry.name, .head))
      case .part(.norm): norm = entry.name
      case .part(.rotation), .encoder: break
      case nil: throw unknown(entry)
      }
    }
    if let norm, !behind.contains(where: { $0.1 == .head }) { behind.append((norm, .head)) }
    let count = (transformers.keys.max() ?? -1) + 1
    let all =
      before
      + (0..<count).map { number in
        (transformers[number] ?? "layers.\(number)", .transformer)
      } + behind
    let layers = try all.map { name, letter in
      guard let figures = figures[letter] else {
        throw LayoutMismatch(letter: letter, placed: all.count { $0.1 == letter }, there: 0)
      }
      return Layer(name: name, figures: figures)
    }
    return try placed(layers)
  }

  /// The layers that a module stands for; none where a layer beside it counts it.
  private func places(of entry: Entry, on stage: Int, _ finder: LayerFinder) throws(FormatError) -> [Int] {
    if let place = finder.place(named: entry.name) { return [place] }
    guard let module = names.module(entry.name) else { throw unknown(entry) }
    guard case .part(let role) = module else { return [] }
    let places = finder.places(of: role)
    if !places.isEmpty { return places }
    switch role {
    case .rotation, .head: return []
    case .norm:
      // The head counts it, so that both are in one place.
      let heads = stages.indices.filter { place in
        stages[place].contains { names.module($0.name) == .part(.head) }
      }
      guard heads.isEmpty || heads == [stage] else {
        throw error(
          entry,
          .expected("the norm on the stage of the head, as one layer is both", found: "it on stage \(stage)"))
      }
      return []
    case .embedding, .transformer, .multiTokenPrediction:
      throw error(entry, .expected("a module that a layer stands for", found: entry.name.quoted))
    }
  }

  private func unknown(_ entry: Entry) -> FormatError {
    let others = names.heads.dropFirst().map { ", or \($0) in other versions" }.joined()
    return error(
      entry, .expected("a module of \(names.trainer) (\(names.known)\(others))", found: entry.name.quoted))
  }

  private func error(_ entry: Entry?, _ reason: FormatError.Reason) -> FormatError {
    FormatError(reason, file: file, line: entry?.line, key: entry?.key ?? ProblemKey())
  }
}

/// Finds layers by their names, and by what these say.
private struct LayerFinder {
  /// What a module of a list may stand for.
  private enum Part: Hashable {
    case embedding, norm, head, prediction
    case transformer(Int)

    init?(_ role: LayerName.Role) {
      switch role {
      case .embedding: self = .embedding
      case .transformer(let layer): self = .transformer(layer.number)
      case .multiTokenPrediction: self = .prediction
      case .norm: self = .norm
      case .head: self = .head
      case .rotation: return nil
      }
    }
  }

  private let layers: [Layer]
  private let named: [String: Int]
  private let places: [Part: [Int]]

  /// Looks at layers; those without a name are numbered through.
  init(_ layers: [Layer]) {
    self.layers = layers
    named = Dictionary(layers.indices.map { (layers[$0].name, $0) }) { first, _ in first }
    var places: [Part: [Int]] = [:]
    var nameless = 0
    for (place, layer) in layers.enumerated() {
      if layer.name.isEmpty {
        places[.transformer(nameless), default: []].append(place)
        nameless += 1
      } else if let role = LayerName(layer.name).role {
        // What has no module of its own goes with the embedding.
        places[Part(role) ?? .embedding, default: []].append(place)
      }
    }
    self.places = places
  }

  func place(named name: String) -> Int? { name.isEmpty ? nil : named[name] }
  func places(of role: LayerName.Role) -> [Int] { Part(role).flatMap { places[$0] } ?? [] }
  func name(of place: Int) -> String {
    layers[place].name.isEmpty ? "layer \(place)" : layers[place].name.quoted
  }
}
