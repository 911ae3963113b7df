import PipelineModel
import ScheduleFamilies
import TestSupport
import Testing
import Timeline

@Suite("Why devices are idle")
struct IdleTimeTests {
  @Test("agrees with what an operation could not have started without, on problems with every feature")
  func againstReference() throws {
    var random = SeededGenerator(seed: 41)
    var seen: [IdleStretch.Cause: Int] = [:]
    for _ in 0..<250 {
      let problem = try RandomProblem().problem(using: &random)
      let orders = problem.randomOrders(using: &random)
      let timeline = try Timeline(Schedule(problem: problem, orders: orders))
      let reference = try #require(ReferenceSimulator(problem, orders))
      for stretch in timeline.idleTime.stretches {
        // Off the decimal grid the two may round otherwise.
        guard stretch.end - stretch.start > 1e-6 else { continue }
        seen[stretch.cause, default: 0] += 1
        for share in [0.001, 0.5, 0.999] {
          let moment = stretch.start + share * (stretch.end - stretch.start)
          let expected = reference.waits(of: stretch.device, at: moment, problem, orders)
          let found = ReferenceSimulator.Wait(stretch.cause.rawValue, stretch.awaited?.operation)
          #expect(expected.contains(found), "\(found) is none of \(expected)")
        }
      }
    }
    for cause in IdleStretch.Cause.allCases { #expect(seen[cause, default: 0] > 10, "\(cause) is rare") }
  }

  @Test("fills every device's time with its work, and sums to what it does not work")
  func tiles() throws {
    var random = SeededGenerator(seed: 42)
    for _ in 0..<250 {
      let problem = try RandomProblem().problem(using: &random)
      let orders = problem.randomOrders(using: &random)
      let timeline = try Timeline(Schedule(problem: problem, orders: orders))
      let idle = timeline.idleTime
      for device in problem.devices.indices.map({ Device.ID($0) }) {
        var busy = orders.range(of: device).map { (timeline.start(at: $0), timeline.end(at: $0)) }
        if let step = timeline.optimizerStepStart(on: device) {
          busy.append((step, step + problem.devices[device.index].optimizerStep))
        }
        let own = idle.stretches.filter { $0.device == device }
        #expect(own.allSatisfy { $0.start < $0.end })
        // A pair is two operations at one time.
        let all = (busy + own.map { ($0.start, $0.end) }).filter { $0.0 < $0.1 }.sorted { $0 < $1 }
        var (time, before) = (0.0, (0.0, 0.0))
        for stretch in all where stretch != before {
          #expect(abs(stretch.0 - time) < 1e-9)
          (time, before) = (stretch.1, stretch)
        }
        #expect(abs(time - timeline.makespan) < 1e-9)
        let sum = idle.byCause(on: device).values.reduce(0, +)
        let expected = timeline.makespan - timeline.work(of: device)
        #expect(abs(sum - expected) <= 1e-9 * max(1, timeline.makespan))
        #expect(abs(idle.total(on: device) - expected) <= 1e-9 * max(1, timeline.makespan))
      }
      let all = Double(problem.deviceCount) * timeline.makespan
      #expect(abs(idle.total() - timeline.summary.makespanBubble * all) <= 1e-9 * max(1, all))
    }
  }

  @Test("of GPipe on two devices: the way there, the way back, and the end")
  func gpipe() throws {
    let problem = try Problem.uniform(devices: 2, microbatches: 1, communication: 0.5)
    let orders = try Families.named("gpipe").orders(for: problem)
    let idle = try Timeline(Schedule(problem: problem, orders: orders)).idleTime
    // Device 0: F until 1, BW of device 1 from 1.5 + 1 until 4.5, its gradient at 5, BW until 7.
    let lines = idle.stretches.map { "\($0.device) \($0.start) \($0.end) \($0.cause) \($0.awaited.text)" }
    #expect(
      lines == [
        "0 1.0 4.5 data BW(stage 1, microbatch 0) on 1", "0 4.5 5.0 link BW(stage 1, microbatch 0) on 1",
        "1 0.0 1.0 data F(stage 0, microbatch 0) on 0", "1 1.0 1.5 link F(stage 0, microbatch 0) on 0",
        "1 4.5 7.0 nothingLeft nothing",
      ])
    #expect(idle.byCause() == [.data: 4.5, .link: 1, .nothingLeft: 2.5])
    #expect(idle.total() == 8)
  }

  @Test("names offloads that make room, and reloads on their way")
  func hosts() throws {
    let idle = try Timeline(Schedule.twoOffloads()).idleTime
    let lines = idle.stretches.map { "\($0.start) \($0.end) \($0.cause) \($0.awaited.text)" }
    #expect(
      lines == [
        "10.0 13.0 memory F(stage 0, microbatch 0) on 0", "23.0 26.0 memory F(stage 0, microbatch 1) on 0",
        "26.0 29.0 link L(stage 0, microbatch 0) on 0", "47.0 50.0 link L(stage 0, microbatch 1) on 0",
      ])
  }

  @Test("names gaps, barriers, and devices that nothing is left for")
  func gapsAndBarriers() throws {
    // Device 1 has nothing to do; device 0 runs F until 1, waits 2 for the gap, BW until 5; device 2 a lonely F until 9.
    let stages = [Stage(forward: 1, backward: .whole(2)), Stage(forward: 9, backward: .none, inputs: [])]
    let problem = try Problem(
      Instance(
        devices: [Device(optimizerStep: 1), Device(optimizerStep: 1), Device(optimizerStep: 1)],
        stages: stages, microbatches: [Microbatch()],
        placement: .explicit([[Device.ID(0)], [Device.ID(2)]]), gap: Gap(2), barrier: .all, tail: 3))
    let (first, second) = (Stage.ID(0), Stage.ID(1))
    let orders = Orders([
      [
        Operation(.forward, stage: first, microbatch: Microbatch.ID(0)),
        Operation(.backward, stage: first, microbatch: Microbatch.ID(0)),
      ], [], [Operation(.forward, stage: second, microbatch: Microbatch.ID(0))],
    ])
    let idle = try Timeline(Schedule(problem: problem, orders: orders)).idleTime
    let lines = idle.stretches.map { "\($0.device) \($0.start) \($0.end) \($0.cause) \($0.awaited.text)" }
    #expect(
      lines == [
        "0 1.0 3.0 gap F(stage 0, microbatch 0) on 0", "0 5.0 9.0 barrier F(stage 1, microbatch 0) on 2",
        "0 10.0 13.0 nothingLeft nothing", "1 0.0 13.0 nothingLeft nothing",
        "2 10.0 13.0 nothingLeft nothing",
      ])
  }
}

extension IdleStretch.Awaited? {
  fileprivate var text: String { map { "\($0.operation) on \($0.device)" } ?? "nothing" }
}
