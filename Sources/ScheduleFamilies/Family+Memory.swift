import PipelineModel
import Timeline

extension Family {
  /// Refuses orders that hold more than a device's memory limit: a family does not bend to one.
  ///
  /// - Throws: `FamilyError` naming the first device that is short.
  /// - Complexity: O(devices).
  public func checkMemory(of timeline: Timeline) throws(FamilyError) {
    for (index, device) in timeline.schedule.problem.devices.enumerated() {
      let peak = timeline.peakMemory[index]
      guard let limit = device.memoryLimit, peak > device.capacity else { continue }
      throw .exceedsMemoryLimit(family: title, device: Device.ID(index), peak: peak, limit: limit)
    }
  }
}
