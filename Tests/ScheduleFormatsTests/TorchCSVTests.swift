import PipelineModel
import ScheduleFamilies
import TestSupport
import Testing
import Timeline

@testable import ScheduleFormats

@Suite("The compute_only CSV of PyTorch")
struct TorchCSVTests {
  private let format = TorchCSV()

  /// Reads actions such as `0F1 0I1 0W1 1B2`, in the letters of the grammar.
  static func order(_ text: String) throws -> [Operation] {
    let kinds: [Character: Operation.Kind] = [
      "F": .forward, "I": .backwardInput, "W": .backwardWeight, "B": .backward,
    ]
    return try text.split(separator: " ").map { cell in
      let letter = try #require(cell.firstIndex { kinds[$0] != nil })
      return Operation(
        try #require(kinds[cell[letter]]), stage: Stage.ID(try #require(Int(cell[..<letter]))),
        microbatch: Microbatch.ID(try #require(Int(cell[cell.index(after: letter)...]))))
    }
  }

  /// A schedule of stages that cost 1 everywhere, in words of the grammar.
  static func timeline(
    _ orders: [String], placement: Placement = .sequential, stages: Int? = nil, microbatches: Int,
    pairs: [Int] = []
  ) throws -> Timeline {
    let stage = Stage(forward: 1, backwardInput: 1, backwardWeight: 1)
    let problem = try Problem(
      devices: Array(repeating: Device(), count: orders.count),
      stages: Array(repeating: stage, count: stages ?? orders.count),
      microbatches: Array(repeating: Microbatch(), count: microbatches), placement: placement)
    let plain = Orders(try orders.map(order))
    return try Timeline(
      Schedule(
        problem: problem, orders: Orders(operations: plain.operations, bounds: plain.bounds, pairs: pairs)))
  }

  private func text(_ timeline: Timeline) throws -> String {
    String(decoding: try format.encode(timeline), as: UTF8.self)
  }

  @Test("one row per rank, one cell per action, without blanks or a header")
  func cells() throws {
    let timeline = try Self.timeline(["0F0 0F1 0B0 0I1 0W1", "1F0 1B0 1F1 1I1 1W1"], microbatches: 2)
    #expect(try text(timeline) == "0F0,0F1,0B0,0I1,0W1\n1F0,1B0,1F1,1I1,1W1\n")
  }

  @Test("stages of a V, several to a row")
  func vPlacement() throws {
    let timeline = try Self.timeline(
      ["0F0 3F0 3B0 0B0", "1F0 2F0 2B0 1B0"], placement: .v, stages: 4, microbatches: 1)
    #expect(try text(timeline) == "0F0,3F0,3B0,0B0\n1F0,2F0,2B0,1B0\n")
  }

  @Test("a pair is one cell, and reads back as a pair")
  func pairs() throws {
    let timeline = try Self.timeline(["0F0 0F1 0B0 0B1"], microbatches: 2, pairs: [1])
    let csv = "0F0,(0F1;0B0)OVERLAP_F_B,0B1\n"
    #expect(try text(timeline) == csv)
    let problem = timeline.schedule.problem
    #expect(try format.decode(Array(csv.utf8), file: "", for: problem) == timeline.schedule.orders)
  }

  @Test("what was written reads back", arguments: Families.all.map(\.name))
  func roundTrip(family: String) throws {
    let family = try Families.named(family)
    let problem = try family.layout.arranging(Problem.uniform(devices: 4, microbatches: 8), parts: 2)
    let orders = try family.orders(for: problem)
    let timeline = try Timeline(Schedule(problem: problem, orders: orders))
    guard family.layout != .bidirectional, family.layout != .pieces else {
      #expect(throws: ExportRefusal.self) { try format.encode(timeline) }
      return
    }
    #expect(try format.decode(format.encode(timeline), file: "", for: problem) == orders)
  }

  @Test("random orders of any placement read back")
  func randomRoundTrip() throws {
    var random = SeededGenerator(seed: 11)
    let shape = RandomProblem()
      .without(.replicas, .routes, .pieces, because: "PyTorch runs whole microbatches along one chain")
      .without(
        .recompute, .modes, .offload,
        because: "PyTorch recomputes within its backward pass and offloads nothing")
    var written = 0
    for _ in 0..<400 {
      let problem = try shape.problem(using: &random)
      let schedule = Schedule(problem: problem, orders: problem.randomOrders(using: &random))
      // Idle devices and permuted losses are refused, rightly.
      guard let bytes = try? format.encode(Timeline(schedule)) else { continue }
      #expect(try format.decode(bytes, file: "", for: problem) == schedule.orders)
      written += 1
    }
    #expect(written > 20)
  }

  @Test("CRLF, blanks around cells, idle cells and a missing last line break are read")
  func leniency() throws {
    let timeline = try Self.timeline(["0F0 0F1 0B0 0B1", "1F0 1B0 1F1 1B1"], microbatches: 2)
    let csv = "0F0, 0F1 ,,\t0B0,,0B1,,\r\n,1F0,1B0,1F1,1B1"
    let orders = try format.decode(Array(csv.utf8), file: "", for: timeline.schedule.problem)
    #expect(orders == timeline.schedule.orders)
  }

  @Test(
    "what PyTorch could not run is refused",
    arguments: [
      (
        ["0F1 0F0 0B0 0B1"],
        "expected F of stage 0 in the order of the microbatches, as losses are counted there, found microbatch 1 before 0; number the microbatches in that order"
      ),
      (
        ["0F0 0B0 0F1 0B1", ""],
        "expected an operation on every device, found none on device 1; leave the device out of the problem"
      ),
    ])
  func refusals(orders: [String], message: String) throws {
    let placement = Placement.explicit([[Device.ID(0)]])
    let timeline = try Self.timeline(orders, placement: placement, stages: 1, microbatches: 2)
    #expect(refusal(of: timeline, as: format) == message)
  }

  @Test("other stages may run forwards in any order")
  func permutedForwards() throws {
    let timeline = try Self.timeline(["0F1 0F0 0B0 0B1", "1F0 1F1 1B1 1B0"], microbatches: 2)
    #expect(try text(timeline) == "0F1,0F0,0B0,0B1\n1F0,1F1,1B1,1B0\n")
  }

  @Test("replicated stages, other routes and pieces are refused")
  func unsuitableProblems() throws {
    let problem = try Problem.uniform(devices: 2, microbatches: 2)
    let bidirectional = try problem.arranged(.bidirectional, chunks: 1)
    let orders = Orders([
      try Self.order("0F0 1F1 1B1 0B0"), try Self.order("1F0 1B0 0F1 0B1"),
    ])
    #expect(
      refusal(of: try Timeline(Schedule(problem: bidirectional, orders: orders)), as: format)?
        .hasPrefix("expected one device per stage, found stage 0 on devices 0, 1; a runtime of your own")
        == true)

    let pieces = try problem.with(microbatchCount: 1).cut(intoPieces: 2)
    let pieceOrders = Orders([
      try Self.order("0F0 0F1 0B1 0B0"), try Self.order("1F0 1F1 1B1 1B0"),
    ])
    #expect(
      refusal(of: try Timeline(Schedule(problem: pieces, orders: pieceOrders)), as: format)?
        .hasPrefix("expected whole microbatches, found sequences cut in 2 pieces") == true)

    let skipping = try Problem(
      devices: problem.devices, stages: problem.stages, microbatches: problem.microbatches,
      routes: (
        [problem.routes[0], Route(visits: Array(problem.routes[0].visits.dropFirst()))], [0, 1]
      ))
    let skippingOrders = Orders([try Self.order("0F0 0B0"), try Self.order("1F0 1B0 1F1 1B1")])
    #expect(
      refusal(of: try Timeline(Schedule(problem: skipping, orders: skippingOrders)), as: format)?
        .hasPrefix(
          "expected every microbatch to visit all stages in order, found another route for microbatch 1")
        == true)
  }
}

/// The message with which a format refuses a schedule.
func refusal(of timeline: Timeline, as format: any ExportFormat) -> String? {
  do throws(ExportRefusal) {
    _ = try format.encode(timeline)
    return nil
  } catch {
    return error.description
  }
}
