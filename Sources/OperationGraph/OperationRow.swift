import PipelineModel

/// What timing reads of all operations of one kind on one visit of one class of microbatches; times in grid steps.
package struct OperationRow: BitwiseCopyable, Sendable {
  /// From the first input's end, or the departure of its message, until it has arrived.
  package var latency: Double
  package var duration: Double
  /// From the operation's own end to that of its first input.
  package var offset: Int32
  /// Whether others wait for this operation's end: `F` and whole or input backward passes.
  package var supplies: Bool
  /// Whether it is the `F` of an overlapped pair: its duration is the pair's, that of the `BW` behind it 0.
  package var opensPair = false
  /// Whether it only launches a transfer: no time passes on the device, and there is no gap before it.
  package var isLaunch = false
  /// Whether it has inputs besides the first.
  package var hasMoreInputs = false
  /// 0 for a forward pass, 1 for a backward pass: where the gaps before and after it stand.
  package var direction: UInt8 = 0

  /// Nothing: the general loop of a kernel passes it over, and in any other it takes no time, waits for an origin and
  /// lets nobody wait.
  package static let idle = OperationRow(
    latency: 0, duration: 0, offset: 0, supplies: false, direction: noDirection)

  /// The direction of a row that is no operation.
  package static let noDirection: UInt8 = 2
}

/// An input besides the first one.
package struct FurtherInput: BitwiseCopyable, Sendable {
  /// From its end, or the departure of its message, until it has arrived.
  package var latency: Double
  /// From the operation's own end to that of the input; the place of the input itself where it is one and the same for
  /// all operations of the row.
  package var offset: Int32
  /// All ones where the offset counts from the operation's own end, 0 where it is a place.
  package var base: Int32 = -1

  /// Where the moment is kept that an operation with some end waits for.
  @inline(__always)
  package func place(from end: Int32) -> Int { Int(truncatingIfNeeded: (end & base) &+ offset) }
}

/// What else is known of a row: memory in steps of the memory grid.
package struct RowTraits: BitwiseCopyable, Sendable {
  package var kind: Operation.Kind
  package var visit: Route.Visit
  /// The class of its microbatches.
  package var microbatchClass: Int32
  /// Whether the stage has such an operation.
  package var exists: Bool
  /// Taken at the start.
  package var growth: Double
  /// Given back at the end.
  package var release: Double
  /// Its inputs besides the first, in `LoweredProblem.furtherInputs`.
  package var furtherInputs: ListPart
  /// What it sends, in `SendQueues.messages`.
  package var messages: ListPart

  /// Nothing: the traits of `OperationRow.idle`.
  package static let idle = RowTraits(
    kind: .forward, visit: Route.Visit(stage: Stage.ID(0), device: Device.ID(0)), microbatchClass: 0,
    exists: false, growth: 0,
    release: 0, furtherInputs: ListPart(0..<0), messages: ListPart(0..<0))
}

/// A part of a list, small enough to be read along with a row.
package struct ListPart: BitwiseCopyable, Sendable {
  private let first: Int32
  private let end: Int32

  package init(_ range: Range<Int>) {
    first = Int32(range.lowerBound)
    end = Int32(range.upperBound)
  }

  /// The positions of the part.
  @inline(__always)
  package var indices: Range<Int> { Int(first)..<Int(end) }
}
