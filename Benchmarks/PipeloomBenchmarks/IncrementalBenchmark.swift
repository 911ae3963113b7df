import PipelineModel
import ScheduleFamilies
import ScheduleSearch
import Timeline

/// Moves a second: the incremental timer against timing all orders again after every move.
enum IncrementalBenchmark {
  static func run() throws {
    print("Trying moves (ZB-H1, 3000 operations), CPU medians; target: at least 5x of full timing")
    for objective in Objective.allCases {
      let (devices, microbatches) = (10, 100)
      let problem = try Problem(
        devices: Array(repeating: Device(memoryLimit: 12), count: devices),
        stages: Array(repeating: Stage(forward: 10, backwardInput: 14, backwardWeight: 7), count: devices),
        microbatches: Array(repeating: Microbatch(), count: microbatches), communication: .uniform(1))
      let orders = try Families.named("zb-h1").orders(for: problem)
      let annealing = AnnealingMeasurement(problem, objective: objective, orders: orders)
      var kernel = TimingKernel(try LoweredOrders(Schedule(problem: problem, orders: orders)))
      let (moves, timings) = (100_000, 2_000)
      var kept = 0
      let pair = PairedMeasurement(budget: 2) {
        kept += annealing.run(moves: moves)
      } against: {
        for _ in 0..<timings { _ = kernel.run() }
      }
      let medians = pair.medians
      let (fast, slow) = (Double(moves) / medians.first, Double(timings) / medians.second)
      let share = Double(kept) / Double(moves * (pair.seconds.first.count + 1))
      print(
        "  \(objective): \(Int(fast)) moves a second, \(percent(share)) % kept; full timing \(Int(slow)) a second;",
        "ratio \(percent(fast / slow / 100))")
    }
  }

  private static func percent(_ value: Double) -> String { String(Double(Int(value * 1000 + 0.5)) / 10) }
}
