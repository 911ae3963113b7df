import PipelineModel

/// Where layers lie, as another program says it.
public protocol LayerLayout: Sendable {
  /// The layers of a problem as the layout places them, each once, and how many each stage has.
  ///
  /// - Throws: `LayoutMismatch`, or `FormatError` with the place in the layout, where they do not suit it.
  func placed(_ layers: [Layer]) throws -> PlacedLayers

  /// The layout's own layers, each with the figures of its letter.
  ///
  /// - Throws: as `placed` does, and for a letter without figures.
  func placed(figures: [MegatronLayoutText.Letter: Stage]) throws -> PlacedLayers

  /// How many devices the layout is for; `nil` where it does not say.
  var deviceCount: Int? { get }
  /// How many microbatches it is for; `nil` where it does not say.
  var microbatchCount: Int? { get }
  /// Where its stages go, if there are several per device.
  var placement: Placement { get }
}

/// Layers in the order of a layout, and how many each of its stages has.
public struct PlacedLayers: Hashable, Sendable {
  /// The layers.
  public let layers: [Layer]
  /// How many each stage has.
  public let counts: [Int]
}
