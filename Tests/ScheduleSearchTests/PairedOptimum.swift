import PipelineModel

/// Problems with overlapped pairs and their least makespans, as plain facts.
///
/// Source: the project's study of overlapped pairs: optima proved by CP-SAT (OR-Tools), which knew nothing of the
/// bounds here but in the rows that say so. One device holds one stage, two (`v`), or one in either direction (`bi`).
struct PairedOptimum: Sendable {
  let name: String
  let problem: Problem
  let scope: Certificate.Scope
  let optimum: Double
  /// Whether the study's own bound, over the orders of single devices, reaches it.
  let isReached: Bool

  static func all() throws -> [PairedOptimum] {
    try table.split(separator: "\n").map { try PairedOptimum(row: $0.split(separator: " ")) }
  }

  private init(row: [Substring]) throws {
    func number(_ column: Int) -> Double { Double(row[column]) ?? .nan }
    let (devices, microbatches) = (Int(number(1)), Int(number(2)))
    let stages = row[9].split(separator: ",").map { stage in
      let passes = stage.split(separator: "/").compactMap { Double($0) }
      return Stage(
        forward: passes[0], backwardInput: passes[1], backwardWeight: passes[2], activationForW: 0.5)
    }
    let count = row[0] == "v" ? 2 * devices : devices
    let scales = row[6].split(separator: ",").compactMap { Double($0) }
    let plain = try Problem(
      devices: Array(repeating: Device(memoryLimit: Double(row[4])), count: devices),
      stages: stages.count == 1 ? Array(repeating: stages[0], count: count) : stages,
      microbatches: (0..<microbatches).map {
        Microbatch(scale: Microbatch.Scale(.same(scales.count == 1 ? scales[0] : scales[$0])))
      },
      placement: row[0] == "v" ? .v : .sequential, communication: .uniform(number(5)),
      overlap: Overlap(forwardBackward: number(3)))
    problem = row[0] == "bi" ? try plain.arranged(.bidirectional, chunks: 1) : plain
    scope = row[7] == "fused" ? .fused : .all
    optimum = number(8)
    isReached = row[10] == "reached"
    name = row.prefix(8).joined(separator: " ")
  }

  /// Placement, devices, microbatches, factor, memory limit, latency, scales, backward, optimum, durations of F, B
  /// and W by stage, and whether the study's bound reaches it.
  private static let table = """
    seq 2 4 0.75 - 0 1 auto 12.25 1/1/1 reached
    seq 3 6 0.75 - 0 1 auto 18.5 1/1/1 reached
    seq 4 6 0.85 - 0 1 auto 20.55 1/1/1 reached
    seq 4 8 0.75 - 0 1 auto 24.75 1/1/1 reached
    seq 3 6 0.75 3 0 1 auto 20 1/1/1 reached
    seq 3 7 0.6 4 0 1 auto 77.6 3/2/3,2/5/4,5/5/2 open
    seq 3 6 0.75 - 1 1 auto 70 3/3/3,5/2/5,2/5/3 reached
    seq 3 6 1 - 0.5 1 auto 21 1/1/1 reached
    seq 3 6 0.75 - 0 1 fused 20.25 1/1/1 reached
    seq 2 10 0.75 2 0 1 auto 31 1/1/1 reached
    v 2 4 0.75 - 0 1 auto 22.25 1/1/1 reached
    v 2 6 0.75 - 0 1 auto 31.25 1/1/1 reached
    v 2 5 0.75 - 0 1 auto 107.25 5/5/4,3/3/5,5/3/1,5/4/2 reached
    v 2 5 0.75 4 0 1 auto 28.25 1/1/1 open
    v 3 4 0.75 - 0 1 auto 24.75 1/1/1 open
    v 2 5 1 - 0.5 1 auto 31.5 1/1/1 reached
    bi 2 4 0.75 - 0 1 auto 10.5 1/1/1 reached
    bi 4 4 0.75 - 0 1 auto 13 1/1/1 reached
    bi 2 8 0.85 3 0 1 auto 81.65 3/5/4,4/5/2 reached
    bi 4 6 0.75 4 0 1 auto 18.25 1/1/1 reached
    seq 3 4 0.75 - 0 1,2,0.5,1 auto 16.5 1/1/1 open
    """
}
