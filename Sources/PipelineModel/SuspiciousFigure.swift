/// A figure that is probably a slip of a decimal point or a unit.
public enum SuspiciousFigure: Hashable, Sendable {
  /// Nothing gets from one device to another.
  case noLink(from: Device.ID, to: Device.ID)
  /// A message takes many times as long as it does over most links.
  case slowLink(from: Device.ID, to: Device.ID, time: Double, usual: Double)
  /// A message takes many times as long one way as the other.
  case oneWaySlow(from: Device.ID, to: Device.ID, time: Double, back: Double)
  /// A device is many times as fast or slow as most.
  case oddSpeed(Device.ID, speed: Double, usual: Double)
  /// Stages that are not trained, as far as their backward times tell, between links that take time.
  case gradientOfIdleBackward(stages: [Stage.ID], latency: Double)
}

extension Problem {
  /// The figures of devices, stages and links that look like slips, those of links once for both ways.
  /// O(devices² log devices + stages).
  public var suspiciousFigures: [SuspiciousFigure] {
    let median = Self.median(of: finiteLatencies.filter { $0 > 0 })
    let usual = Self.median(of: devices.map(\.speed))
    let odd = devices.indices.filter {
      devices[$0].speed > 100 * usual || devices[$0].speed < usual / 100
    }
    var found = odd.map { SuspiciousFigure.oddSpeed(Device.ID($0), speed: devices[$0].speed, usual: usual) }
    found += idleBackward.map { [$0] } ?? []
    if case .uniform = communication { return found }
    for first in devices.indices.map({ Device.ID($0) }) {
      for second in devices.indices.dropFirst(first.index + 1).map({ Device.ID($0) }) {
        found += suspicion(first, second, usual: median).map { [$0] } ?? []
      }
    }
    return found
  }

  /// A backward pass of no time is still one: its gradient is sent, and waited for. That of a head is meant: the
  /// gradient of the loss comes from there.
  private var idleBackward: SuspiciousFigure? {
    let idle = stages.indices.filter {
      stages[$0].hasBackward && stages[$0].work == stages[$0].forward && Stage.ID($0) != skipReorder?.head
    }
    let latency = deviceCount > 1 ? finiteLatencies.max() ?? 0 : 0
    guard latency > 0, !idle.isEmpty else { return nil }
    return .gradientOfIdleBackward(stages: idle.map { Stage.ID($0) }, latency: latency)
  }

  private func suspicion(_ first: Device.ID, _ second: Device.ID, usual: Double) -> SuspiciousFigure? {
    let there = communication.latency(from: first, to: second)
    let back = communication.latency(from: second, to: first)
    if !there.isFinite { return .noLink(from: first, to: second) }
    if !back.isFinite { return .noLink(from: second, to: first) }
    if there > 20 * back, there > usual {
      return .oneWaySlow(from: first, to: second, time: there, back: back)
    }
    if back > 20 * there, back > usual {
      return .oneWaySlow(from: second, to: first, time: back, back: there)
    }
    if there > 20 * usual { return .slowLink(from: first, to: second, time: there, usual: usual) }
    return nil
  }

  private static func median(of values: [Double]) -> Double {
    values.isEmpty ? .infinity : values.sorted()[values.count / 2]
  }
}

extension SuspiciousFigure: CustomStringConvertible {
  /// What was found and what is usual.
  public var description: String {
    switch self {
    case .noLink(let source, let target): "nothing gets from device \(source) to device \(target)"
    case .slowLink(let source, let target, let time, let usual):
      "a message between devices \(source) and \(target) takes \(time.short), over most links \(usual.short): a slip?"
    case .oneWaySlow(let source, let target, let time, let back):
      "a message from device \(source) to device \(target) takes \(time.short), back \(back.short): a slip?"
    case .oddSpeed(let device, let speed, let usual):
      "device \(device) has speed \(speed.short), most have \(usual.short): a slip?"
    case .gradientOfIdleBackward(let stages, let latency):
      stages.count == 1
        ? "stage \(stages[0]) has backward times of 0, but its gradient still travels, for up to \(latency.short)"
        : "stages \(Self.list(stages)) have backward times of 0, but their gradients still travel, for up to "
          + "\(latency.short) each"
    }
  }

  /// The first few.
  private static func list(_ stages: [Stage.ID]) -> String {
    let shown = 8
    let names = stages.prefix(shown).map(\.description).joined(separator: ", ")
    return stages.count > shown ? "\(names) and \(stages.count - shown) more" : names
  }
}
