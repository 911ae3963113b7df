import PipelineModel
import RankPrograms
import ScheduleFamilies
import TestSupport
import Testing
import Timeline

@testable import ScheduleFormats

@Suite("The generic program, read back")
struct GenericProgramTests {
  private let format = GenericProgram()

  private func programs(_ timeline: Timeline) throws -> [RankProgram] {
    try format.decode(format.encode(timeline), file: "p.json", for: timeline.schedule.problem)
  }

  @Test("What was written reads back, step by step", arguments: Families.all.map(\.name))
  func roundTrip(family: String) throws {
    let family = try Families.named(family)
    let problem = try family.layout.arranging(Problem.uniform(devices: 4, microbatches: 8), parts: 2)
    let timeline = try Timeline(Schedule(problem: problem, orders: family.orders(for: problem)))
    let read = try programs(timeline)
    #expect(try read == timeline.rankPrograms())
    #expect(Orders(of: read, for: problem) == timeline.schedule.orders)
  }

  @Test("Copies and recompute read back")
  func modes() throws {
    let stage = Stage(
      forward: 1, backward: .split(input: 1, weight: 1), activationForB: 4, activationForW: 1, checkpoint: 2,
      recompute: 1, offload: 2)
    let problem = try Problem(
      devices: Array(repeating: Device(host: HostLink(bandwidth: 1)), count: 2),
      stages: Array(repeating: stage, count: 2), microbatches: Array(repeating: Microbatch(), count: 2))
    func order(_ stage: Int) -> [Operation] {
      [0, 1].map { Operation(.forward, stage: Stage.ID(stage), microbatch: Microbatch.ID($0)) }
        + [0, 1].flatMap { microbatch in
          [Operation.Kind.reload, .recompute, .backward].map {
            Operation($0, stage: Stage.ID(stage), microbatch: Microbatch.ID(microbatch))
          }
        }
    }
    let timeline = try Timeline(Schedule(problem: problem, orders: Orders([order(0), order(1)])))
    #expect(try programs(timeline) == timeline.rankPrograms())
  }

  @Test("Streams, phases and tasks read back")
  func streams() throws {
    var problems = RandomStreams(devices: 1...3, microbatches: 1...3, seed: 9)
      .without(.serialise, because: "programs have no order of messages beside that of what sends them")
    var random = SeededGenerator(seed: 9)
    var ahead = 0
    for _ in 0..<60 {
      let problem = try problems.next().lowered()
      let orders = problem.randomOrders(using: &random)
      guard let timeline = try? Timeline(Schedule(problem: problem, orders: orders)) else { continue }
      let read = try programs(timeline)
      #expect(try read == timeline.rankPrograms())
      #expect(Orders(of: read, for: problem) == orders)
      ahead += read.joined().count { if case .hold(let wait) = $0 { wait.isAhead } else { false } }
    }
    #expect(ahead > 0)
  }

  /// A problem with unit costs, all that a program says of it.
  private func implied(_ problem: Problem, _ orders: Orders) throws -> Problem {
    let timeline = try Timeline(Schedule(problem: problem, orders: orders))
    return try format.impliedProblem(of: format.encode(timeline), file: "")
  }

  @Test("Without a problem, stages, placements and routes are those of the file")
  func chains() throws {
    for (name, parts) in [("1f1b", 1), ("zb-v", 2), ("interleaved", 2), ("zb-h1", 1)] {
      let family = try Families.named(name)
      let problem = try family.layout.arranging(Problem.uniform(devices: 4, microbatches: 8), parts: parts)
      let found = try implied(problem, family.orders(for: problem))
      #expect(found.hosts == problem.hosts && found.placement == problem.placement, "\(name)")
      #expect(found.routes == problem.routes && found.isChain, "\(name)")
    }
  }

  @Test("Two encoders that feed one stage, and a stage that feeds two, are inputs of stages")
  func graph() throws {
    let plain = Stage(forward: 1, backwardInput: 1, backwardWeight: 1)
    func stage(_ inputs: [Int]) -> Stage {
      var stage = plain
      stage.inputs = inputs.map { Stage.ID($0) }
      return stage
    }
    let problem = try Problem(
      devices: Array(repeating: Device(), count: 4),
      stages: [stage([]), stage([]), stage([0, 1]), stage([0, 2])],
      microbatches: Array(repeating: Microbatch(), count: 2))
    let orders = Orders(
      (0..<4).map { device in
        [0, 1].flatMap { microbatch in
          [Operation.Kind.forward, .backward].map {
            Operation($0, stage: Stage.ID(device), microbatch: Microbatch.ID(microbatch))
          }
        }
      })
    let found = try implied(problem, orders)
    #expect(found.stages.map(\.inputs) == problem.stages.map(\.inputs))
    #expect(found.routes == problem.routes)
  }

  private static let small = """
    {"pipeloom": "program/1", "ranks": 2, "stages": [{"ranks": [0]}, {"ranks": [1]}], "microbatches": 1,
     "programs": [
      {"rank": 1, "instructions": [
        {"op": "RECV", "payload": "activation", "stage": 1, "microbatch": 0, "peer": 0, "peerStage": 0, "pair": 0},
        {"op": "F", "stage": 1, "microbatch": 0}, {"microbatch": 0, "op": "BW", "stage": 1},
        {"op": "SEND", "payload": "loss", "stage": 1, "microbatch": 0, "peer": 0, "peerStage": 0, "pair": 2},
        {"op": "SEND", "payload": "gradient", "stage": 1, "microbatch": 0, "peer": 0, "peerStage": 0, "pair": 1}]},
      {"rank": 0, "instructions": [
        {"op": "F", "stage": 0, "microbatch": 0},
        {"op": "SEND", "payload": "activation", "stage": 0, "microbatch": 0, "peer": 1, "peerStage": 1, "pair": 0},
        {"op": "RECV", "payload": "loss", "stage": 0, "microbatch": 0, "peer": 1, "peerStage": 1, "pair": 2},
        {"op": "RECV", "payload": "gradient", "stage": 0, "microbatch": 0, "peer": 1, "peerStage": 1, "pair": 1},
        {"op": "BW", "stage": 0, "microbatch": 0}, {"op": "REDUCE_GRAD", "stage": 0}]}]}
    """

  private func refusal(_ text: String) -> String? {
    do throws(FormatError) {
      let bytes = Array(text.utf8)
      _ = try format.decode(bytes, file: "p.json", for: try format.impliedProblem(of: bytes, file: "p.json"))
      return nil
    } catch {
      return error.description
    }
  }

  @Test("Ranks and keys may come in any order, and messages may carry anything")
  func foreign() throws {
    let bytes = Array(Self.small.utf8)
    let problem = try format.impliedProblem(of: bytes, file: "")
    let programs = try format.decode(bytes, file: "", for: problem)
    #expect(programs.map(\.device.index) == [0, 1])
    #expect(programs[0].instructions[2].description == "RECV(loss of microbatch 0, stage 1 to 0)")
    #expect(programs[0].instructions.last == .local(LocalStep(.reduceGradients, stage: Stage.ID(0))))
  }

  private static let broken: [(part: String, replacement: String, message: String)] = [
    ("program/1", "problem/1", "expected a program (program/1), found a problem (problem/1)"),
    ("\"ranks\": 2", "\"ranks\": 3", "programs: expected 3 programs, one per rank, found 2"),
    ("\"rank\": 1", "\"rank\": 0", "programs: expected one program for each of 2 ranks, found two of rank 0"),
    ("\"microbatches\": 1", "\"microbatches\": 0", "microbatches: "),
    ("\"RECV\", \"payload\": \"loss\"", "\"RECEIVE\", \"payload\": \"loss\"", "found \"RECEIVE\""),
    (", \"pair\": 2", "", "expected the key \"pair\", found none"),
    (
      "\"REDUCE_GRAD\", \"stage\": 0", "\"REDUCE_GRAD\", \"stage\": 0, \"pair\": 0",
      "expected one of the keys op, stage, found \"pair\""
    ),
    ("{\"op\": \"F\", \"stage\": 1", "{\"op\": \"F\", \"stage\": -1", "expected a number from 0, found -1"),
    (
      "{\"op\": \"F\", \"stage\": 0, \"microbatch\": 0},",
      "{\"op\": \"R\", \"stage\": 0, \"microbatch\": 0},",
      "expected a problem beside programs that recompute or offload"
    ),
    ("[{\"ranks\": [0]}, ", "[{\"ranks\": [4]}, ", "stages[0].ranks: expected ranks from 0 to 1, found [4]"),
  ]

  @Test("Bad files get one clear error", arguments: Self.broken.indices)
  func badFile(index: Int) {
    let (part, replacement, message) = Self.broken[index]
    let found = refusal(Self.small.replacing(part, with: replacement, maxReplacements: 1))
    #expect(found?.hasPrefix("p.json") == true && found?.contains(message) == true, "\(found ?? "none")")
  }

  // MARK: Streams and tasks

  private static let streamed = """
    {"pipeloom": "program/1", "ranks": 1, "stages": [{"ranks": [0]}], "microbatches": 1,
     "streams": ["compute", "net"], "programs": [{"rank": 0, "instructions": [
        {"op": "F", "stage": 0, "microbatch": 0, "phase": 0},
        {"op": "WAIT", "for": "F", "stage": 0, "microbatch": 0, "phase": 0, "stream": "net"},
        {"op": "F", "stage": 0, "microbatch": 0, "phase": 1, "stream": "net"},
        {"op": "WAIT", "for": "F", "stage": 0, "microbatch": 0, "phase": 1},
        {"op": "BW", "stage": 0, "microbatch": 0},
        {"op": "WAIT", "for": "BW", "stage": 0, "microbatch": 0, "stream": "net"},
        {"op": "TASK", "task": "reduce", "copy": 0, "stream": "net"}]}]}
    """

  /// One stage whose `F` ends on another stream, where its gradients are reduced.
  private static func streamedProblem() throws -> Problem {
    let stage = Stage(forward: 2, backwardInput: 1, backwardWeight: 1)
    let plain = try Problem(devices: [Device()], stages: [stage], microbatches: [Microbatch()])
    var phases = StagePhases(of: stage)
    phases.forward = [Phase(1), Phase(1, stream: 1)]
    return try StreamedProblem(
      plain, streams: ["compute", "net"], phases: [phases],
      tasks: [
        PipelineTask(
          "reduce", per: .stage, on: .own, time: 1, stream: 1, needs: [PipelineTask.Reference("W")])
      ]
    ).lowered()
  }

  private static let brokenStreams: [(part: String, replacement: String, message: String)] = [
    (
      "\"streams\": [\"compute\", \"net\"], ", "",
      "streams: expected the streams that the problem has (compute, net), found compute"
    ),
    (
      "\"phase\": 1, \"stream\": \"net\"", "\"phase\": 1",
      "expected work that the problem has, on its stream, found F(stage 0, microbatch 0, phase 1) at instruction 2 of rank 0"
    ),
    ("\"phase\": 0}", "\"phase\": 7}", "found F(stage 0, microbatch 0, phase 7) at instruction 0 of rank 0"),
    ("\"copy\": 0", "\"copy\": 1", "found TASK(reduce, copy 1) at instruction 6 of rank 0"),
    ("\"task\": \"reduce\"", "\"task\": \"gather\"", "found TASK(gather, copy 0) at instruction 6"),
    ("\"task\": \"reduce\", ", "", "expected the key \"task\", found none"),
    (
      "\"for\": \"BW\", \"stage\": 0, \"microbatch\": 0, \"stream\": \"net\"",
      "\"for\": \"BW\", \"stage\": 0, \"microbatch\": 0, \"stream\": \"nets\"",
      "found WAIT(BW(stage 0, microbatch 0)) at instruction 5"
    ),
    ("\"for\": \"BW\"", "\"for\": \"SEND\"", "expected what is waited for, one of "),
    ("\"op\": \"BW\", ", "\"op\": \"BW\", \"ahead\": true, ", "found \"ahead\""),
  ]

  @Test("Bad streams and tasks get one clear error", arguments: Self.brokenStreams.indices)
  func badStreams(index: Int) throws {
    let problem = try Self.streamedProblem()
    func refusal(_ text: String) -> String? {
      do throws(FormatError) {
        _ = try format.decode(Array(text.utf8), file: "p.json", for: problem)
        return nil
      } catch {
        return error.description
      }
    }
    #expect(refusal(Self.streamed) == nil)
    let (part, replacement, message) = Self.brokenStreams[index]
    let found = refusal(Self.streamed.replacing(part, with: replacement, maxReplacements: 1))
    #expect(found?.hasPrefix("p.json") == true && found?.contains(message) == true, "\(found ?? "none")")
  }

  @Test("Streams and tasks need a problem, and a message between them a payload of its own")
  func otherStreams() throws {
    do throws(FormatError) {
      _ = try format.impliedProblem(of: Array(Self.streamed.utf8), file: "")
      Issue.record("expected a refusal")
    } catch {
      #expect(
        error.description.contains(
          "or have streams or tasks, found F(stage 0, microbatch 0, phase 0) and none"))
    }
    let work = #"{"op": "TASK", "task": "reduce", "copy": 0}"#
    func sending(_ payload: String, _ from: String) -> String {
      Self.streamed.replacing(
        "{\"op\": \"BW\"",
        with:
          #"{"op": "SEND", "payload": "\#(payload)", "from": \#(from), "to": \#(work), "peer": 0, "pair": 0}, {"op": "BW""#
      )
    }
    func message(_ text: String) throws -> String {
      let problem = try Self.streamedProblem()
      do throws(FormatError) {
        _ = try format.decode(Array(text.utf8), file: "p.json", for: problem)
        return ""
      } catch {
        return error.description
      }
    }
    #expect(try message(sending("result", work)) == "")
    #expect(try message(sending("grad", work)).contains("expected the payload \"result\""))
    #expect(
      try message(sending("result", work.replacing("}", with: ", \"stream\": \"net\"}")))
        .contains("expected a pass or a task, without its stream, found TASK(reduce, copy 0)"))
    let nested = (0..<600).reduce(work) { text, _ in
      #"{"op": "SEND", "payload": "result", "from": \#(text), "to": \#(work), "peer": 0, "pair": 0}"#
    }
    #expect(try message(sending("result", nested)).contains("nest"))
  }
}

extension [RankProgram] {
  fileprivate func joined() -> [RankProgram.Instruction] { flatMap(\.instructions) }
}
