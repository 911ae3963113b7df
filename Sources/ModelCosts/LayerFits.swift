/// What measured stages say of a layer: a pass of a stage takes an overhead and so much for each of its layers.
///
/// Times of stages with two different numbers of layers tell both, by least squares. The overhead is then shared among
/// the layers of a stage, as many as stages have on average, so that a whole pipeline takes as long as was measured.
public struct LayerFits: Hashable, Sendable {
  /// A measured stage.
  public struct Sample: Hashable, Sendable {
    /// How many transformer layers it has.
    public var layers: Int
    /// The seconds of its passes, ends of the model left out.
    public var time: Passes<Double>

    /// Describes a stage.
    public init(layers: Int, time: Passes<Double>) {
      self.layers = layers
      self.time = time
    }
  }

  /// What became of one pass.
  public struct Fit: Hashable, Sendable {
    /// The seconds that each layer takes.
    public var slope: Double
    /// The seconds that a stage takes besides.
    public var overhead: Double
    /// What estimated times of a layer are multiplied by: measured against estimated, on average over layers.
    public var factor: Double
    /// The share of the overhead that a layer is given.
    public var addedPerLayer: Double
  }

  /// The fits of each pass.
  public let passes: Passes<Fit>
  /// How many stages were measured.
  public let stageCount: Int
  /// The numbers of layers that stages have, in words.
  public let layerCounts: String

  /// Fits.
  ///
  /// - Parameters:
  ///   - estimated: the seconds that the passes of a layer are estimated to take, on average over layers.
  ///   - layersPerStage: how many layers stages have in the problem that is to be estimated, on average.
  /// - Throws: `LayerFitError` where all stages have the same number of layers, or layers would take no time.
  /// - Complexity: O(samples).
  public init(
    _ samples: [Sample], estimated: Passes<Double>, layersPerStage: Double
  ) throws(LayerFitError) {
    let counts = Set(samples.map(\.layers)).sorted()
    guard counts.count > 1 else { throw .oneCount(counts.first ?? 0) }
    func fit(_ pass: (Passes<Double>) -> Double) throws(LayerFitError) -> Fit {
      let (overhead, slope) = Self.line(samples.map { (Double($0.layers), pass($0.time)) })
      guard slope > 0 else { throw .noSlope }
      let factor = pass(estimated) > 0 ? slope / pass(estimated) : 1
      return Fit(
        slope: slope, overhead: overhead, factor: factor,
        addedPerLayer: layersPerStage > 0 ? overhead / layersPerStage : 0)
    }
    passes = Passes(
      forward: try fit(\.forward), input: try fit(\.input), weight: try fit(\.weight))
    stageCount = samples.count
    layerCounts = counts.map(String.init).joined(separator: ", ")
  }

  /// The line through points that has the least squared error.
  private static func line(_ points: [(x: Double, y: Double)]) -> (offset: Double, slope: Double) {
    let count = Double(points.count)
    let meanX = points.reduce(0) { $0 + $1.x } / count
    let meanY = points.reduce(0) { $0 + $1.y } / count
    let covariance = points.reduce(0) { $0 + ($1.x - meanX) * ($1.y - meanY) }
    let variance = points.reduce(0) { $0 + ($1.x - meanX) * ($1.x - meanX) }
    let slope = covariance / variance
    return (meanY - slope * meanX, slope)
  }
}

/// Why measured stages do not tell what a layer takes.
public enum LayerFitError: Error, Hashable, Sendable {
  /// All stages have as many layers.
  case oneCount(Int)
  /// More layers do not take longer.
  case noSlope
}

extension LayerFitError: CustomStringConvertible {
  /// What was expected and what was found.
  public var description: String {
    switch self {
    case .oneCount(let count):
      "expected stages with two different numbers of layers, which tell what one takes, found \(count) on each"
    case .noSlope: "expected stages with more layers to take longer, found some that do not"
    }
  }
}
