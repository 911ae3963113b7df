import PipelineModel

extension MegatronLayoutText: LayerLayout {
  /// A layout says nothing of devices.
  public var deviceCount: Int? { nil }
  /// Nor of microbatches.
  public var microbatchCount: Int? { nil }
  /// Megatron gives the devices their stages in turn.
  public var placement: Placement { .loop }

  /// Places each layer once, in its order among those of its letter. Norm and head are one `L`.
  ///
  /// - Throws: `LayoutMismatch` where there are more or fewer layers than letters.
  public func placed(_ layers: [Layer]) throws(LayoutMismatch) -> PlacedLayers {
    var left = Dictionary(grouping: layers.indices) { Self.letter(of: layers[$0]) }
    for letter in Letter.allCases {
      // All that is behind the layers is one head.
      let there = letter == .head ? min(1, left[letter]?.count ?? 0) : left[letter]?.count ?? 0
      guard there == count(of: letter) else {
        throw LayoutMismatch(letter: letter, placed: count(of: letter), there: there)
      }
    }
    var placed: [Layer] = []
    let counts = stages.map { letters in
      let before = placed.count
      for letter in letters {
        let number = letter == .head ? left[letter]?.count ?? 0 : 1
        for place in (left[letter] ?? []).prefix(number) {
          var layer = layers[place]
          // What the layout takes apart need not stay together.
          layer.isTogether = layer.isTogether && placed.count > before
          placed.append(layer)
        }
        left[letter]?.removeFirst(number)
      }
      return placed.count - before
    }
    return PlacedLayers(layers: placed, counts: counts)
  }

  /// Layers by their letters, called as Megatron calls them.
  ///
  /// - Throws: `LayoutMismatch` for a letter without figures.
  public func placed(figures: [Letter: Stage]) throws(LayoutMismatch) -> PlacedLayers {
    var numbers: [Letter: Int] = [:]
    var layers: [Layer] = []
    for letter in stages.joined() {
      guard let figures = figures[letter] else {
        throw LayoutMismatch(letter: letter, placed: count(of: letter), there: 0)
      }
      let number = numbers[letter, default: 0]
      numbers[letter] = number + 1
      layers.append(Layer(name: letter.layerName(number), figures: figures))
    }
    return PlacedLayers(layers: layers, counts: stages.map(\.count))
  }

  private static func letter(of layer: Layer) -> Letter {
    switch LayerName(layer.name).role {
    case .embedding, .rotation: .embedding
    case .norm, .head: .head
    case .multiTokenPrediction: .multiTokenPrediction
    case .transformer, nil: .transformer
    }
  }
}

extension MegatronLayoutText.Letter {
  fileprivate func layerName(_ number: Int) -> String {
    switch self {
    case .embedding: "embedding"
    case .transformer: "decoder.layers.\(number)"
    case .multiTokenPrediction: "mtp.layers.\(number)"
    case .head: "output_layer"
    }
  }
}

/// A layout that places more or fewer layers than there are.
public struct LayoutMismatch: Error, Hashable, Sendable {
  /// Of which kind.
  public let letter: MegatronLayoutText.Letter
  /// How many the layout places.
  public let placed: Int
  /// How many there are.
  public let there: Int
}

extension LayoutMismatch: CustomStringConvertible {
  /// What was expected and found, in one line.
  public var description: String {
    "expected \(there.counted("layer")) of the letter \(letter.rawValue), as many as there are, found \(placed) in the layout"
  }
}
