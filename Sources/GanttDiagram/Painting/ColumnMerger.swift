import PipelineModel

/// Merges operations too narrow to see into columns of one point, each in the colour that fills most of it.
struct ColumnMerger {
  /// Neighbouring columns of one colour.
  struct Run: Equatable {
    var left, right: Double
    var kind: Operation.Kind
    var chunk: Int
  }

  private let left, right: Double
  /// Per column, the points covered by each kind, in light and dark tint.
  private var covered: [SIMD8<Float>]

  /// Divides a lane into columns of one point.
  init(left: Double, right: Double) {
    self.left = left
    self.right = right
    covered = Array(repeating: .zero, count: max(1, Int((right - left).rounded(.up))))
  }

  /// Adds an operation no wider than a point.
  mutating func add(_ bar: GanttChart.Bar, from start: Double, to end: Double) {
    let colour = Int(bar.operation.kind.rawValue) * 2 + (bar.chunk.isMultiple(of: 2) ? 0 : 1)
    let first = min(covered.count - 1, Int(start - left))
    let last = min(covered.count - 1, Int(end - left))
    for column in first...max(first, last) {
      let low = max(start, left + Double(column))
      let high = min(end, left + Double(column + 1))
      covered[column][colour] += Float(max(0, high - low))
    }
  }

  /// The runs of neighbouring columns that share their main colour and are at least half covered.
  var runs: [Run] {
    var runs: [Run] = []
    for (index, column) in covered.enumerated() {
      guard column.sum() >= 0.5 else { continue }
      let colour = (0..<8).max { column[$0] < column[$1] } ?? 0
      guard let kind = Operation.Kind(rawValue: UInt8(colour / 2)) else { continue }
      let start = left + Double(index)
      let end = min(right, start + 1)
      if var last = runs.last, last.right == start, last.kind == kind, last.chunk == colour % 2 {
        last.right = end
        runs[runs.count - 1] = last
      } else {
        runs.append(Run(left: start, right: end, kind: kind, chunk: colour % 2))
      }
    }
    return runs
  }
}
