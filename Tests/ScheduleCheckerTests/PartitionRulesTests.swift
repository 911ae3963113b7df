import PipelineModel
import ScheduleChecker
import TestSupport
import Testing

@Suite("The checker makes stages of layers by itself")
struct PartitionRulesTests {
  @Test("It agrees on random layers with whatever they may have")
  func agrees() throws {
    var random = SeededGenerator(seed: 11)
    var (count, modes) = (0, 0)
    while count < 120 {
      let layers = try? RandomLayers().layers(using: &random)
      let placement: Placement = Bool.random(using: &random) ? .v : .sequential
      let devices = Int.random(in: 1...3, using: &random)
      guard let layers,
        let open = try? PartitionProblem(
          layers, devices: devices, stages: placement == .v ? 2 * devices : devices, placement: placement,
          microbatches: 2, leastCount: Bool.random(using: &random) ? 1 : 0)
      else { continue }
      let counts = try #require(open.allCounts.randomElement(using: &random))
      let problem = try open.cut(counts)
      let orders = Orders(problem.devices.map { _ in [] })
      let found = ScheduleChecker(
        RecordedSchedule(schedule: Schedule(problem: problem, orders: orders), times: nil, summary: nil)
      ).violations().filter {
        switch $0.kind {
        case .lostLayers, .tornLayers, .otherThanLayers: true
        default: false
        }
      }
      #expect(found == [], "\(counts) of \(layers.all)")
      count += 1
      modes += problem.stages.reduce(0) { $0 + $1.modes.count }
    }
    #expect(modes > 100)
  }
}
