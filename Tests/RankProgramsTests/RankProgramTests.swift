import PipelineModel
import RankPrograms
import ScheduleChecker
import ScheduleFamilies
import TestSupport
import Testing
import Timeline

@Suite("Programs with sends and receives")
struct RankProgramTests {
  /// The steps in short: `F0`, `BW0` and `>F0`, `<B1` for what is sent and received of which microbatch.
  private func text(_ programs: [RankProgram]) -> [String] {
    programs.map { program in
      program.instructions.map { instruction in
        switch instruction {
        case .compute(.pass(let operation, _), _): short(operation)
        case .overlap(let forward, let backward): "(\(short(forward)) \(short(backward)))"
        case .send(let transfer): ">\(short(transfer))"
        case .receive(let transfer): "<\(short(transfer))"
        case .compute, .copy, .wait, .hold, .local: "\(instruction)"
        }
      }.joined(separator: " ")
    }
  }

  private func short(_ operation: Operation) -> String {
    "\(operation.kind.symbol)\(operation.microbatch)"
  }

  private func short(_ transfer: Transfer) -> String {
    "\(transfer.payload == .activation ? "F" : "B")\(transfer.content.passage.map { "\($0.microbatch)" } ?? "")"
  }

  private func timeline(_ problem: Problem, _ family: String) throws -> Timeline {
    try Timeline(Schedule(problem: problem, orders: Families.named(family).orders(for: problem)))
  }

  private func small() throws -> Problem {
    try .uniform(devices: 2, microbatches: 2, communication: 0.25)
  }

  /// 1F1B on two devices, F = B = W = 1, latency 0.25. Device 0 runs F0 to 1 and F1 to 2; device 1 runs F0 to
  /// 2.25, BW0 to 4.25, F1 to 5.25 and BW1 to 7.25; device 0 runs BW0 to 6.5 and BW1 to 9.5.
  @Test("1F1B by hand: a message stands where its producer ends")
  func early() throws {
    let programs = try timeline(small(), "1f1b").rankPrograms()
    #expect(
      text(programs) == [
        "F0 >F0 F1 >F1 <B0 BW0 <B1 BW1",
        "<F0 <F1 F0 BW0 >B0 F1 BW1 >B1",
      ])
  }

  @Test("1F1B by hand: late receives stand before what needs them")
  func late() throws {
    let programs = try timeline(small(), "1f1b").rankPrograms(receives: .late)
    #expect(
      text(programs) == [
        "F0 >F0 F1 >F1 <B0 BW0 <B1 BW1",
        "<F0 F0 BW0 >B0 <F1 F1 BW1 >B1",
      ])
  }

  /// Device 0 runs its forwards to 1, 2 and 3; device 1, five times as slow, to 6.25, 11.25 and 16.25, and its
  /// backwards to 18.25, 20.25 and 22.25; those of device 0 end at 20.5, 22.5 and 24.5.
  @Test("a receive stands before the operation during which its message is sent")
  func duringAnOperation() throws {
    let problem = try Problem(
      devices: [Device(), Device()],
      stages: [1, 5].map { Stage(forward: $0, backwardInput: 1, backwardWeight: 1) },
      microbatches: Array(repeating: Microbatch(), count: 3), communication: .uniform(0.25))
    let programs = try timeline(problem, "gpipe").rankPrograms()
    #expect(
      text(programs) == [
        "F0 >F0 F1 >F1 F2 >F2 <B0 <B1 BW0 <B2 BW1 BW2",
        "<F0 <F1 <F2 F0 F1 F2 BW0 >B0 BW1 >B1 BW2 >B2",
      ])
  }

  @Test("late receives of 1F1B block under rendezvous, as in textbooks; early ones never")
  func textbookDeadlock() throws {
    let timeline = try timeline(.uniform(devices: 4, microbatches: 8), "1f1b")
    let late = CommunicationProof(try timeline.rankPrograms(receives: .late), mode: .rendezvous)
    guard case .blocked(let waits) = late.fault(in: timeline.schedule) else {
      Issue.record("expected a circle")
      return
    }
    #expect(waits.count == 2)
    let early = CommunicationProof(try timeline.rankPrograms(), mode: .rendezvous)
    #expect(early.fault(in: timeline.schedule) == nil)
    // One hop each way for every microbatch between each two of four devices.
    #expect(early.messageCount == 2 * 8 * 3)
  }

  @Test("stages on one device hand over without a message")
  func sameDevice() throws {
    let stage = Stage(forward: 1, backwardInput: 1, backwardWeight: 1)
    let problem = try Problem(
      devices: [Device(), Device()], stages: Array(repeating: stage, count: 4),
      microbatches: [Microbatch()], placement: .v)
    func operation(_ kind: Operation.Kind, _ stage: Int) -> Operation {
      Operation(kind, stage: Stage.ID(stage), microbatch: Microbatch.ID(0))
    }
    let orders = Orders([
      [operation(.forward, 0), operation(.forward, 3), operation(.backward, 3), operation(.backward, 0)],
      [operation(.forward, 1), operation(.forward, 2), operation(.backward, 2), operation(.backward, 1)],
    ])
    let programs = try Timeline(Schedule(problem: problem, orders: orders)).rankPrograms()
    #expect(
      text(programs) == [
        "F0 >F0 <F0 F0 BW0 >B0 <B0 BW0",
        "<F0 F0 F0 >F0 <B0 BW0 BW0 >B0",
      ])
  }

  /// Device 1 runs F0 to 2.25, F1 and BW0 together to 5.25 and BW1 to 7.25; device 0 runs BW0 to 7.5.
  @Test("a pair is one step, and its messages leave after it")
  func pairs() throws {
    let problem = try small().with(overlap: Overlap(forwardBackward: 1))
    let plain = try Families.named("1f1b").orders(for: problem)
    let second = Array(plain[Device.ID(1)])
    let orders = Orders(
      operations: plain[Device.ID(0)] + [second[0], second[2], second[1], second[3]], bounds: [0, 4, 8],
      pairs: [5])
    let programs = try Timeline(Schedule(problem: problem, orders: orders)).rankPrograms()
    #expect(
      text(programs) == [
        "F0 >F0 F1 >F1 <B0 <B1 BW0 BW1",
        "<F0 <F1 F0 (F1 BW0) >B0 BW1 >B1",
      ])
  }

  @Test("early receives never block, on problems with every feature")
  func neverBlocks() throws {
    var random = SeededGenerator(seed: 3)
    for _ in 0..<120 {
      let problem = try RandomProblem().problem(using: &random)
      let timeline = try Timeline(
        Schedule(problem: problem, orders: problem.randomOrders(using: &random)))
      let programs = try timeline.rankPrograms()
      for mode in [.rendezvous, .buffered(capacity: 1), .buffered(capacity: nil), .batched]
        as [CommunicationMode]
      {
        #expect(CommunicationProof(programs, mode: mode).fault(in: timeline.schedule) == nil)
      }
    }
  }

  @Test("without durations and latencies, where all ends are equal, nothing blocks either")
  func ties() throws {
    let problem = try Problem.uniform(
      devices: 4, microbatches: 6, forward: 0, backwardInput: 0, backwardWeight: 0)
    for family in Families.all where family.layout == .sequential {
      let timeline = try timeline(problem, family.name)
      let proof = CommunicationProof(try timeline.rankPrograms(), mode: .rendezvous)
      #expect(proof.fault(in: timeline.schedule) == nil)
    }
  }
}
