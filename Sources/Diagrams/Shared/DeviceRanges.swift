import PipelineModel

/// Some devices by their numbers: `0-7,56-63`.
public struct DeviceRanges: Hashable, Sendable {
  /// The ranges, as they were given.
  public let ranges: [ClosedRange<Int>]

  /// Takes ranges of numbers.
  public init(_ ranges: [ClosedRange<Int>]) { self.ranges = ranges }

  /// Reads numbers and ranges with commas between them; `nil` for anything else.
  public init?(_ text: String) {
    var ranges: [ClosedRange<Int>] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false)
      let numbers = ends.compactMap { end in end.allSatisfy(\.isNumber) ? Int(end) : nil }
      guard numbers.count == ends.count, let first = numbers.first, let last = numbers.last,
        numbers.count <= 2, first <= last
      else { return nil }
      ranges.append(first...last)
    }
    self.init(ranges)
  }

  /// Whether a device is one of them. O(ranges).
  public func contains(_ device: Int) -> Bool { ranges.contains { $0.contains(device) } }

  /// The ranges as they are written.
  public var text: String {
    ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
      .joined(separator: ",")
  }
}
