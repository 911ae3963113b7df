import PipelineModel

/// The rows of a lowered problem and, behind them, those of operations that last otherwise in a certain place of an
/// order: the first `F` and the last backward pass of a device on a stage, and pairs that run together.
///
/// A pair's `F` gets a row with the duration of the pair, its `BW` one without any. Equal variants share their rows.
package struct RowVariants: Sendable {
  /// The problem's rows and those added.
  package private(set) var rows: [OperationRow]
  /// The traits of all rows.
  package private(set) var traits: [RowTraits]
  private let lowered: LoweredProblem
  private var pairs: [SIMD2<Int32>: Int32] = [:]
  private var seconds: [Int32: Int32] = [:]
  private var ends: [Int32: Int32] = [:]

  /// Begins without variants.
  package init(_ lowered: LoweredProblem) {
    self.lowered = lowered
    rows = lowered.rows
    traits = lowered.traits
  }

  /// The rows that stand for those of an `F` and a `BW` while the two run together; `nil` where nothing overlaps.
  /// O(1).
  package mutating func rows(
    forward: Int32, backward: Int32
  ) -> (forward: Int32, backward: Int32)? {
    guard let overlap = lowered.problem.overlap else { return nil }
    let factor = overlap.factor(traits[Int(forward)].visit.stage, traits[Int(backward)].visit.stage)
    let sum = rows[Int(forward)].duration + rows[Int(backward)].duration
    let together = lowered.grid.steps(sum, timesMultiple: factor)
    let first =
      pairs[[forward, backward]]
      ?? add(copyOf: forward) {
        $0.duration = together
        $0.opensPair = true
      }
    pairs[[forward, backward]] = first
    let second = seconds[backward] ?? add(copyOf: backward) { $0.duration = 0 }
    seconds[backward] = second
    return (first, second)
  }

  /// The row of the first `F`, or of the last backward pass, that a device runs on a stage; the row itself where it
  /// lasts as long as any other. O(1).
  package mutating func rowAtEnd(of row: Int32) -> Int32 {
    let (kind, visit) = (traits[Int(row)].kind, traits[Int(row)].visit)
    let key = lowered.classes[Int(traits[Int(row)].microbatchClass)]
    let (stage, scale) = (lowered.problem.costs(at: visit, inModes: key.modes), key.scale)
    let other: Double?
    switch kind.traits.payload {
    case .activation: other = stage.firstForward
    case .gradient: other = stage.lastBackward
    case nil: other = nil
    }
    guard let other else { return row }
    // The other parts of a fused operation last as long as ever.
    let duration = kind.traits.parts.dropFirst().reduce(
      lowered.grid.steps(other, times: scale.factor(of: kind)[visit.stage])
    ) { $0 + lowered.rows[Int(row) - Int(kind.rawValue) + Int($1.rawValue)].duration }
    let variant = ends[row] ?? add(copyOf: row) { $0.duration = duration }
    ends[row] = variant
    return variant
  }

  /// Appends the row that does nothing and sends nothing, and returns its number. O(1).
  package mutating func appendIdle() -> Int32 {
    rows.append(.idle)
    traits.append(.idle)
    return Int32(rows.count - 1)
  }

  private mutating func add(copyOf row: Int32, _ change: (inout OperationRow) -> Void) -> Int32 {
    var copy = rows[Int(row)]
    change(&copy)
    rows.append(copy)
    traits.append(traits[Int(row)])
    return Int32(rows.count - 1)
  }
}
