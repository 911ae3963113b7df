import PipelineModel
import ScheduleChecker
import Testing

@Suite("What can block, by hand")
struct CommunicationProofTests {
  private func fault(_ texts: [String], _ mode: CommunicationMode) -> String? {
    CommunicationProof(programs(texts), mode: mode).fault()?.description
  }

  @Test("two devices that both send first block under rendezvous alone")
  func bothSendFirst() {
    let texts = ["s1 r1", "s0 r0"]
    #expect(
      fault(texts, .rendezvous)
        == "no rank can go on: rank 0 at instruction 0, SEND(activation of microbatch 0, stage 0 to 1), waits for instruction 1 of rank 1; rank 1 at instruction 0, SEND(activation of microbatch 0, stage 1 to 0), waits for instruction 1 of rank 0"
    )
    #expect(fault(texts, .buffered(capacity: 1)) == nil)
    #expect(fault(texts, .buffered(capacity: nil)) == nil)
    #expect(fault(texts, .batched) == nil)
  }

  @Test("an operation between the transfers takes the batch apart")
  func splitBatches() {
    #expect(fault(["s1 . r1", "s0 . r0"], .batched) != nil)
    // The second device launches both at once.
    #expect(fault(["s1 . r1", "s0 r0"], .batched) == nil)
    #expect(fault(["s1 . r1", "r0 . s0"], .batched) == nil)
  }

  @Test("two devices that both receive first block in every mode that does not batch")
  func bothReceiveFirst() {
    let texts = ["r1 s1", "r0 s0"]
    #expect(fault(texts, .rendezvous) != nil)
    #expect(fault(texts, .buffered(capacity: nil)) != nil)
    #expect(fault(texts, .batched) == nil)
  }

  @Test("a buffer of as many messages as are sent ahead is enough, and none smaller")
  func capacities() {
    let texts = ["s1 s1 s1 r1", "s0 r0 r0 r0"]
    #expect(fault(texts, .buffered(capacity: 3)) == nil)
    #expect(fault(texts, .buffered(capacity: 1)) == nil)
    let later = ["s1 s1 s1 s2", "r2 r0 r0 r0", "r0 s1"]
    #expect(fault(later, .buffered(capacity: 3)) == nil)
    #expect(
      fault(later, .buffered(capacity: 2))
        == "no rank can go on: rank 0 at instruction 2, SEND(activation of microbatch 2, stage 0 to 1), waits for instruction 1 of rank 1; rank 1 at instruction 0, RECV(activation of microbatch 0, stage 2 to 1), waits for instruction 1 of rank 2; rank 2 at instruction 0, RECV(activation of microbatch 0, stage 0 to 2), waits for instruction 3 of rank 0"
    )
  }

  @Test("the shortest circle is told, not the first")
  func shortest() throws {
    // 0, 1 and 2 wait in a ring; 3 and 4 wait for each other, and 0 for nobody of them.
    let ring = ["s1 r2", "s2 r0", "s0 r1", "s4 r4", "s3 r3"]
    let fault = CommunicationProof(programs(ring), mode: .rendezvous).fault()
    guard case .blocked(let waits) = fault else {
      Issue.record("expected a circle")
      return
    }
    #expect(waits.map(\.step.device.index) == [3, 4])
  }

  @Test("a message without its other end, one sent twice, one to oneself")
  func unmatched() {
    #expect(
      fault(["s1", ""], .batched)
        == "rank 0 at instruction 0, SEND(activation of microbatch 0, stage 0 to 1): has no other end")
    #expect(
      fault(["", "r0"], .batched)
        == "rank 1 at instruction 0, RECV(activation of microbatch 0, stage 0 to 1): has no other end")
    var twice = programs(["s1", "r0"])
    twice[0].instructions.append(twice[0].instructions[0])
    #expect(
      CommunicationProof(twice, mode: .rendezvous).fault()?.description
        == "rank 0 at instruction 1, SEND(activation of microbatch 0, stage 0 to 1): has no other end")
    #expect(fault(["s0 r0"], .rendezvous)?.hasSuffix("has no other end") == true)
  }

  @Test(
    "receives in another order than the sends are found in every mode",
    arguments: CommunicationBruteForceTests.modes)
  func outOfOrder(mode: CommunicationMode) {
    var swapped = programs(["s1 s1", "r0 r0"])
    swapped[1].instructions.swapAt(0, 1)
    #expect(
      CommunicationProof(swapped, mode: mode).fault()?.description
        == "rank 1 at instruction 0, RECV(activation of microbatch 1, stage 0 to 1): comes where rank 0 sends another message: rank 0 at instruction 0, SEND(activation of microbatch 0, stage 0 to 1)"
    )
  }

  @Test("programs that do not run the orders, or without the messages they need")
  func programsOfASchedule() throws {
    let schedule = Schedule(
      problem: try pair(microbatches: 1),
      orders: Orders([sequence("F0 BW0", stage: 0), sequence("F0 BW0", stage: 1)]))
    let first = Route.Visit(stage: Stage.ID(0), device: Device.ID(0))
    let second = Route.Visit(stage: Stage.ID(1), device: Device.ID(1))
    let down = Transfer(pair: 0, .activation, microbatch: Microbatch.ID(0), from: first, to: second)
    let up = Transfer(pair: 1, .gradient, microbatch: Microbatch.ID(0), from: second, to: first)
    let (f0, b0) = (operation("F0", stage: 0), operation("BW0", stage: 0))
    let (f1, b1) = (operation("F0", stage: 1), operation("BW0", stage: 1))
    func fault(
      _ zero: [RankProgram.Instruction], _ one: [RankProgram.Instruction]
    ) -> String? {
      let programs = [
        RankProgram(device: Device.ID(0), instructions: zero),
        RankProgram(device: Device.ID(1), instructions: one),
      ]
      return CommunicationProof(programs, mode: .rendezvous).fault(in: schedule)?.description
    }
    let zero: [RankProgram.Instruction] = [
      .compute(.pass(f0)), .send(down), .receive(up), .compute(.pass(b0)),
    ]
    let one: [RankProgram.Instruction] = [
      .receive(down), .compute(.pass(f1)), .compute(.pass(b1)), .send(up),
    ]
    #expect(fault(zero, one) == nil)
    #expect(
      fault([.compute(.pass(f0)), .send(down), .compute(.pass(b0)), .receive(up)], one)
        == "rank 0 at instruction 2, BW(stage 0, microbatch 0): runs before the message that it needs is received"
    )
    #expect(
      fault([.send(down), .compute(.pass(f0)), .receive(up), .compute(.pass(b0))], one)
        == "rank 0 at instruction 0, SEND(activation of microbatch 0, stage 0 to 1): sends before the operation that makes the message"
    )
    #expect(
      fault([.compute(.pass(f0)), .send(down), .receive(up)], one)
        == "rank 0: operation 1 is another than in the order of its device")
    #expect(
      fault([.compute(.pass(b0)), .send(down), .receive(up), .compute(.pass(f0))], one)
        == "rank 0: operation 0 is another than in the order of its device")
    #expect(
      CommunicationProof([], mode: .batched).fault(in: schedule)?.description
        == "expected one program for each of 2 devices, in order, found programs of none")
    let reversed: [RankProgram] = programs(["s1", "r0"]).reversed()
    #expect(
      CommunicationProof(reversed, mode: .batched).fault()?.description
        == "expected one program for each of 2 devices, in order, found programs of devices 1, 0")
  }

  @Test("an operation with several inputs needs the messages of all of them, and sends to all that need it")
  func severalInputs() throws {
    // Stages 0 and 1 enter on devices 0 and 1; stage 2 joins them on device 2.
    let stage = Stage(forward: 1, backward: .whole(2))
    var (second, joined) = (stage, stage)
    second.inputs = []
    joined.inputs = [Stage.ID(0), Stage.ID(1)]
    let problem = try Problem(
      devices: Array(repeating: Device(), count: 3), stages: [stage, second, joined],
      microbatches: [Microbatch()])
    let schedule = Schedule(problem: problem, orders: Orders((0..<3).map { sequence("F0 BW0", stage: $0) }))
    let ends = (0..<3).map { Route.Visit(stage: Stage.ID($0), device: Device.ID($0)) }
    let down = (0..<2).map {
      Transfer(pair: $0, .activation, microbatch: Microbatch.ID(0), from: ends[$0], to: ends[2])
    }
    let up = (0..<2).map {
      Transfer(pair: 2 + $0, .gradient, microbatch: Microbatch.ID(0), from: ends[2], to: ends[$0])
    }
    func compute(_ text: String, _ stage: Int) -> RankProgram.Instruction {
      .compute(.pass(operation(text, stage: stage)))
    }
    func fault(_ last: [RankProgram.Instruction]) -> String? {
      let feeding = (0..<2).map {
        [compute("F0", $0), .send(down[$0]), .receive(up[$0]), compute("BW0", $0)]
      }
      let programs = (feeding + [last]).enumerated().map {
        RankProgram(device: Device.ID($0.offset), instructions: $0.element)
      }
      return CommunicationProof(programs, mode: .rendezvous).fault(in: schedule)?.description
    }
    let (both, back) = (down.map(RankProgram.Instruction.receive), up.map(RankProgram.Instruction.send))
    let (f, b) = (compute("F0", 2), compute("BW0", 2))
    #expect(fault(both + [f, b] + back) == nil)
    #expect(fault(both.reversed() + [f, b] + back.reversed()) == nil)
    #expect(
      fault([both[0], f, both[1], b] + back)
        == "rank 2 at instruction 1, F(stage 2, microbatch 0): runs before the message that it needs is received"
    )
    #expect(
      fault(both + [f, back[0], b, back[1]])
        == "rank 2 at instruction 3, SEND(gradient of microbatch 0, stage 2 to 0): sends before the operation "
        + "that makes the message")
    #expect(
      fault(both + [f, b, back[0]])
        == "rank 1 at instruction 2, RECV(gradient of microbatch 0, stage 2 to 1): has no other end")
  }
}
