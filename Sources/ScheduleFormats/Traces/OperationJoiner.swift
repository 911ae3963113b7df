import Measurement

/// Puts the parts of operations together that are on several streams, or in several kernels.
struct OperationJoiner {
  /// The operations, in order of their starts.
  private(set) var operations: [RecordedOperation] = []

  /// Joins the parts of one rank: those of one name that overlap, and those of one name with no other between them,
  /// but for two ranges of one stream, which are two operations.
  ///
  /// - Parameter joinsKernels: whether parts are kernels, so that several of one stream are one operation.
  init(_ pieces: [TraceOperations.Piece], joinsKernels: Bool) {
    var open: [TracePattern.Match: Int] = [:]
    var tracks: [Set<TraceEvents.Track>] = []
    var spans: [TimeSpan] = []
    var matches: [TracePattern.Match] = []
    let sorted = pieces.sorted {
      ($0.span.start, $1.span.duration) < ($1.span.start, $0.span.duration)
    }
    for piece in sorted {
      if let last = open[piece.match],
        piece.span.start < spans[last].end
          || last == spans.count - 1 && (joinsKernels || !tracks[last].contains(piece.track))
      {
        spans[last] = spans[last].joined(piece.span)
        tracks[last].insert(piece.track)
      } else if Self.isRepeated(piece, matches.last, spans.last) {
        continue
      } else {
        open[piece.match] = spans.count
        spans.append(piece.span)
        tracks.append([piece.track])
        matches.append(piece.match)
      }
    }
    operations = zip(matches, spans).map { match, span in
      RecordedOperation(
        match.pass, stage: match.stage, chunk: match.chunk, microbatch: match.microbatch, step: match.step,
        span: span)
    }
  }

  /// Whether a part says less of what the one around it says: a schedule names an operation, and the stage's own code
  /// the pass.
  private static func isRepeated(
    _ piece: TraceOperations.Piece, _ match: TracePattern.Match?, _ span: TimeSpan?
  ) -> Bool {
    guard let match, let span, piece.span.end <= span.end, piece.match.stage == nil, match.stage != nil,
      piece.match.microbatch == nil || piece.match.microbatch == match.microbatch
    else { return false }
    return (piece.match.pass == .forward) == (match.pass == .forward)
  }
}
