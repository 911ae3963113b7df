/// Stages of runs of layers, made once for all runs that are alike; without names, and without what is tied.
package struct RunStages: Sendable {
  private let layers: Layers
  /// By layer the place of the first one like it.
  private let kinds: [Int]
  private var known: [[Int]: Stage] = [:]

  /// Looks which layers are alike. O(layers).
  package init(_ layers: Layers) {
    self.layers = layers
    var first: [Stage: Int] = [:]
    kinds = layers.passes.enumerated().map { place, passes in
      if let known = first[passes] { return known }
      first[passes] = place
      return place
    }
  }

  /// The stage of a run of layers, with all its modes. O(layers) where one like it is known.
  package mutating func stage(of run: Range<Int>) -> Stage {
    // What comes before an empty run tells whether gradients come through.
    let key = run.isEmpty ? [-1 - (layers.firstWithBackward < run.upperBound ? 1 : 0)] : Array(kinds[run])
    if let stage = known[key] { return stage }
    var stage = layers.stage(ofLayers: run)
    stage.layers = nil
    known[key] = stage
    return stage
  }
}
