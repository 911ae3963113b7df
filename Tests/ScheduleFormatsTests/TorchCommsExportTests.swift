import PipelineModel
import RankPrograms
import ScheduleChecker
import ScheduleFamilies
import TestSupport
import Testing
import Timeline

@testable import ScheduleFormats

@Suite("The compute_comms CSV, written")
struct TorchCommsExportTests {
  private static let net = ["compute", "net"]

  private static func task(
    _ name: String, time: Double = 1, on hosts: PipelineTask.Hosts = .own, stream: Int = 0, pieces: Int = 1,
    needs: [String] = [], feeds: [String] = [], ahead: Bool = false
  ) -> PipelineTask {
    PipelineTask(
      name, per: .stage, on: hosts, time: time, stream: stream, pieces: pieces,
      needs: needs.map { PipelineTask.Reference($0) }, feeds: feeds.map { PipelineTask.Reference($0) },
      isAhead: ahead)
  }

  private static let steps = [
    task("UNSHARD", stream: 1, feeds: ["F"]), task("RESHARD", needs: ["W"]),
    task("REDUCE_GRAD", time: 3, stream: 1, needs: ["W"]),
  ]

  private static func problem(
    _ plain: Problem, _ tasks: [PipelineTask], streams: [String] = net
  ) throws -> Problem {
    try StreamedProblem(
      plain, streams: streams, phases: plain.stages.map { StagePhases(of: $0) }, tasks: tasks
    ).lowered()
  }

  /// Two stages, F = B = W = 1, one microbatch: gathered at 1, F from 1 to 2 and 2 to 3, BW from 3 to 5 and 5 to 7; behind them
  /// the stages are freed, and reduced beside that until 8 and 10.
  private static func small(_ tasks: [PipelineTask] = steps) throws -> Timeline {
    let plain = try Problem.uniform(devices: 2, microbatches: 1)
    let problem = try Self.problem(plain, tasks)
    let works = ProgramWorks(problem)
    let names = Set(tasks.map(\.name))
    func order(_ works: ProgramWork?...) -> [ProgramWork] { works.compactMap(\.self) }
    func pass(_ kind: Operation.Kind, _ stage: Int) -> ProgramWork {
      .pass(Operation(kind, stage: Stage.ID(stage), microbatch: Microbatch.ID(0)))
    }
    func step(_ name: String, _ stage: Int) -> ProgramWork? {
      names.contains(name) ? .task(name, copy: stage) : nil
    }
    let lists =
      [0, 1].map { order(pass(.forward, $0), pass(.backward, $0), step("RESHARD", $0)) }
      + [0, 1].map { order(step("UNSHARD", $0), step("REDUCE_GRAD", $0)) }
    let orders = Orders(try lists.map { try $0.map { try #require(works.operation(of: $0)) } })
    return try Timeline(Schedule(problem: problem, orders: orders))
  }

  private func text(_ timeline: Timeline, _ version: TorchVersion?) throws -> String {
    String(decoding: try TorchComms(for: version).encode(timeline), as: UTF8.self)
  }

  @Test("By hand: steps stand where they are launched, and transfers where the generic program has them")
  func byHand() throws {
    let timeline = try Self.small()
    #expect(timeline.times.ends.max() == 10)
    #expect(
      try text(timeline, TorchVersion(2, 13)) == """
        0UNSHARD,0F0,0SEND_F0,0RECV_B0,0B0,0REDUCE_GRAD,0RESHARD
        1UNSHARD,1RECV_F0,1F0,1B0,1SEND_B0,1REDUCE_GRAD,1RESHARD

        """)
    // PyTorch 2.15 waits for nothing of itself.
    #expect(
      try text(timeline, nil) == """
        0UNSHARD,0F0,0SEND_F0,0RECV_B0,0B0,0REDUCE_GRAD,0RESHARD,0WAIT_REDUCE_GRAD,0WAIT_SEND_F0
        1UNSHARD,1RECV_F0,1F0,1B0,1SEND_B0,1REDUCE_GRAD,1RESHARD,1WAIT_REDUCE_GRAD,1WAIT_SEND_B0

        """)
  }

  @Test("In the letters of older files the same steps are the same tasks")
  func formerLetters() throws {
    let timeline = try Self.small()
    let problem = timeline.schedule.problem
    let current = try text(timeline, TorchVersion(2, 13))
    let former = current.replacing("0B0", with: "0BW0").replacing("1B0", with: "1BW0")
    let read = try [current, former].map {
      try TorchComms().decode(Array($0.utf8), file: "", for: problem)
    }
    #expect(former != current && read[0] == read[1])
    #expect(Orders(of: read[1], for: problem) == timeline.schedule.orders)
  }

  @Test("Without a task for it, gradients are reduced behind the last backward pass, one stage at a time")
  func reductions() throws {
    let stage = Stage(forward: 1, backwardInput: 1, backwardWeight: 1)
    let problem = try Problem(
      devices: [Device()], stages: [stage, stage], microbatches: [Microbatch()],
      placement: .explicit([[Device.ID(0)], [Device.ID(0)]]))
    func operation(_ kind: Operation.Kind, _ stage: Int) -> Operation {
      Operation(kind, stage: Stage.ID(stage), microbatch: Microbatch.ID(0))
    }
    let orders = Orders([
      [
        operation(.forward, 0), operation(.forward, 1), operation(.backwardInput, 1),
        operation(.backward, 0), operation(.backwardWeight, 1),
      ]
    ])
    let timeline = try Timeline(Schedule(problem: problem, orders: orders))
    #expect(try text(timeline, TorchVersion(2, 14)) == "0F0,1F0,1I0,0B0,0REDUCE_GRAD,1W0,1REDUCE_GRAD\n")
    #expect(
      try text(timeline, TorchVersion(2, 15))
        == "0F0,1F0,1I0,0B0,0REDUCE_GRAD,1W0,0WAIT_REDUCE_GRAD,1REDUCE_GRAD,1WAIT_REDUCE_GRAD\n")
  }

  /// Random chains of stages with random orders, plain ones and such with steps: a task and its stream.
  @Test("What is written reads back as the same orders, whose programs cannot block")
  func roundTrip() throws {
    var random = SeededGenerator(seed: 21)
    let shape = RandomProblem(devices: 1...3, microbatches: 1...4).without(
      .replicas, .routes, .inputs, .passes, .pieces, .recompute, .modes, .offload, .overlap, .overlapByStage,
      .serialise, .messageSizes,
      because: "PyTorch runs chains of whole stages, and streams go with neither pairs nor queues"
    )
    var (written, streamed) = (0, 0)
    for turn in 0..<200 {
      var problem = try shape.problem(using: &random)
      if !turn.isMultiple(of: 4) {
        let tasks = Self.steps.map { step in
          var step = step
          step.stream = Int.random(in: 0...1, using: &random)
          step.time = Double(Int.random(in: 0...5, using: &random))
          return step
        }
        problem = try Self.problem(problem, turn.isMultiple(of: 2) ? tasks : [tasks[2]])
      }
      let orders = problem.randomOrders(using: &random)
      guard let timeline = try? Timeline(Schedule(problem: problem, orders: orders)) else { continue }
      for version in [nil, TorchVersion(2, 13)] {
        do {
          let bytes = try TorchComms(for: version).encode(timeline)
          let programs = try TorchComms().decode(bytes, file: "", for: problem)
          #expect(Orders(of: programs, for: problem) == orders)
          let fault = CommunicationProof(programs, mode: .rendezvous).fault(in: timeline.schedule)
          #expect(fault == nil, "\(fault.map(\.description) ?? "")")
          written += 1
          streamed += problem.layout == nil ? 0 : 1
        } catch let error as ExportRefusal {
          // Random orders run the last stage in any order, and may leave a device without work.
          let isKnown = ["in the order of the microbatches", "expected an operation on every device"]
            .contains { error.description.contains($0) }
          #expect(isKnown, "\(error)")
        }
      }
    }
    #expect(written > 60 && streamed > 30)
  }

  private static let refused: [(tasks: [PipelineTask], message: String)] = [
    ([task("reduce", needs: ["W"])], "found task reduce"),
    ([task("REDUCE_GRAD", on: .any, needs: ["W"])], "found task REDUCE_GRAD"),
    ([task("REDUCE_GRAD", pieces: 2, needs: ["W"])], "found task REDUCE_GRAD"),
    ([task("REDUCE_GRAD", needs: ["0W"])], "found task REDUCE_GRAD"),
    ([task("UNSHARD", feeds: ["F"], ahead: true)], "found task UNSHARD"),
    ([task("UNSHARD", feeds: ["F"])], "found UNSHARD without RESHARD"),
    ([task("RESHARD", needs: ["W"])], "found RESHARD without UNSHARD"),
    ([task("WAIT_REDUCE_GRAD", needs: ["W"])], "found task WAIT_REDUCE_GRAD"),
  ]

  @Test("Tasks that are no steps of PyTorch are refused", arguments: Self.refused.indices)
  func otherTasks(index: Int) throws {
    let (tasks, message) = Self.refused[index]
    var random = SeededGenerator(seed: 1)
    let problem = try Self.problem(try Problem.uniform(devices: 2, microbatches: 1), tasks)
    let timeline = try Timeline(
      Schedule(problem: problem, orders: problem.randomOrders(using: &random)))
    #expect {
      try TorchComms().encode(timeline)
    } throws: { error in
      "\(error)".contains("expected passes in one phase, and as tasks steps of PyTorch alone")
        && "\(error)".contains(message)
    }
  }

  @Test("Steps where PyTorch would run something else, and versions without them, are refused")
  func otherPlaces() throws {
    func refusal(_ tasks: [PipelineTask], _ version: TorchVersion? = nil) throws -> String {
      let timeline = try Self.anyOrders(tasks)
      do throws(ExportRefusal) {
        _ = try TorchComms(for: version).encode(timeline)
        return ""
      } catch {
        return error.description
      }
    }
    // Nothing says that reductions wait for gradients: they run first, beside the first F.
    #expect(
      try refusal([Self.task("REDUCE_GRAD", stream: 1)])
        .contains("expected REDUCE_GRAD behind all backward passes of its stage"))
    let early = [
      Self.task("UNSHARD", stream: 1, feeds: ["F"]), Self.task("RESHARD", stream: 1, needs: ["F"]),
    ]
    #expect(try refusal(early).contains("expected UNSHARD of stage 0 before, found RESHARD"))
    #expect(
      try refusal(Self.steps, TorchVersion(2, 12))
        .contains("expected PyTorch 2.13 or later, whose steps the file has, found 2.12"))
    #expect(try refusal(Self.steps) == "")
  }

  /// Some schedule of the small problem: a random order is one sequence after the other, steps as early as they may.
  private static func anyOrders(_ tasks: [PipelineTask]) throws -> Timeline {
    let problem = try Self.problem(try Problem.uniform(devices: 2, microbatches: 1), tasks)
    let works = ProgramWorks(problem)
    func list(_ kinds: [Operation.Kind], _ stage: Int) -> [ProgramWork] {
      kinds.map { .pass(Operation($0, stage: Stage.ID(stage), microbatch: Microbatch.ID(0))) }
    }
    func steps(_ stage: Int, on stream: Int) -> [ProgramWork] {
      let named = ["UNSHARD", "RESHARD", "REDUCE_GRAD"].filter { name in
        tasks.contains { $0.name == name && $0.stream == stream }
      }
      return named.map { .task($0, copy: stage) }
    }
    let lists =
      [0, 1].map { list([.forward, .backward], $0) + steps($0, on: 0) } + [0, 1].map { steps($0, on: 1) }
    let orders = Orders(try lists.map { try $0.map { try #require(works.operation(of: $0)) } })
    return try Timeline(Schedule(problem: problem, orders: orders))
  }
}
