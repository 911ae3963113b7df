import PipelineModel
import RankPrograms
import ScheduleChecker
import TestSupport
import Testing
import Timeline

@Suite("Programs with streams and tasks")
struct StreamProgramTests {
  private static let modes: [CommunicationMode] = [
    .rendezvous, .buffered(capacity: 1), .buffered(capacity: nil), .batched,
  ]

  /// Two stages on two devices, F = B = W = 1 without latency. The encoder on device 1 runs to 2; device 0 runs F to 3 and BW
  /// to 8, device 1 F to 4 and BW to 6; gradients are reduced on the second stream from 6 to 9 on device 1, and from 8 to 11
  /// on device 0.
  private func small(ahead: Bool = false) throws -> Timeline {
    let stage = Stage(forward: 1, backwardInput: 1, backwardWeight: 1)
    let plain = try Problem(
      devices: [Device(), Device()], stages: [stage, stage], microbatches: [Microbatch()])
    let problem = try StreamedProblem(
      plain, streams: ["compute", "net"],
      phases: [stage, stage].map { StagePhases(of: $0) },
      tasks: [
        PipelineTask(
          "encode", per: .microbatch, on: .listed([Device.ID(1)]), time: 2,
          feeds: [PipelineTask.Reference("0F")], isAhead: ahead),
        PipelineTask(
          "reduce", per: .stage, on: .own, time: 3, stream: 1, needs: [PipelineTask.Reference("W")]),
      ]
    ).lowered()
    let works = ProgramWorks(problem)
    func pass(_ kind: Operation.Kind, _ stage: Int) -> ProgramWork {
      .pass(Operation(kind, stage: Stage.ID(stage), microbatch: Microbatch.ID(0)))
    }
    let lists: [[ProgramWork]] = [
      [pass(.forward, 0), pass(.backward, 0)],
      [.task("encode", copy: 0), pass(.forward, 1), pass(.backward, 1)],
      [.task("reduce", copy: 0)], [.task("reduce", copy: 1)],
    ]
    let orders = Orders(try lists.map { try $0.map { try #require(works.operation(of: $0)) } })
    return try Timeline(Schedule(problem: problem, orders: orders))
  }

  private func texts(_ programs: [RankProgram]) -> [[String]] {
    programs.map { $0.instructions.map(\.description) }
  }

  @Test("By hand: tasks send and receive, and streams wait for each other")
  func byHand() throws {
    let timeline = try small()
    #expect(timeline.times.ends == [3, 8, 2, 4, 6, 11, 9])
    let programs = try timeline.rankPrograms()
    let (forward, whole) = ("F(stage 0, microbatch 0)", "BW(stage 0, microbatch 0)")
    let encoded = "result of TASK(encode, copy 0) for \(forward)"
    #expect(
      texts(programs) == [
        [
          "RECV(\(encoded))", forward, "SEND(activation of microbatch 0, stage 0 to 1)",
          "RECV(gradient of microbatch 0, stage 1 to 0)", whole, "WAIT(\(whole))", "TASK(reduce, copy 0)",
        ],
        [
          "TASK(encode, copy 0)", "SEND(\(encoded))", "RECV(activation of microbatch 0, stage 0 to 1)",
          "F(stage 1, microbatch 0)", "BW(stage 1, microbatch 0)",
          "SEND(gradient of microbatch 0, stage 1 to 0)", "WAIT(BW(stage 1, microbatch 0))",
          "TASK(reduce, copy 1)",
        ],
      ])
    guard case .compute(_, let stream) = programs[0].instructions[6] else {
      Issue.record("expected a task")
      return
    }
    #expect(stream == "net")
    for mode in Self.modes {
      #expect(CommunicationProof(programs, mode: mode).fault(in: timeline.schedule) == nil)
    }
  }

  @Test("By hand: what works ahead is sent and received in its own iteration")
  func ahead() throws {
    let timeline = try small(ahead: true)
    let encoded =
      "(result of TASK(encode, copy 0) for F(stage 0, microbatch 0) of the next iteration)"
    for receives in ReceivePlacement.allCases {
      let programs = try timeline.rankPrograms(receives: receives)
      // F on device 0 ends at 1 and its activation is sent before the encoder ends at 2, and that before the gradient.
      #expect(texts(programs)[0].firstIndex(of: "RECV\(encoded)") == 2, "\(texts(programs)[0])")
      let sent = try #require(texts(programs)[1].firstIndex(of: "SEND\(encoded)"))
      #expect(texts(programs)[1][sent - 1] == "TASK(encode, copy 0)")
      // Late, each device would have the other receive first.
      for mode in receives == .early ? Self.modes : [.buffered(capacity: 1)] {
        #expect(CommunicationProof(programs, mode: mode).fault(in: timeline.schedule) == nil)
      }
    }
    var without = try timeline.rankPrograms()
    without[0].instructions.remove(at: 2)
    without[1].instructions.remove(at: 2)
    #expect(
      CommunicationProof(without, mode: .rendezvous).fault(in: timeline.schedule)?.description
        == "rank 0: receives no result of TASK(encode, copy 0) for F(stage 0, microbatch 0) of the next iteration"
    )
  }

  private static func random(_ seed: Int, count: Int = 150) throws -> [Timeline] {
    var problems = RandomStreams(devices: 1...3, microbatches: 1...4, seed: seed)
      .without(.serialise, because: "programs have no order of messages beside that of what sends them")
    var random = SeededGenerator(seed: seed)
    return try (0..<count).compactMap { _ in
      let problem = try problems.next().lowered()
      return try? Timeline(Schedule(problem: problem, orders: problem.randomOrders(using: &random)))
    }
  }

  @Test("Early receives never block, on random streams and tasks")
  func neverBlocks() throws {
    for timeline in try Self.random(5) {
      let programs = try timeline.rankPrograms()
      for mode in Self.modes {
        let fault = CommunicationProof(programs, mode: mode).fault(in: timeline.schedule)
        #expect(fault == nil, "\(fault.map(\.description) ?? "") \(timeline.schedule.problem)")
      }
      let late = CommunicationProof(
        try timeline.rankPrograms(receives: .late), mode: .buffered(capacity: nil))
      switch late.fault(in: timeline.schedule) {
      case nil, .outOfOrder, .blocked: break
      case let fault?: Issue.record("\(fault)")
      }
      #expect(Orders(of: programs, for: timeline.schedule.problem) == timeline.schedule.orders)
    }
  }

  @Test("A wait too few is a fault")
  func damaged() throws {
    var waits = 0
    for timeline in try Self.random(6, count: 200) {
      let programs = try timeline.rankPrograms()
      for (rank, program) in programs.enumerated() {
        for (position, instruction) in program.instructions.enumerated() {
          guard case .hold(let wait) = instruction else { continue }
          var damaged = programs
          damaged[rank].instructions.remove(at: position)
          switch CommunicationProof(damaged, mode: .batched).fault(in: timeline.schedule) {
          case .unawaited(_, let missing): #expect(missing.stream == wait.stream)
          case let other: Issue.record("\(other.map(\.description) ?? "no fault") without \(wait)")
          }
          waits += 1
        }
      }
    }
    #expect(waits > 200)
  }

  @Test("Whoever runs streams, waits and messages as they stand takes the times of the schedule")
  func executed() throws {
    var compared = 0
    for timeline in try Self.random(7, count: 300) where timeline.schedule.problem.gap == .none {
      let programs = try timeline.rankPrograms()
      let (found, expected) = (StreamExecutor(programs, costs: timeline).starts, timeline.times.starts)
      // Sums of decimals.
      #expect(zip(found, expected).allSatisfy { ($0 - $1).magnitude < 1e-9 }, "\(found), \(expected)")
      compared += 1
    }
    #expect(compared > 60)
  }
}
