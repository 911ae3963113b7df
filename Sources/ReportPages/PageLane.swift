import PipelineModel
import Timeline

/// A lane of the chart: a device, or a stream of one beside its first.
struct PageLane: Encodable {
  /// Which of the problem's devices it is.
  let id: Device.ID
  /// The number of its device.
  let device: Int
  /// The name of its stream; `nil` for the compute stream.
  let stream: String?
  /// The memory limit; `nil` where there is none.
  let limit: Double?

  private enum CodingKeys: CodingKey { case device, stream, limit }

  /// A device without a limit says so.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(device, forKey: .device)
    try container.encodeIfPresent(stream, forKey: .stream)
    try container.encode(limit, forKey: .limit)
  }

  /// What stands beside it in the still picture.
  var name: String { stream ?? "device \(device)" }

  /// The devices of a schedule, each followed by those of its streams that run anything. O(devices).
  static func all(of schedule: Schedule) -> [Self] {
    let problem = schedule.problem
    guard let layout = problem.layout else {
      return problem.devices.enumerated().map { index, device in
        Self(id: Device.ID(index), device: index, stream: nil, limit: device.memoryLimit)
      }
    }
    return problem.computeDevices.flatMap { device in
      layout.written.streams.enumerated().compactMap { stream, name -> Self? in
        let id = layout.device(Device.ID(device), stream: stream)
        guard stream == 0 || !schedule.orders.range(of: id).isEmpty else { return nil }
        return Self(
          id: id, device: device, stream: stream == 0 ? nil : name,
          limit: problem.devices[id.index].memoryLimit)
      }
    }
  }
}
