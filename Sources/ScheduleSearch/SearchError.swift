import PipelineModel

/// Why a problem is beyond a search.
public enum SearchError: Error, Hashable, Sendable {
  /// A device cannot hold all pieces of a sequence at a time, which every schedule needs.
  case tooLargeSequence(Device.ID, least: Double, limit: Double)
  /// What tasks and phases wait for leaves no orders within the memory limits that any rule finds.
  case noOrders
  /// The microbatches are pieces of sequences, whose order an exact search does not keep.
  case provingPieces(Int)
  /// The microbatches are pieces of sequences, which the choice of routes does not keep together.
  case routesOfPieces(Int)
}

extension SearchError: CustomStringConvertible {
  /// The reason in one line.
  public var description: String {
    switch self {
    case .tooLargeSequence(let device, let least, let limit):
      "devices[\(device.index)].memoryLimit: all pieces of a sequence run forwards before one runs backwards: expected "
        + "at least \(least.short), found \(limit.short)"
    case .noOrders:
      "memoryLimit: expected room for some order in which tasks and phases do not wait for what memory holds back, found "
        + "none"
    case .provingPieces(let count):
      "pieces: an exact search does not keep the \(count) pieces of a sequence in order: expected 1"
    case .routesOfPieces(let count):
      "pieces: the choice of routes does not keep the \(count) pieces of a sequence together: expected 1"
    }
  }
}
