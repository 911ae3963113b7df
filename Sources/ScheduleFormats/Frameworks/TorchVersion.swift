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
  /// The first that finds out from the file on which ranks stages are.
  static let firstWithMaps = TorchVersion(2, 7)
  /// The first that knows overlapped pairs.
  static let firstWithPairs = TorchVersion(2, 9)
  /// The first whose files with transfers were run, which reduces gradients where they say it.
  static let firstWithReductions = TorchVersion(2, 13)
  /// The first that waits for sends and reductions where files with transfers say it.
  static let firstWithWaits = TorchVersion(2, 15)

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
    let problem = schedule.problem
    let loop = Placement.loop.hosts(stageCount: problem.stageCount, deviceCount: problem.deviceCount)
    let apart = problem.hosts.indices.first { problem.hosts[$0] != loop[$0] }
    if version < .firstWithMaps, let apart {
      throw .outOfLoop(Stage.ID(apart), on: problem.hosts[apart][0], version)
    }
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

  /// A stage that is not where a version looks for it.
  fileprivate static func outOfLoop(
    _ stage: Stage.ID, on device: Device.ID, _ version: TorchVersion
  ) -> Self {
    Self(
      "expected stages in a loop, as PyTorch \(version) takes them to lie and so runs no V, found stage \(stage) on "
        + "device \(device)",
      .change("take PyTorch \(TorchVersion.firstWithMaps) or later"), .change("take a loop"))
  }

  /// Overlapped pairs, which a version cannot read.
  fileprivate static func unknownPairs(_ device: Device.ID, _ version: TorchVersion) -> Self {
    Self(
      "expected operations one by one, as PyTorch \(version) reads no overlapped pairs, found a pair on device "
        + "\(device)",
      .change("take PyTorch \(TorchVersion.firstWithPairs) or later"), .change("leave the pairs out"))
  }
}
