/// Stages of runs of layers, made once for all runs that are alike; without names, and without what is tied.
package struct RunStages: Sendable {
  private let layers: Layers
  /// By layer the place of the first one like it.
  private let kinds: [Int]
  private var known: [[Int]: (stage: Stage, loads: [StageLoad])] = [:]

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
  package mutating func stage(of run: Range<Int>) -> Stage { found(run).stage }

  /// What it asks of a device, in each of its modes.
  mutating func loads(of run: Range<Int>) -> [StageLoad] { found(run).loads }

  private mutating func found(_ run: Range<Int>) -> (stage: Stage, loads: [StageLoad]) {
    // What comes before an empty run tells whether gradients come through.
    let key = run.isEmpty ? [layers.firstWithBackward < run.upperBound ? -1 : -2] : Array(kinds[run])
    if let found = known[key] { return found }
    var stage = layers.stage(ofLayers: run)
    stage.layers = nil
    let found = (stage, stage.loads)
    known[key] = found
    return found
  }
}
