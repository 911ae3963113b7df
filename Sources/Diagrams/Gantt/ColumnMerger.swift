import PipelineModel

/// Merges operations too narrow to see into columns of one point, each in the colour that fills most of it.
struct ColumnMerger {
  /// Neighbouring columns of one colour.
  struct Run: Equatable {
    var left, right: Double
    var kind: Operation.Kind
    var tint: Tint
  }

  private let left, right: Double
  private let tintCount: Int
  /// Per column, the points covered by each kind in each of its tints.
  private var covered: [SIMD64<Float>]

  /// Divides a lane into columns of one point.
  init(left: Double, right: Double, tintCount: Int) {
    self.left = left
    self.right = right
    self.tintCount = tintCount
    covered = Array(repeating: .zero, count: max(1, Int((right - left).rounded(.up))))
  }

  /// Adds an operation no wider than a point, which fills all of the lane's height or a share of it.
  mutating func add(
    _ kind: Operation.Kind, _ tint: Tint, from start: Double, to end: Double, share: Double = 1
  ) {
    let colour = Int(kind.rawValue) * Tint.most + tint.index
    let first = min(covered.count - 1, Int(start - left))
    let last = min(covered.count - 1, Int(end - left))
    for column in first...max(first, last) {
      let low = max(start, left + Double(column))
      let high = min(end, left + Double(column + 1))
      covered[column][colour] += Float(max(0, high - low) * share)
    }
  }

  /// The runs of neighbouring columns that share their main colour and are at least half covered.
  var runs: [Run] {
    var runs: [Run] = []
    for (index, column) in covered.enumerated() {
      guard column.sum() >= 0.5 else { continue }
      let colour = column.indices.max { column[$0] < column[$1] } ?? 0
      guard let kind = Operation.Kind(rawValue: UInt8(colour / Tint.most)) else { continue }
      let tint = Tint(colour % Tint.most, of: tintCount)
      let start = left + Double(index)
      let end = min(right, start + 1)
      if var last = runs.last, last.right == start, last.kind == kind, last.tint == tint {
        last.right = end
        runs[runs.count - 1] = last
      } else {
        runs.append(Run(left: start, right: end, kind: kind, tint: tint))
      }
    }
    return runs
  }
}
