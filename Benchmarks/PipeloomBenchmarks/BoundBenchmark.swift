import PipelineModel
import ScheduleSearch
import TestSupport

/// The best lower bound on the makespan of large batches.
enum BoundBenchmark {
  static func run() throws {
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
}
