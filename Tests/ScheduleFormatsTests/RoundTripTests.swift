import PipelineModel
import TestSupport
import Testing
import Timeline

@testable import ScheduleFormats

@Suite("What is written reads back")
struct RoundTripTests {
  @Test("random problems come back equal", arguments: 0..<300)
  func problems(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    let problem = try generator.problem()
    let bytes = ProblemFile.encode(problem)
    let back = try ProblemFile.decode(bytes, file: "p.json")
    #expect(back == problem)
    #expect(ProblemFile.encode(back) == bytes)
  }

  @Test("random schedules come back equal and byte for byte", arguments: 0..<300)
  func schedules(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed) + 1000)
    let file = try generator.file()
    let bytes = try file.encode()
    let back = try ScheduleFile.decode(bytes, file: "s.json")
    #expect(back == file)
    #expect(try back.encode() == bytes)
  }

  @Test("the mode of every visit, the times and the figures of problems with every feature come back")
  func timedSchedules() throws {
    var random = SeededGenerator(seed: 1400)
    for _ in 0..<150 {
      let problem = try RandomProblem().problem(using: &random)
      let schedule = Schedule(problem: problem, orders: problem.randomOrders(using: &random))
      let file = ScheduleFile(record: try Timeline(schedule).record())
      let back = try ScheduleFile.decode(file.encode(), file: "s.json")
      #expect(back.record.times == file.record.times)
      #expect(back.record.summary == file.record.summary)
      #expect(back.record.schedule.problem.modes == problem.modes)
    }
  }

  @Test("what stands on a diagonal, which means nothing, makes no other problem")
  func diagonals() throws {
    func problem(_ own: Double) throws -> Problem {
      try Problem(
        devices: [Device(), Device()],
        stages: Array(repeating: Stage(forward: 1, backwardInput: 1, backwardWeight: 1), count: 2),
        microbatches: [Microbatch()],
        communication: .links(
          .init(latency: [[own, 1], [2, own]], bandwidth: [[own, 8], [4, own]], bytes: 16)))
    }
    #expect(try problem(3) == problem(0))
    #expect(try ProblemFile.decode(ProblemFile.encode(problem(3)), file: "p.json") == problem(3))
  }

  @Test("a schedule is laid out line by line")
  func layout() throws {
    let problem = try Problem(
      name: "two", devices: [Device(memoryLimit: 2), Device()],
      stages: [
        Stage(forward: 1, backwardInput: 2.5, backwardWeight: 0.1),
        Stage(forward: 1, backwardInput: 1, backwardWeight: 1),
      ],
      microbatches: [Microbatch(scale: 1, name: "a\"b"), Microbatch(scale: 2)],
      communication: .matrix([[0, 1], [2, 0]]))
    let orders = Orders([[Operation(.forward, stage: Stage.ID(0), microbatch: Microbatch.ID(0))], []])
    let file = ScheduleFile(
      generator: .init(command: "generate", family: "zb-h1", version: "0.1.0"),
      record: RecordedSchedule(
        schedule: Schedule(problem: problem, orders: orders), times: .init(starts: [0], ends: [18.522]),
        summary: Summary(
          makespan: 10, period: 9.5, longestDeviceSpan: 10, makespanBubble: 0.25, periodBubble: 0,
          spanBubble: 0.5,
          imbalance: 0.125, peakMemory: [1, 2.5],
          certificate: Certificate(objective: .makespan, lowerBound: 8, gap: 0.2, optimal: false))))
    #expect(
      String(decoding: try file.encode(), as: UTF8.self) == """
        {
          "pipeloom": "schedule/1",
          "generator": {"command": "generate", "family": "zb-h1", "version": "0.1.0"},
          "problem": {
            "pipeloom": "problem/1",
            "name": "two",
            "devices": 2,
            "memoryLimit": [2, null],
            "microbatches": [
              {"scale": 1, "name": "a\\"b"},
              {"scale": 2}
            ],
            "placement": "sequential",
            "stages": [
              {"forward": 1, "backwardInput": 2.5, "backwardWeight": 0.1, "activationForB": 1, "activationForW": 0.5, "static": 0},
              {"forward": 1, "backwardInput": 1, "backwardWeight": 1, "activationForB": 1, "activationForW": 0.5, "static": 0}
            ],
            "communication": {"latency": [
              [0, 1],
              [2, 0]
            ]},
            "optimizerStep": 0
          },
          "summary": {
            "makespan": 10,
            "period": 9.5,
            "longestDeviceSpan": 10,
            "makespanBubble": 0.25,
            "periodBubble": 0,
            "spanBubble": 0.5,
            "imbalance": 0.125,
            "peakMemory": [1, 2.5],
            "objective": "makespan",
            "lowerBound": 8,
            "gap": 0.2,
            "optimal": false
          },
          "devices": [
            {"device": 0, "operations": [
              {"op": "F", "stage": 0, "microbatch": 0, "start": 0, "end": 18.522}
            ]},
            {"device": 1, "operations": []}
          ]
        }

        """)
  }

  @Test("routes are written with their microbatches, and their stages where they are not all in order")
  func routes() throws {
    let stage = Stage(forward: 1, backwardInput: 1, backwardWeight: 1)
    func route(_ visits: (Int, Int)...) -> Route {
      Route(visits: visits.map { .init(stage: Stage.ID($0), device: Device.ID($1)) })
    }
    let problem = try Problem(
      devices: [Device(), Device()], stages: [stage, stage], microbatches: [.init(), .init(), .init()],
      placement: .explicit([[Device.ID(0), Device.ID(1)], [Device.ID(1)]]),
      overlap: Overlap(forwardBackward: 0.8),
      routes: ([route((0, 1), (1, 1)), route((1, 1), (0, 0))], [0, 1, 0]))
    let text = String(decoding: ProblemFile.encode(problem), as: UTF8.self)
    #expect(
      text.contains(
        """
          "placement": [[0, 1], 1],
          "routes": [
            {"microbatches": [0, 2], "devices": [1, 1]},
            {"microbatches": [1], "stages": [1, 0], "devices": [1, 0]}
          ],
          "stages": [
        """))
    #expect(text.contains("  \"overlap\": {\"forwardBackward\": 0.8},\n"))
  }

  @Test("a schedule whose devices stand in another order keeps its pairs")
  func pairsOfReorderedDevices() throws {
    let orders = [
      """
      {"device": 0, "operations": [
        {"op": "F", "stage": 0, "microbatch": 0},
        {"op": "F", "stage": 0, "microbatch": 1, "pair": 0},
        {"op": "BW", "stage": 0, "microbatch": 0, "pair": 0}]}
      """,
      """
      {"device": 1, "operations": [
        {"op": "F", "stage": 1, "microbatch": 1, "pair": 7},
        {"op": "BW", "stage": 1, "microbatch": 0, "pair": 7}]}
      """,
    ]
    let problem = """
      {"pipeloom": "schedule/1", "problem": {"pipeloom": "problem/1", "devices": 2, "microbatches": 2,
      "stages": [{"repeat": 2, "forward": 1, "backwardInput": 1, "backwardWeight": 1}]}, "devices":
      """
    for order in [[0, 1], [1, 0]] {
      let text = problem + "[" + order.map { orders[$0] }.joined(separator: ",") + "]}"
      let file = try ScheduleFile.decode(Array(text.utf8), file: "s.json")
      #expect(file.record.schedule.orders.pairs == [1, 3])
    }
  }

  @Test("figures and times that JSON cannot say are refused in writing")
  func notFinite() throws {
    var file = try ScheduleFile.decode(Array(smallSchedule.utf8), file: "")
    file.record.times = .init(starts: [0, 1, .nan], ends: [1, 2, 3])
    #expect(throws: FormatError(.notFinite("nan"), key: ["devices", 0, "operations", 2, "start"])) {
      try file.encode()
    }
  }

  @Test("devices and keys may come in any order")
  func order() throws {
    let text = """
      {"devices": [
        {"operations": [{"end": 3, "start": 2, "microbatch": 0, "stage": 1, "op": "BW"}], "device": 1},
        {"device": 0, "operations": [{"op": "F", "stage": 0, "microbatch": 0, "start": 0.5, "end": 1}]}],
       "problem": {"stages": [{"repeat": 2, "forward": 1, "backwardInput": 1, "backwardWeight": 1}],
         "microbatches": 1, "devices": 2, "pipeloom": "problem/1"},
       "\\u0070ipeloom": "schedule/1"}
      """
    let file = try ScheduleFile.decode(Array(text.utf8), file: "s.json")
    let order = file.record.schedule.orders[Device.ID(0)]
    #expect(Array(order) == [Operation(.forward, stage: Stage.ID(0), microbatch: Microbatch.ID(0))])
    #expect(file.record.times == .init(starts: [0.5, 2], ends: [1, 3]))
    #expect(file.generator == nil)
    #expect(file.record.summary == nil)
  }
}
