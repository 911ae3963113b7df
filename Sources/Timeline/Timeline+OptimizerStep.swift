import PipelineModel

extension Timeline {
  /// When a device begins its optimizer step, in the problem's time unit: after its last operation and those of the
  /// devices that it waits for; `nil` for a device without operations. O(devices).
  public func optimizerStepStart(on device: Device.ID) -> Double? {
    guard let own = lastEnd(of: device) else { return nil }
    let groups = schedule.problem.barrier.groups(deviceCount: schedule.problem.deviceCount)
    let others = groups.first { $0.contains(device) } ?? []
    return others.compactMap(lastEnd).reduce(own, max)
  }

  private func lastEnd(of device: Device.ID) -> Double? {
    schedule.orders.range(of: device).last.map(end)
  }
}
