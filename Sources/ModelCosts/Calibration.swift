/// What a measurement makes of estimated times.
public enum Calibration: Hashable, Sendable {
  /// Nothing was measured.
  case none
  /// One run was: all times are multiplied by what it took against what was estimated of it.
  case run(measured: Double, estimated: Double)
  /// Stages of different numbers of layers were, pass by pass.
  case profile(LayerFits)

  /// A layer with its times as measured.
  func applied(to layer: LayerEstimate) -> LayerEstimate {
    var layer = layer
    switch self {
    case .none: break
    case .run(let measured, let estimated):
      guard estimated > 0 else { break }
      layer.time = layer.time.map { $0.scaled(by: measured / estimated) }
    case .profile(let fits):
      guard case .transformer = layer.kind else { break }
      layer.time = layer.time.combined(with: fits.passes) { time, fit in
        var time = time.scaled(by: fit.factor)
        time.added = fit.addedPerLayer
        return time
      }
    }
    return layer
  }

  /// What was measured, in words.
  public var text: String {
    switch self {
    case .none: "no run measured"
    case .run(let measured, let estimated):
      "times x \((measured / estimated).roundedToGrid.formulaText), as a run took "
        + "\((measured * 1e3).roundedToGrid.formulaText) ms that was estimated at "
        + "\((estimated * 1e3).roundedToGrid.formulaText) ms"
    case .profile(let fits):
      "times of transformer layers fitted to \(fits.stageCount) measured stages of \(fits.layerCounts) layers"
    }
  }
}

extension PassTime {
  fileprivate func scaled(by factor: Double) -> PassTime {
    var time = self
    time.factor = factor
    return time
  }
}
