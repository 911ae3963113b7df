import PipelineModel

/// A version of PyTorch, by what it can load: read and run with the loaders of ten of them, 2.6 to 2.15.
public struct TorchVersion: Hashable, Sendable, Comparable {
  /// The two numbers that tell versions apart.
  public let major, minor: Int

  /// Names a version.
  public init(_ major: Int, _ minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// Reads `2.8` or `2.8.0`; `nil` for anything else.
  public init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { part in part.allSatisfy(\.isASCII) ? Int(part) : nil }
    guard numbers.count == parts.count, (2...3).contains(numbers.count), numbers.allSatisfy({ $0 >= 0 })
    else { return nil }
    self.init(numbers[0], numbers[1])
  }

  /// The first that spells actions as they are spelled today.
  public static let first = TorchVersion(2, 6)
  /// The first that hands messages over inside a rank, as a V needs it.
  static let firstWithV = TorchVersion(2, 7)
  /// The first that knows overlapped pairs.
  static let firstWithPairs = TorchVersion(2, 9)

  /// Whether a version came before another.
  public static func < (left: Self, right: Self) -> Bool {
    (left.major, left.minor) < (right.major, right.minor)
  }
}

extension TorchVersion: CustomStringConvertible {
  /// The version as it is written: `2.8`.
  public var description: String { "\(major).\(minor)" }
}

extension TorchCSV {
  /// Refuses what a version of PyTorch refuses, or loads wrongly, of what others run. O(stages + pairs).
  ///
  /// - Throws: `ExportRefusal` naming the first version that runs the schedule.
  public func check(_ schedule: Schedule, on version: TorchVersion) throws(ExportRefusal) {
    guard version >= .first else { throw .otherLetters(version) }
    let hosts = schedule.problem.hosts
    let turn = hosts.indices.dropFirst().first { hosts[$0] == hosts[$0 - 1] }
    if version < .firstWithV, let turn { throw .neighboursOnDevice(Stage.ID(turn), version) }
    if version < .firstWithPairs, let pair = schedule.orders.pairs.first {
      throw .unknownPairs(schedule.orders.device(at: pair), version)
    }
  }
}

extension ExportRefusal {
  /// A version whose `B` is another one.
  fileprivate static func otherLetters(_ version: TorchVersion) -> Self {
    Self("expected PyTorch \(TorchVersion.first) or later, whose letters the file has, found \(version)")
  }

  /// Two neighbouring stages on one device, between which a version knows no way.
  fileprivate static func neighboursOnDevice(_ stage: Stage.ID, _ version: TorchVersion) -> Self {
    Self(
      "expected neighbouring stages on different devices, as PyTorch \(version) runs no V, found stages "
        + "\(stage.index - 1) and \(stage) on one",
      .change("take PyTorch \(TorchVersion.firstWithV) or later"), .change("take a loop"))
  }

  /// Overlapped pairs, which a version cannot read.
  fileprivate static func unknownPairs(_ device: Device.ID, _ version: TorchVersion) -> Self {
    Self(
      "expected operations one by one, as PyTorch \(version) reads no overlapped pairs, found a pair on device "
        + "\(device)",
      .change("take PyTorch \(TorchVersion.firstWithPairs) or later"), .change("leave the pairs out"))
  }
}
