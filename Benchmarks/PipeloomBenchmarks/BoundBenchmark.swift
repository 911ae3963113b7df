import PipelineModel
import ScheduleSearch
import TestSupport

/// The best lower bound on the makespan of large batches.
enum BoundBenchmark {
  static func run() throws {
    try runGraphs()
    try runRows()
  }

  private static func runGraphs() throws {
    print("The best bound for 32 devices and 256 microbatches, CPU medians of 3; target: under 0.5 s")
    for share in [1, 1.25] {
      let problem = try Problem.uniform(
        devices: 32, microbatches: 256, forward: 10, backwardInput: 14, backwardWeight: 7, communication: 1,
        memoryLimit: share * 32)
      var bound = 0.0
      let seconds = (0..<3).map { _ in
        PairedMeasurement.time { bound = LowerBound.best(for: problem, objective: .makespan).value }
      }
      print("  at \(share)x: \(bound) in \((PairedMeasurement.median(seconds) * 100).rounded() / 100) s")
    }
  }

  /// Problems whose prefix graphs are too large, as docs/proofs.md lists them.
  private static func runRows() throws {
    print("The best bound where graphs are too large, CPU of one; targets: 33067, 1891.228, 1911.832;")
    print("and by what memory is held for: 1018")
    let long = try Problem.uniform(
      devices: 64, microbatches: 1024, forward: 10, backwardInput: 14, backwardWeight: 7, communication: 1,
      memoryLimit: 64)
    // Half a stage of the 28.3B model of arXiv 2401.10241, at 1F1B's memory.
    let stage = Stage(
      forward: 5.201, backwardInput: 5.124, backwardWeight: 3.849, activationForB: 1, activationForW: 0.4324)
    let folded = try Problem(
      devices: Array(repeating: Device(memoryLimit: 32), count: 16),
      stages: Array(repeating: stage, count: 32), microbatches: Array(repeating: Microbatch(), count: 64),
      placement: .v, communication: .uniform(0.46))
    let uneven = GridCosts.all.first { $0.name == "uneven" }
    let held = try Problem(
      devices: Array(repeating: Device(memoryLimit: 16), count: 8),
      stages: uneven?.stages(count: 32, chunks: 4) ?? [],
      microbatches: Array(repeating: Microbatch(), count: 32), placement: .loop, communication: .uniform(0.5))
    let cases: [(String, Problem, Objective)] = [
      ("64 devices, 1024 microbatches", long, .makespan), ("V on 16 devices", folded, .period),
      ("V on 16 devices", folded, .makespan),
      ("four chunks on 8 devices, half the memory", held, .makespan),
    ]
    for (name, problem, objective) in cases {
      var bound = 0.0
      let seconds = PairedMeasurement.time {
        bound = LowerBound.best(for: problem, objective: objective).value
      }
      print("  \(name), \(objective): \(bound) in \((seconds * 100).rounded() / 100) s")
    }
  }
}
