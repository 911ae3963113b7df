import PipelineModel
import ScheduleChecker
import ScheduleSearch
import TestSupport
import Testing
import Timeline

/// What tasks hold, by hand: one device, two microbatches, a stage that holds 1 from `F` to the end of its `BW`.
@Suite("Memory of tasks")
struct TaskMemoryTests {
  private static let stage = Stage(
    forward: 1, backwardInput: 1, backwardWeight: 1, activationForB: 1, activationForW: 0)

  private static func task(
    _ name: String, per extent: PipelineTask.Extent? = .microbatch, stream: Int = 0, pieces: Int = 1,
    needs: [String] = [], feeds: [String] = [], isAhead: Bool = false, time: Double = 1, memory: Double = 0
  ) -> PipelineTask {
    PipelineTask(
      name, per: extent, on: extent == .stage ? .own : .listed([Device.ID(0)]), time: time, stream: stream,
      pieces: pieces,
      needs: needs.map { PipelineTask.Reference($0) }, feeds: feeds.map { PipelineTask.Reference($0) },
      isAhead: isAhead, memory: memory)
  }

  private func problem(
    _ tasks: [PipelineTask], stage: Stage = Self.stage, limit: Double? = nil
  ) throws -> Problem {
    let plain = try Problem(
      devices: [Device(memoryLimit: limit)], stages: [stage], microbatches: [Microbatch(), Microbatch()])
    let streams = [StreamedProblem.computeStream] + (tasks.contains { $0.stream > 0 } ? ["net"] : [])
    return try StreamedProblem(
      plain, streams: streams, phases: [StagePhases(of: stage)], tasks: tasks
    ).lowered()
  }

  /// The orders of the streams, of operations by their short names, such as `0F1`, `load.0` or `load.0/1`.
  private func timeline(_ problem: Problem, _ orders: String...) throws -> Timeline {
    var named: [String: Operation] = [:]
    for microbatch in problem.microbatches.indices.map({ Microbatch.ID($0) }) {
      for visit in problem.route(of: microbatch).visits {
        for kind in Operation.Kind.allCases where problem.stages[visit.stage.index].duration(of: kind) != nil
        {
          let operation = Operation(kind, stage: visit.stage, microbatch: microbatch)
          named[problem.shortName(of: operation)] = operation
        }
      }
    }
    let operations = try orders.map { order in
      try order.split(separator: " ").map { try #require(named[String($0)], "\($0)") }
    }
    return try Timeline(Schedule(problem: problem, orders: Orders(operations)))
  }

  /// The peak of an order, on which the timeline, the reference and the checker agree.
  private func peak(
    _ tasks: [PipelineTask], stage: Stage = Self.stage, _ order: String, net: String? = nil
  ) throws -> Double {
    let problem = try problem(tasks, stage: stage)
    let timeline = try net.map { try self.timeline(problem, order, $0) } ?? self.timeline(problem, order)
    let peak = try #require(timeline.peakMemory.first)
    #expect(ScheduleChecker(timeline.record()).violations() == [])
    #expect(ReferenceSimulator.peakMemory(problem, timeline.schedule.orders).first == peak)
    #expect(timeline.memoryProfile(of: Device.ID(0)).map(\.memory).max() == peak)
    return peak
  }

  @Test("a copy for a microbatch is held until what it feeds has ended")
  func untilItIsRead() throws {
    let load = [Self.task("load", feeds: ["0F"], memory: 3)]
    // 3, 6, and 7 with the first F; one after the other 3 and 4, twice.
    #expect(try peak(load, "load.0 load.1 0F0 0F1 0BW0 0BW1") == 7)
    #expect(try peak(load, "load.0 0F0 0BW0 load.1 0F1 0BW1") == 4)
    // What is fed is no other than what needs it.
    let needing = [Self.task("load", memory: 3), Self.task("read", needs: ["load"])]
    #expect(try peak(needing, "load.0 load.1 read.0 read.1 0F0 0F1 0BW0 0BW1") == 6)
    #expect(try peak(needing, "load.0 read.0 load.1 read.1 0F0 0F1 0BW0 0BW1") == 3)
    // Until the W of a BW: 3 and 1 of both F.
    let backward = [Self.task("load", feeds: ["0W"], memory: 3)]
    #expect(try peak(backward, "0F0 load.0 0F1 0BW0 load.1 0BW1") == 5)
    #expect(try peak(backward, "0F0 load.0 0F1 0B0 load.1 0W0 0BW1") == 7)
  }

  @Test("of several that read a copy, the last to run releases it, whichever that is")
  func severalReaders() throws {
    let tasks = [
      Self.task("load", feeds: ["left", "right"], memory: 3), Self.task("left"), Self.task("right"),
    ]
    let rest = " 0F0 0F1 0BW0 0BW1"
    #expect(try peak(tasks, "load.0 left.0 right.0 load.1 left.1 right.1" + rest) == 3)
    #expect(try peak(tasks, "load.0 right.0 left.0 load.1 right.1 left.1" + rest) == 3)
    #expect(try peak(tasks, "load.0 left.0 load.1 right.0 left.1 right.1" + rest) == 6)
    #expect(try peak(tasks, "load.0 right.0 load.1 left.0 right.1 left.1" + rest) == 6)
  }

  @Test("each piece of a copy holds its share")
  func pieces() throws {
    let load = [Self.task("load", pieces: 3, feeds: ["0F"], memory: 3)]
    #expect(
      try peak(load, "load.0/0 load.0/1 load.1/0 load.0/2 0F0 load.1/1 load.1/2 0F1 0BW0 0BW1") == 5)
  }

  @Test("a copy that many microbatches read is held until all of them have")
  func readByMany() throws {
    let gather = [Self.task("gather", per: .stage, feeds: ["F"], memory: 3)]
    // 3, 4, 5 and 2; or 3, 4, 3 after BW, 4 and 1.
    #expect(try peak(gather, "gather.0 0F0 0F1 0BW0 0BW1") == 5)
    #expect(try peak(gather, "gather.0 0F0 0BW0 0F1 0BW1") == 4)
  }

  @Test("what runs ahead is there when an iteration begins, until the next one has read it")
  func ahead() throws {
    let load = [Self.task("load", feeds: ["0F"], isAhead: true, memory: 3)]
    // 6 at first, 7 with the first F, then 4, 5 and 2, 5, 8.
    #expect(try peak(load, "0F0 0F1 load.0 load.1 0BW0 0BW1") == 8)
    // 6, 7, 4, 7, 8, 5, and from 3 with what is held for BW on.
    #expect(try peak(load, "0F0 load.0 0F1 load.1 0BW0 0BW1") == 8)
    // 6, 7, 4, 3, 4, 1, 0, 3, 6.
    #expect(try peak(load, "0F0 0BW0 0F1 0BW1 load.0 load.1") == 7)
    // 6, 9, 12, and 13 with the first F.
    #expect(try peak(load, "load.0 load.1 0F0 0F1 0BW0 0BW1") == 13)
    // One copy for all: 3, 4, 5, 2, and 5.
    let one = [Self.task("load", per: nil, feeds: ["0F"], isAhead: true, memory: 3)]
    #expect(try peak(one, "0F0 0F1 load 0BW0 0BW1") == 5)
    #expect(try peak(one, "0F0 load 0F1 0BW0 0BW1") == 8)
  }

  @Test("between streams, what is held follows from times")
  func byTime() throws {
    // From 0 to the end of the last F, at 3 and at 5; the F begin with the end of the gather.
    let gather = [Self.task("gather", per: .stage, stream: 1, feeds: ["F"], memory: 3)]
    #expect(try peak(gather, "0F0 0F1 0BW0 0BW1", net: "gather.0") == 5)
    #expect(try peak(gather, "0F0 0BW0 0F1 0BW1", net: "gather.0") == 4)
    // When all else has ended.
    let reduce = [Self.task("reduce", per: .stage, stream: 1, needs: ["W"], memory: 3)]
    #expect(try peak(reduce, "0F0 0F1 0B0 0W0 0B1 0W1", net: "reduce.0") == 3)
    // From 0 to 2, while the first F runs; and from 2 to 4, with the second.
    let sent = [Self.task("load", memory: 3), Self.task("send", stream: 1, needs: ["load"])]
    #expect(try peak(sent, "load.0 0F0 load.1 0F1 0BW0 0BW1", net: "send.0 send.1") == 5)
    #expect(try peak(sent, "load.0 0F0 0BW0 load.1 0F1 0BW1", net: "send.0 send.1") == 4)
    // 6 from before, less 3 at 1 and at 2 each, and 3 more from 0 and from 1 on: 9 until 2, with one F and then two.
    let ahead = [Self.task("load", stream: 1, feeds: ["0F"], isAhead: true, memory: 3)]
    #expect(try peak(ahead, "0F0 0F1 0BW0 0BW1", net: "load.0 load.1") == 11)
  }

  /// The next stage of `F` alone needs the first one's output of 2 until 3, when the task beside has read it: at 2 there are
  /// two of them and 1 of the next stage.
  @Test("what a task on another stream reads is held for the next stage, too")
  func readByStages() throws {
    let stages = [2.0, 1].map {
      Stage(forward: 1, backward: .none, activationForB: $0, activationForW: 0)
    }
    let plain = try Problem(
      devices: [Device()], stages: stages, microbatches: [Microbatch(), Microbatch()],
      placement: .explicit([[Device.ID(0)], [Device.ID(0)]]))
    let problem = try StreamedProblem(
      plain, streams: [StreamedProblem.computeStream, "net"],
      phases: stages.map { StagePhases(of: $0) },
      tasks: [Self.task("read", stream: 1, needs: ["0F"])]
    ).lowered()
    let timeline = try timeline(problem, "0F0 0F1 1F0 1F1", "read.0 read.1")
    #expect(timeline.peakMemory[0] == 5)
    #expect(ScheduleChecker(timeline.record()).violations() == [])
  }

  @Test("what a B without a duration releases comes before what another stream takes at that moment")
  func releaseFirst() throws {
    let stage = Stage(forward: 1, backwardInput: 0, backwardWeight: 1, activationForB: 1, activationForW: 0)
    // At 1 and at 3 an F ends, its B begins and ends, and a copy of 3 begins.
    let load = [Self.task("load", stream: 1, needs: ["0F"], memory: 3)]
    #expect(try peak(load, stage: stage, "0F0 0B0 0W0 0F1 0B1 0W1", net: "load.0 load.1") == 3)
  }

  @Test("sums that differ by rounding alone are one moment")
  func rounding() throws {
    // No grid holds thirds. The B ends, and releases 1, at 0.1 + 0.2; a task of 3 begins behind one that takes 0.3.
    let stage = Stage(
      forward: 0.1, backwardInput: 0.2, backwardWeight: 1 / 3, activationForB: 1, activationForW: 0)
    #expect(0.1 + 0.2 > 0.3)
    let tasks = [
      Self.task("first", per: nil, stream: 1, time: 0.3),
      Self.task("load", per: nil, stream: 1, time: 0.1, memory: 3),
    ]
    #expect(try peak(tasks, stage: stage, "0F0 0B0 0W0 0F1 0B1 0W1", net: "first load") == 3)
  }

  @Test("what is held by time counts against the limit")
  func timedViolations() throws {
    let gather = [Self.task("gather", per: .stage, stream: 1, feeds: ["F"], memory: 3)]
    let over = try timeline(problem(gather, limit: 4), "0F0 0F1 0BW0 0BW1", "gather.0")
    let lines = ScheduleChecker(over.record()).violations().map(\.description)
    #expect(lines == ["device 0: F(stage 0, microbatch 1) raises memory to 5, over the limit 4"])
    #expect(!over.fitsMemory)
    let within = try timeline(problem(gather, limit: 4), "0F0 0BW0 0F1 0BW1", "gather.0")
    #expect(ScheduleChecker(within.record()).violations() == [] && within.fitsMemory)
  }

  @Test("a limit that orders break is a violation where the memory is held, not where the task ran")
  func violations() throws {
    let load = [Self.task("load", feeds: ["0F"], memory: 3)]
    let over = try timeline(problem(load, limit: 6), "load.0 load.1 0F0 0F1 0BW0 0BW1")
    let lines = ScheduleChecker(over.record()).violations().map(\.description)
    #expect(lines == ["device 0: F(stage 0, microbatch 0) raises memory to 7, over the limit 6"])
    #expect(!over.fitsMemory)
  }

  @Test(
    "searches keep limits that only some orders keep",
    arguments: [
      ([task("load", feeds: ["0F"], memory: 3)], 4),
      ([task("load", feeds: ["left", "right"], memory: 3), task("left"), task("right")], 4),
      ([task("load", feeds: ["0F"], isAhead: true, memory: 3)], 7),
      ([task("gather", per: .stage, feeds: ["F"], memory: 3)], 4),
    ] as [([PipelineTask], Double)])
  func searches(_ tasks: [PipelineTask], limit: Double) throws {
    let problem = try problem(tasks, limit: limit)
    for objective in Objective.allCases {
      try Search.checkScope(of: problem)
      let found = Search(problem, options: quickly(objective)).run()
      let timeline = try Timeline(Schedule(problem: problem, orders: found.orders))
      #expect(timeline.fitsMemory)
      #expect(ScheduleChecker(timeline.record()).violations() == [])
      // Everything runs on one device, one after the other.
      #expect(timeline.value(of: objective) == found.value && found.value == problem.deviceWork[0])
    }
    try expectNoOrders(tasks, limit: limit - 0.5)
  }

  @Test("a search keeps room for what is held by time")
  func searchesByTime() throws {
    let gather = [Self.task("gather", per: .stage, stream: 1, feeds: ["F"], memory: 3)]
    let problem = try problem(gather, limit: 4)
    // The gather, and then all passes; of the next iteration it is there in time.
    for (objective, value) in [(Objective.makespan, 7.0), (.period, 6)] {
      let found = Search(problem, options: quickly(objective)).run()
      let timeline = try Timeline(Schedule(problem: problem, orders: found.orders))
      #expect(timeline.fitsMemory && ScheduleChecker(timeline.record()).violations() == [])
      #expect(found.value == value && timeline.value(of: objective) == value)
    }
    try expectNoOrders(gather, limit: 3.5)
  }

  private func expectNoOrders(_ tasks: [PipelineTask], limit: Double) throws {
    #expect(throws: (any Error).self) {
      let tight = try self.problem(tasks, limit: limit)
      try Search.checkScope(of: tight)
    }
  }
}
