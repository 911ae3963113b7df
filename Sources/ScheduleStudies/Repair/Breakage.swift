import PipelineModel

/// What happened to the devices and links of a pipeline that ran well before.
public enum Breakage: Hashable, Sendable {
  /// A device is gone.
  case lostDevice(Device.ID)
  /// Nothing gets through between two devices, either way.
  case lostLink(Device.ID, Device.ID)
  /// A device computes so many times as fast as it did, mostly below 1.
  case slowDevice(Device.ID, factor: Double)
  /// A message between two devices takes this latency, either way, in the problem's time unit.
  case slowLink(Device.ID, Device.ID, latency: Double)

  /// The devices that it is about.
  public var devices: [Device.ID] {
    switch self {
    case .lostDevice(let device), .slowDevice(let device, _): [device]
    case .lostLink(let one, let other), .slowLink(let one, let other, _): [one, other]
    }
  }
}

extension Breakage: CustomStringConvertible {
  /// What happened, as reports name it: `device 5 lost`.
  public var description: String {
    switch self {
    case .lostDevice(let device): "device \(device) lost"
    case .lostLink(let one, let other): "link \(one)-\(other) lost"
    case .slowDevice(let device, let factor): "device \(device) at \(factor.short) of its speed"
    case .slowLink(let one, let other, let latency): "link \(one)-\(other) with latency \(latency.short)"
    }
  }
}

extension [Breakage] {
  /// The devices that are gone.
  var lostDevices: Set<Device.ID> {
    Set(compactMap { if case .lostDevice(let device) = $0 { device } else { nil } })
  }

  /// Whether nothing gets through between two devices.
  func cut(_ one: Device.ID, _ other: Device.ID) -> Bool {
    contains { $0 == .lostLink(one, other) || $0 == .lostLink(other, one) }
  }

  /// The devices and links as they are now: slower devices, slower links, and bandwidths of 0 where links are lost and
  /// have any. What is lost besides is for routes to leave out.
  func apply(to parts: inout ProblemParts) {
    for breakage in self {
      switch breakage {
      case .lostDevice: break
      case .slowDevice(let device, let factor): parts.devices[device.index].speed *= factor
      case .lostLink(let one, let other):
        guard case .links(var links) = parts.communication else { break }
        links.bandwidth.set(one, other, to: 0)
        parts.communication = .links(links)
      case .slowLink(let one, let other, let latency):
        parts.communication = parts.communication.with(
          latency: latency, between: one, other, deviceCount: parts.devices.count)
      }
    }
  }
}

extension Communication {
  /// The same with another latency between two devices, either way. O(devices²).
  fileprivate func with(
    latency: Double, between one: Device.ID, _ other: Device.ID, deviceCount: Int
  ) -> Communication {
    switch self {
    case .uniform(let all):
      var rows = (0..<deviceCount).map { row in (0..<deviceCount).map { $0 == row ? 0 : all } }
      rows.set(one, other, to: latency)
      return .matrix(rows)
    case .matrix(var rows):
      rows.set(one, other, to: latency)
      return .matrix(rows)
    case .links(var links):
      links.latency.set(one, other, to: latency)
      return .links(links)
    }
  }
}

extension [[Double]] {
  /// Sets what holds between two devices, either way.
  fileprivate mutating func set(_ one: Device.ID, _ other: Device.ID, to value: Double) {
    self[one.index][other.index] = value
    self[other.index][one.index] = value
  }
}
