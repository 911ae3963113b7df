import PipelineModel
import ScheduleChecker
import ScheduleSearch
import TestSupport
import Testing
import Timeline

@Suite("Ties of value")
struct TieTests {
  /// Forward only, three stages of 1, 3 and 1 time units, the first and the last on one device. The second device is busy from
  /// 1 to 10, and 1 follows: 11 is the least, and a second message has to wait, as the first device would come too late.
  private func problem() throws -> Problem {
    try Problem(
      devices: Array(repeating: Device(), count: 2),
      stages: [1, 3, 1].map { Stage(forward: $0, backward: .none) },
      microbatches: Array(repeating: Microbatch(), count: 3),
      placement: .explicit([0, 1, 0].map { [Device.ID($0)] }))
  }

  /// Orders whose first device runs the first and the last stage in turns.
  private func orders(_ turns: [Int]) -> Orders {
    var next = [0, 0, 0]
    let first = turns.map { stage in
      defer { next[stage] += 1 }
      return Operation(.forward, stage: Stage.ID(stage), microbatch: Microbatch.ID(next[stage]))
    }
    let second = (0..<3).map { Operation(.forward, stage: Stage.ID(1), microbatch: Microbatch.ID($0)) }
    return Orders([first, second])
  }

  private var early: Orders { orders([0, 0, 0, 2, 2, 2]) }
  private var late: Orders { orders([0, 0, 2, 0, 2, 2]) }

  private func timeline(_ orders: Orders) throws -> Timeline {
    try Timeline(Schedule(problem: problem(), orders: orders))
  }

  @Test("go to the orders with fewer messages in flight, whichever come first")
  func comparison() throws {
    let (early, late) = (try timeline(early), try timeline(late))
    #expect(early.makespan == 11 && late.makespan == 11)
    #expect(early.peakMemory == late.peakMemory)
    #expect(early.messagesInFlight.most == 2 && late.messagesInFlight.most == 1)
    for starts in [[self.early, self.late], [self.late, self.early]] {
      let options = SearchOptions(iterations: 0, threads: 1)
      let result = Search(try problem(), options: options, starts: starts).run()
      #expect(result.value == 11)
      #expect(try timeline(result.orders).messagesInFlight.most == 1)
    }
  }

  @Test("send messages later, or need them earlier, as long as nothing else gets worse")
  func changes() throws {
    var fewest = FewestMessages(try timeline(early), objective: .makespan, seed: 0)
    fewest.run(until: .never)
    #expect(fewest.messages.most == 1)
    #expect(try timeline(fewest.orders).makespan == 11)
  }

  @Test("never cost time or memory, on random problems", arguments: Objective.allCases)
  func harmless(objective: Objective) throws {
    var random = SeededGenerator(seed: 11)
    var (gains, shorter) = (0, 0)
    for seed in 0..<40 {
      let problem = try RandomProblem(devices: 2...4, microbatches: 2...6).problem(using: &random)
      let start = try Timeline(
        Schedule(problem: problem, orders: problem.randomOrders(using: &random)))
      var fewest = FewestMessages(start, objective: objective, seed: UInt64(seed))
      fewest.run(until: .never)
      let end = try Timeline(Schedule(problem: problem, orders: fewest.orders))
      #expect(end.value(of: objective) <= start.value(of: objective))
      #expect(fewest.value == end.value(of: objective))
      shorter += end.value(of: objective) < start.value(of: objective) ? 1 : 0
      #expect(zip(end.peakMemory, start.peakMemory).allSatisfy { $0 <= $1 })
      #expect(!start.messagesInFlight.areFewer(than: end.messagesInFlight))
      #expect(end.messagesInFlight.most == fewest.messages.most)
      let checker = ScheduleChecker(RecordedSchedule(schedule: end.schedule))
      #expect(start.fitsMemory == checker.violations().isEmpty)
      if end.messagesInFlight.most < start.messagesInFlight.most { gains += 1 }
    }
    #expect(gains > 5 && shorter > 0)
  }
}
