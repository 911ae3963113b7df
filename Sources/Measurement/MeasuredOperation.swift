import PipelineModel

/// One operation as it ran.
public struct MeasuredOperation: Hashable, Sendable {
  /// Which one.
  public var operation: Operation
  /// When it ran, in milliseconds.
  public var span: TimeSpan

  /// Describes an operation that ran.
  public init(_ operation: Operation, span: TimeSpan) {
    self.operation = operation
    self.span = span
  }
}

/// The operations of one rank in one iteration, in the order in which they started, on the rank's own clock.
struct RankStep {
  var number: Int
  var operations: [MeasuredOperation]
  /// How long the iteration took, where it was marked.
  var marked: Double?
  /// How long the optimizer worked, where that was recorded.
  var optimizerStep: Double?
  /// The end of the optimizer's work.
  var optimizerEnd: Double?

  /// From the start of the first operation on.
  var start: Double { operations.first?.span.start ?? 0 }
  /// When the last operation ended.
  var end: Double { operations.last?.span.end ?? 0 }
}
