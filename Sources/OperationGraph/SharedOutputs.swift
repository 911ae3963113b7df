import PipelineModel

/// The outputs that several operations of their device read: they are held until all of those have run, whatever the
/// order, where a row can only say that a certain one of them releases them.
package struct SharedOutputs: Sendable {
  /// One output.
  package struct Output: Sendable {
    /// What is held, in steps of the memory grid.
    package let amount: Double
    /// How many operations read it.
    package let readerCount: Int32
    /// The one whose row releases it; `nil` where none does.
    package let toldBy: Operation?
  }

  /// All of them.
  package private(set) var outputs: [Output] = []
  /// What each operation reads, `B` and `W` apart.
  private var readBy: [Operation: [Int32]] = [:]

  /// Nothing is shared.
  init() {}

  /// Adds an output.
  mutating func add(_ amount: Double, readBy readers: [Operation], toldBy reader: Operation?) {
    for operation in readers { readBy[operation, default: []].append(Int32(outputs.count)) }
    outputs.append(Output(amount: amount, readerCount: Int32(readers.count), toldBy: reader))
  }

  /// What `F`, `B` or `W` reads.
  package func outputs(readBy operation: Operation) -> [Int32] { readBy[operation] ?? [] }
}
