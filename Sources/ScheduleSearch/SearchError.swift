import PipelineModel

/// Why a problem is beyond a search.
public enum SearchError: Error, Hashable, Sendable {
  /// A device cannot hold all pieces of a sequence at a time, which every schedule needs.
  case tooLargeSequence(Device.ID, least: Double, limit: Double)
  /// The microbatches are pieces of sequences, whose order an exact search does not keep.
  case provingPieces(Int)
  /// The microbatches are pieces of sequences, which the choice of routes does not keep together.
  case routesOfPieces(Int)
  /// Pairs overlap, and an exact search of routes knows only operations that run one after the other.
  case provingOverlap(factor: Double)
  /// Messages wait for each other, and an exact search of routes knows only messages that do not.
  case provingSerialised(Communication.Serialisation)
}

extension SearchError: CustomStringConvertible {
  /// The reason in one line.
  public var description: String {
    switch self {
    case .tooLargeSequence(let device, let least, let limit):
      "devices[\(device.index)].memoryLimit: all pieces of a sequence run forwards before one runs backwards: expected "
        + "at least \(least.short), found \(limit.short)"
    case .provingPieces(let count):
      "pieces: an exact search does not keep the \(count) pieces of a sequence in order: expected 1"
    case .routesOfPieces(let count):
      "pieces: the choice of routes does not keep the \(count) pieces of a sequence together: expected 1"
    case .provingOverlap(let factor):
      "overlap.forwardBackward: an exact search of routes does not know overlapped pairs: expected none, found "
        + factor.short
    case .provingSerialised(let serialise):
      "communication.serialise: an exact search of routes does not know messages that wait for each other: expected "
        + "none, found \(serialise.rawValue)"
    }
  }
}
