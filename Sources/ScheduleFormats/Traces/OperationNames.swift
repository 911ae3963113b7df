/// The names of operations that are known without a pattern: one row for each way to write them.
enum OperationNames {
  /// A way to write operations.
  struct Row {
    /// What help and messages show of it.
    let example: String
    /// Who writes so.
    let writer: String
    /// The whole name, with the groups of `TracePattern`.
    let expression: String
  }

  /// All rows; the first that fits counts.
  static let all = [
    Row(
      example: "PP:3F7", writer: "PyTorch's and torchtitan's schedules: F, I, W, B",
      expression: #"PP:(?<stage>\d{1,9})(?<kind>[FIWB])(?<microbatch>\d{1,9})"#),
    Row(
      example: "3F7", writer: "PyTorch's simulated schedules",
      expression: #"(?<stage>\d{1,9})(?<kind>[FIWB])(?<microbatch>\d{1,9})"#),
    Row(
      example: "F stage=3 mb=7", writer: "F, B, W, BW",
      expression: #"(?<kind>F|B|W|BW) stage=(?<stage>\d{1,9}) (?:mb|microbatch)=(?<microbatch>\d{1,9})"#),
    Row(
      example: "pipeloom/F/3/7", writer: "the same",
      expression: #"pipeloom/(?<kind>F|B|W|BW)/(?<stage>\d{1,9})/(?<microbatch>\d{1,9})"#),
    Row(
      example: "Forward 7", writer: "PyTorch's schedules with one stage per rank, and Backward 7",
      expression: #"(?<kind>Forward|Backward) (?<microbatch>\d{1,9})"#),
    Row(
      example: "forward-compute", writer: "Megatron's timers, and backward-compute",
      expression: #"(?:.*\.)?(?<kind>forward|backward)(?:-compute|_step)"#),
  ]

  /// All rows in words.
  static var inWords: String { all.map { "\($0.example) (\($0.writer))" }.joined(separator: ", ") }

  /// The examples nearest to some names, the nearest first: numbers count as alike.
  static func nearest(to names: [String], count: Int) -> [String] {
    func shape(_ text: String) -> String { String(text.map { $0.isNumber ? "0" : $0 }) }
    let shapes = names.map(shape)
    let distances = all.map { row in
      (row.example, shapes.map { shape(row.example).editDistance(to: $0) }.min() ?? 0)
    }
    return distances.enumerated().sorted { ($0.element.1, $0.offset) < ($1.element.1, $1.offset) }
      .prefix(count).map(\.element.0)
  }
}
