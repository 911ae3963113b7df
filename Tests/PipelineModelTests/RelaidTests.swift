import PipelineModel
import Testing

/// The same stages on other devices.
@Suite("Stages laid out anew")
struct RelaidTests {
  /// Stage s takes s + 1; device d has a limit of 10 + d and a speed of d + 1.
  private func problem(_ placement: Placement, stages: Int) throws -> Problem {
    try Problem(
      devices: (0..<2).map { Device(memoryLimit: Double(10 + $0), speed: Double($0 + 1)) },
      stages: (0..<stages).map { Stage(forward: Double($0 + 1), backwardInput: 1, backwardWeight: 1) },
      microbatches: [Microbatch()], placement: placement)
  }

  @Test("Stages keep their order and costs, devices their limits and speeds")
  func moved() throws {
    let loop = try problem(.loop, stages: 4)
    let folded = try loop.relaid(.v)
    #expect(folded.hosts.map { $0.map(\.index) } == [[0], [1], [1], [0]])
    #expect(folded.stages == loop.stages)
    #expect(folded.devices == loop.devices)
    #expect(folded.routes[0].visits.map(\.device.index) == [0, 1, 1, 0])
    #expect(try folded.relaid(.loop) == loop)
  }

  @Test("A list of equally many stages per device is laid out anew, one of unequally many is not")
  func lists() throws {
    func list(_ devices: Int...) -> Placement { .explicit(devices.map { [Device.ID($0)] }) }
    let blocks = try problem(list(0, 0, 1, 1), stages: 4)
    #expect(try blocks.relaid(.loop) == problem(.loop, stages: 4))
    let swapped = try problem(list(1, 0), stages: 2)
    #expect(try swapped.relaid(.sequential).isSequential)
    let uneven = try problem(list(0, 0, 0, 1), stages: 4)
    #expect(!uneven.hasMovableStages)
    #expect(throws: ProblemError(["placement"], .notEven)) { try uneven.relaid(.loop) }
  }

  @Test("Replicated stages and routes of their own stay where they are")
  func routes() throws {
    let both = try Problem(
      devices: Array(repeating: Device(), count: 2),
      stages: Array(repeating: Stage(forward: 1, backwardInput: 1, backwardWeight: 1), count: 2),
      microbatches: Array(repeating: Microbatch(), count: 2)
    ).arranged(.bidirectional, chunks: 1)
    #expect(!both.hasMovableStages)
  }
}
