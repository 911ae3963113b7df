import PipelineModel

/// Why a problem is beyond a search.
public enum SearchError: Error, Hashable, Sendable {
  /// The microbatches are pieces of sequences, whose order the search does not keep.
  case pieces(Int)
  /// Pairs overlap, and an exact search knows only operations that run one after the other.
  case provingOverlap(factor: Double)
  /// Messages wait for each other, and an exact search knows only messages that do not.
  case provingSerialised(Communication.Serialisation)
}

extension SearchError: CustomStringConvertible {
  /// The reason in one line.
  public var description: String {
    switch self {
    case .pieces(let count):
      "pieces: search does not order the \(count) pieces of a sequence: expected 1; generate seq1f1b instead"
    case .provingOverlap(let factor):
      "overlap.forwardBackward: an exact search does not know overlapped pairs: expected none, found \(factor.short)"
    case .provingSerialised(let serialise):
      "communication.serialise: an exact search does not know messages that wait for each other: expected none, found "
        + serialise.rawValue
    }
  }
}
