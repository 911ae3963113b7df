import PipelineModel
import TestSupport
import Testing
import Timeline

@testable import ScheduleSearch

@Suite("Dispatching pairs")
struct PairedDispatcherTests {
  @Test("under a limit ends with the same orders where these take no longer, and not where they do")
  func limit() throws {
    var random = SeededGenerator(seed: 5)
    var played = 0
    for _ in 0..<60 {
      let factor = Double.random(in: 0.5...1.1, using: &random)
      let problem = try RandomProblem(devices: 1...4, microbatches: 2...6)
        .without(.modes, .recompute, .offload, because: "blocks have none").problem(using: &random)
        .with(overlap: Overlap(forwardBackward: factor))
      let model = BlockModel(problem, backward: .auto)
      let lanes = PairedLanes(model)
      for rule in PairedRule.all(backward: .auto).shuffled(using: &random).prefix(6) {
        var dispatcher = PairedDispatcher(model, lanes)
        guard dispatcher.run(lanes.parameters(rule)) else { continue }
        let orders = dispatcher.orders
        let timeline = try Timeline(Schedule(problem: problem, orders: model.orders(of: orders)))
        // The grid's steps may round the value.
        let value = timeline.makespan * model.lowered.grid.stepsPerUnit
        let again = dispatcher.run(lanes.parameters(rule), atMost: value * (1 + 1e-9) + 1e-9)
        #expect(again)
        let others = dispatcher.orders
        #expect(others == orders)
        played += 1
      }
    }
    #expect(played > 50)
  }

  @Test("breaks off as soon as a device has too much left to do")
  func breaksOff() throws {
    // Four microbatches of F = 1 and BW = 2 on one device, in pairs of 1.5: F, three pairs, BW make 7.5.
    let problem = try Problem.uniform(devices: 1, microbatches: 4)
      .with(overlap: Overlap(forwardBackward: 0.5))
    let model = BlockModel(problem, backward: .fused)
    let lanes = PairedLanes(model)
    var dispatcher = PairedDispatcher(model, lanes)
    let steps = model.lowered.grid.stepsPerUnit
    let long = dispatcher.run(lanes.parameters(.plain), atMost: 7.5 * steps)
    let short = dispatcher.run(lanes.parameters(.plain), atMost: 7 * steps)
    #expect(long && !short)
    // It has run nothing but the first F, behind which no four pairs are left.
    let count = dispatcher.orders[0].count
    #expect(count == 1)
  }
}
