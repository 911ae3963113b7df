/// Which device, or devices when replicated, hosts each stage.
public enum Placement: Hashable, Sendable {
  /// Stage s on device s: one stage per device.
  case sequential
  /// Stage s on device s mod D.
  case loop
  /// Back and forth: 0, 1, ..., D-1, D-1, ..., 1, 0, 0, 1, ...
  case v
  /// The devices of each stage; more than one where the stage is replicated.
  case explicit([[Device.ID]])

  /// The placement with these hosts, one entry per stage, by its name where it has one. O(stages).
  package init(naming hosts: [[Device.ID]], deviceCount: Int) {
    // One stage per device is also a loop and a v of one chunk.
    let named: [Placement] = hosts.count == deviceCount ? [.sequential] : [.loop, .v]
    self =
      named.first { $0.hosts(stageCount: hosts.count, deviceCount: deviceCount) == hosts } ?? .explicit(hosts)
  }

  /// The devices hosting each stage, one entry per stage.
  ///
  /// Meaningful for a checked problem only; an explicit placement is returned as it is. O(stages).
  public func hosts(stageCount: Int, deviceCount: Int) -> [[Device.ID]] {
    switch self {
    case .sequential: (0..<stageCount).map { [Device.ID($0)] }
    case .loop: (0..<stageCount).map { [Device.ID($0 % deviceCount)] }
    case .v: (0..<stageCount).map { [Device.ID(Self.fold($0, deviceCount))] }
    case .explicit(let hosts): hosts
    }
  }

  private static func fold(_ stage: Int, _ deviceCount: Int) -> Int {
    let step = stage % (2 * deviceCount)
    return step < deviceCount ? step : 2 * deviceCount - 1 - step
  }
}
