import PipelineModel
import ScheduleSearch

/// What a search reaches where pairs overlap: bidirectional pipelines of equal stages, as DualPipe's.
enum PairBenchmark {
  static func run() throws {
    print("Overlapped pairs, bidirectional, F = B = W = 1: makespan, bound and gap")
    for (devices, microbatches) in [(4, 16), (8, 20)] {
      for factor in [0.8, 1] {
        for seconds in [2, 10] {
          let problem = try Problem(
            devices: Array(repeating: Device(), count: devices),
            stages: Array(
              repeating: Stage(forward: 1, backwardInput: 1, backwardWeight: 1), count: devices),
            microbatches: Array(repeating: Microbatch(), count: microbatches)
          ).arranged(.bidirectional, chunks: 1).with(overlap: Overlap(forwardBackward: factor))
          let result = Search(problem, options: SearchOptions(timeLimit: .seconds(seconds))).run()
          let certificate = try result.certificate()
          print(
            "  \(devices)x\(microbatches), factor \(factor), \(seconds) s: \(result.value), bound "
              + "\(certificate.lowerBound), gap \(certificate.gap), "
              + "\(result.orders.pairs.count) pairs, \(result.iterations) moves")
        }
      }
    }
  }
}
