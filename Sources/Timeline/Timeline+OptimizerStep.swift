import PipelineModel

extension Timeline {
  /// When a device begins its optimizer step, in the problem's time unit: after its last operation and those of the
  /// devices that it waits for; `nil` for a device without operations. O(devices).
  public func optimizerStepStart(on device: Device.ID) -> Double? {
    lowered.problem.end.stepStarts(after: lastEnds)[device.index].map { grid.units($0.time) }
  }

  /// The end of each device's last operation, in grid steps; `nil` for one without operations.
  var lastEnds: [Double?] {
    schedule.problem.devices.indices.map { schedule.orders.range(of: Device.ID($0)).last.map { ends[$0] } }
  }
}
