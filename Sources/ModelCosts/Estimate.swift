import PipelineModel

/// What training a model on a machine takes, layer by layer, by formulas: no measurement.
///
/// Analytic times are for ranking. Fitted on half of 81 public multi-node runs (VIA-Research/vTrain), a model of this
/// kind was off by 6.4 % on average on the other half, 3.3 % in the median, 31 % at worst; without any measured run it
/// is off by more. Memory and counts are closed forms.
public struct Estimate: Sendable {
  /// The model.
  public let model: ModelShape
  /// How it is trained.
  public let setup: TrainingSetup
  /// The machine.
  public let hardware: Hardware
  /// The layers in order, equal ones behind each other told once.
  public let layers: [LayerEstimate]
  /// What was measured, where something was.
  public let calibration: Calibration

  /// Estimates.
  ///
  /// - Throws: `EstimateError` where the model cannot be cut as the setup says, or the machine's peak is not known.
  /// - Complexity: O(runs of equal layers).
  public init(
    _ model: ModelShape, _ setup: TrainingSetup, on hardware: Hardware, calibration: Calibration = .none
  ) throws(EstimateError) {
    do throws(SetupError) { try setup.check(model) } catch { throw .setup(error) }
    guard let roofline = Roofline(hardware, setup.precision) else { throw .withoutPeak(setup.precision) }
    self.model = model
    self.setup = setup
    self.hardware = hardware
    self.calibration = calibration
    layers = LayerEstimates(model.onDevices(setup), setup, hardware, roofline).all.map {
      calibration.applied(to: $0)
    }
  }

  /// The time of a message between stages, in milliseconds without its bytes; its bytes; and bytes per millisecond.
  public var message: (latency: Double, bytes: Double, bandwidth: Double) {
    let link = hardware.links.pipeline
    return (
      (link.latency * 1e3).roundedToGrid, Collectives(model, setup, hardware.links).message,
      link.bandwidth / 1e3
    )
  }

  /// What a device may hold, in GiB: what the machine has without its reserve, and under FSDP without the gathered
  /// weights and the gradients of the largest layer in use.
  public var memoryLimit: Double {
    let inUse = setup.optimizer.kind == .fullySharded ? layers.map(\.gatheredBytes).max() ?? 0 : 0
    return max(0, hardware.memory.usable - inUse) / LayerEstimate.bytesPerUnit
  }
}

/// Why there is no estimate.
public enum EstimateError: Error, Hashable, Sendable {
  /// The model cannot be cut so.
  case setup(SetupError)
  /// The machine's peak is not known in a precision.
  case withoutPeak(Precision)
}

extension ModelShape {
  /// The model as devices hold it: where there are more of them than heads of keys, heads are held several times.
  func onDevices(_ setup: TrainingSetup) -> ModelShape {
    var model = self
    for index in model.runs.indices {
      if case .grouped(var attention) = model.runs[index].layer.attention {
        attention.keyHeads = max(attention.keyHeads, min(Double(setup.tensor), attention.heads))
        model.runs[index].layer.attention = .grouped(attention)
      }
    }
    return model
  }
}
