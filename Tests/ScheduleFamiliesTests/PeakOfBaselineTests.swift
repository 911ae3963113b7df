import PipelineModel
import ScheduleFamilies
import TestSupport
import Testing
import Timeline

@Suite("The multiple in --memory-limit counts 1F1B's own peak")
struct PeakOfBaselineTests {
  @Test func equalToTheFamily() throws {
    var random = SeededGenerator(seed: 77)
    let shape = RandomProblem()
      .without(.placement, .replicas, .routes, .pieces, because: "1F1B needs the sequential placement")
      .without(.inputs, because: "1F1B runs a chain")
      .without(.offload, because: "1F1B is counted with all on the devices")
    for _ in 0..<100 {
      let problem = try shape.problem(using: &random)
      // Whatever the modes, a limit is a multiple of what 1F1B holds in mode 0.
      let plain = problem.inPlainMode ?? problem
      let orders = try Families.named("1f1b").orders(for: plain)
      let peak = try Timeline(Schedule(problem: plain, orders: orders)).peakMemory.max() ?? 0
      #expect(abs(problem.peakOfOneForwardOneBackward - peak) < 1e-9)
    }
  }

  @Test("several stages of a device count as one")
  func severalStages() throws {
    let problem = try Problem(
      devices: [Device(), Device()],
      stages: (1...4).map {
        Stage(forward: 1, backwardInput: 1, backwardWeight: 1, activationForB: Double($0), activationForW: 0)
      },
      microbatches: [Microbatch()], placement: .v)
    #expect(problem.peakOfOneForwardOneBackward == 5)
  }
}
