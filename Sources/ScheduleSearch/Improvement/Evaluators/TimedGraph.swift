/// What the incremental timer has to ask of every operation. Its loops are compiled once for each kind of graph, so that
/// plain pipelines pay for nothing that they have not.
protocol TimedGraph {
  /// Whether every operation has one input and one output at most, and devices have no gaps.
  static var isPlain: Bool { get }
}

/// Chains of operations without gaps.
enum ChainGraph: TimedGraph {
  @inline(__always)
  static var isPlain: Bool { true }
}

/// Operations with several inputs or outputs, or with gaps between them.
enum GeneralGraph: TimedGraph {
  @inline(__always)
  static var isPlain: Bool { false }
}
