import PipelineModel
import TestSupport
import Testing

@testable import ScheduleFormats

@Suite("Passes, inputs, factors, gaps, barriers and tails in problem files")
struct ProblemKeyTests {
  /// A problem with one stage, whose keys are given, on each of two devices.
  private func problem(stage: String, more: String = "") throws -> Problem {
    let text = """
      pipeloom: problem/1
      devices: 2
      microbatches: 2
      stages:
        - {forward: 1, backwardInput: 2, backwardWeight: none}
        - {forward: 1, \(stage)}
      \(more)
      """
    return try ProblemFile.decode(Array(text.utf8), file: "p.yaml")
  }

  @Test(
    "a stage tells its backward passes in one of four ways",
    arguments: [
      ("backwardInput: 2, backwardWeight: 3", Stage.Backward.split(input: 2, weight: 3), 0.5),
      ("backwardInput: 2, backwardWeight: 0", .split(input: 2, weight: 0), 0.5),
      ("backwardInput: 2, backwardWeight: none", .input(2), 0), ("backward: 20", .whole(20), 0),
      ("backward: 0", .whole(0), 0), ("backward: 20, activationForW: 1", .whole(20), 1),
    ])
  func backward(keys: String, backward: Stage.Backward, activationForW: Double) throws {
    let stage = try problem(stage: keys).stages[1]
    #expect(stage.backward == backward)
    #expect(stage.activationForW == activationForW)
  }

  @Test(
    "a stage without a backward pass may say 0 of its parts",
    arguments: [
      "backward: none", "backward: none, backwardInput: 0",
      "backward: none, backwardWeight: 0, backwardInput: none",
    ])
  func noBackward(keys: String) throws {
    let text = smallProblem.with("backwardInput: 2, backwardWeight: 3", keys)
    let stage = try ProblemFile.decode(Array(text.utf8), file: "").stages[0]
    #expect(stage.backward == .none)
    #expect(stage.activationForW == 0)
  }

  @Test("a file with every new key says what it means")
  func values() throws {
    let text = """
      pipeloom: problem/1
      devices: 3
      microbatches:
        - {scale: {F: 2, W: [1, 2, 3]}, memory: [1, 1, 2]}
        - {scale: [1, 2, 3], memory: 0.5}
        - {}
      stages:
        - {inputs: [], forward: 1, backward: none, firstForward: 4}
        - {inputs: [], forward: 1, backward: 2, checkpoint: 0.25, lastBackward: 3}
        - {inputs: [0, 1], forward: 1, backwardInput: 2, backwardWeight: 1}
      overlap: {forwardBackward: [0.9, 1, 1.1]}
      gap: {FF: 1, BF: 2}
      barrier: [[0, 2]]
      tail: 5
      """
    let problem = try ProblemFile.decode(Array(text.utf8), file: "")
    #expect(
      problem.microbatches == [
        Microbatch(
          scale: .init(forward: 2, backwardInput: 1, backwardWeight: .each([1, 2, 3])),
          memory: .each([1, 1, 2])),
        Microbatch(scale: .init(.each([1, 2, 3])), memory: 0.5), Microbatch(),
      ])
    #expect(problem.stages.map(\.inputs) == [[], [], [Stage.ID(0), Stage.ID(1)]])
    #expect(problem.stages.map(\.checkpoint) == [nil, 0.25, nil])
    #expect(problem.stages.map(\.firstForward) == [4, nil, nil])
    #expect(problem.stages.map(\.lastBackward) == [nil, 3, nil])
    #expect(problem.overlap == Overlap(forwardBackward: .each([0.9, 1, 1.1])))
    #expect(
      problem.gap
        == Gap(forwardForward: 1, forwardBackward: 0, backwardForward: 2, backwardBackward: 0))
    #expect(problem.barrier == .groups([[Device.ID(0), Device.ID(2)]]))
    #expect(problem.tail == 5)
    #expect(try ProblemFile.decode(ProblemFile.encode(problem), file: "") == problem)
  }

  @Test("keys are written only where they say something")
  func written() throws {
    let plain = String(decoding: ProblemFile.encode(try .uniform(devices: 2, microbatches: 3)), as: UTF8.self)
    let keys = ["gap", "barrier", "tail", "inputs", "checkpoint", "firstForward", "lastBackward", "memory"]
    for key in keys { #expect(!plain.contains("\"\(key)\""), "\(key)") }
    let problem = try problem(stage: "backward: 20, lastBackward: 25", more: "gap: {FB: 2}\nbarrier: all")
    let text = String(decoding: ProblemFile.encode(problem), as: UTF8.self)
    #expect(
      text.contains(
        #"{"forward": 1, "backwardInput": 2, "backwardWeight": "none", "activationForB": 1, "static": 0}"#))
    #expect(
      text.contains(#"{"forward": 1, "backward": 20, "lastBackward": 25, "activationForB": 1, "static": 0}"#))
    #expect(text.contains("\n  \"gap\": {\"FB\": 2},\n  \"barrier\": \"all\",\n"))
  }

  @Test(
    "mistakes in stages get one clear error",
    arguments: [
      (
        "forward: 1.5",
        "p.yaml:8: stages[1]: expected the keys \"backwardInput\" and \"backwardWeight\", or "
          + "\"backward\" for a whole backward pass or none, found neither"
      ),
      (
        "forward: 1.5, backwardInput: 1",
        "p.yaml:8: stages[1]: expected the key \"backwardWeight\", found none"
      ),
      (
        "forward: 1.5, backwardWeight: none",
        "p.yaml:8: stages[1]: expected the key \"backwardInput\", found none"
      ),
      (
        "forward: 1.5, backwardInput: none, backwardWeight: 1",
        "p.yaml:8: stages[1].backwardInput: expected a number, found \"none\""
      ),
      (
        "forward: 1.5, backwardInput: 1, backwardWeight: no W",
        "p.yaml:8: stages[1].backwardWeight: expected a number, or none for a stage without W, found \"no W\""
      ),
      (
        "forward: 1.5, backward: fused",
        "p.yaml:8: stages[1].backward: expected a number, or none for a stage without a backward pass, "
          + "found \"fused\""
      ),
      (
        "forward: 1.5, backward: 20, backwardWeight: 8",
        "p.yaml:8: stages[1].backwardWeight: expected none beside the key \"backward\", found 8"
      ),
      (
        "forward: 1.5, backward: 20, backwardInput: 0",
        "p.yaml:8: stages[1].backwardInput: expected none beside the key \"backward\", found 0"
      ),
      (
        "forward: 1.5, backward: none, backwardInput: 3",
        "p.yaml:8: stages[1].backwardInput: expected none beside the key \"backward\", found 3"
      ),
      (
        "forward: 1.5, backward: -20",
        "p.yaml:8: stages[1].backward: expected a number from 0 to 1e15, found -20"
      ),
      (
        "forward: 1.5, backward: none",
        "p.yaml:7: stages[0]: expected no backward pass, or one on a stage that it feeds, as its gradient comes from "
          + "there, found none on 1"
      ),
      (
        "forward: 1.5, backward: 2, inputs: 0",
        "p.yaml:8: stages[1].inputs: expected a list of stages, found 0"
      ),
      (
        "forward: 1.5, backward: 2, inputs: [a]",
        "p.yaml:8: stages[1].inputs[0]: expected a stage, found \"a\""
      ),
      (
        "forward: 1.5, backward: 2, inputs: [1]",
        "p.yaml:8: stages[1].inputs: expected stages before this one, 0 to 0, found 1"
      ),
      (
        "forward: 1.5, backward: 2, inputs: [0], repeat: 2",
        "p.yaml:8: stages[1].repeat: expected one entry per stage where stages have inputs, found one for several"
      ),
      (
        "forward: 1.5, backward: 2, checkpoint: 2",
        "p.yaml:8: stages[1].checkpoint: expected at most activationForB, which is 1, found 2"
      ),
      (
        "forward: 1.5, backward: 2, lastBackward: -1",
        "p.yaml:8: stages[1].lastBackward: expected a number from 0 to 1e15, found -1"
      ),
    ])
  func stageMistakes(keys: String, message: String) {
    let keysOfSecond =
      "forward: 1.5, backwardInput: 2.5, backwardWeight: 3.5, activationForB: 2, activationForW: 1, static: 0.25"
    #expect(problemRefusal(smallProblem.with(keysOfSecond, keys)) == message)
  }

  @Test(
    "mistakes in other keys get one clear error",
    arguments: [
      (
        "microbatches: [{scale: two}]",
        "microbatches[0].scale: expected a number, a list with one per stage, or a mapping with F, B and W, found \"two\""
      ),
      ("microbatches: [{scale: [1]}]", "microbatches[0].scale: expected 2 entries, one per stage, found 1"),
      (
        "microbatches: [{scale: {F: [1, 2, 3]}}]",
        "microbatches[0].scale.F: expected 2 entries, one per stage, found 3"
      ),
      (
        "microbatches: [{}, {scale: {B: [1, 0]}}]",
        "microbatches[1].scale.B[1]: expected a number above 0 and up to 1e15, found 0"
      ),
      (
        "microbatches: [{scale: {F: 0, B: 0, W: 0}}]",
        "microbatches[0].scale.F: expected a number above 0 and up to 1e15, found 0"
      ),
      (
        "microbatches: [{scale: {BW: 1}}]",
        "microbatches[0].scale.BW: expected one of the keys F, B, W, found \"BW\"; did you mean \"B\"?"
      ),
      (
        "microbatches: [{memory: {F: 1}}]",
        "microbatches[0].memory: expected a number or a list with one per stage, found a mapping"
      ),
      (
        "microbatches: [{memory: [1, 0]}]",
        "microbatches[0].memory[1]: expected a number above 0 and up to 1e15, found 0"
      ),
      ("gap: wide", "gap: expected a number or a mapping with FF, FB, BF and BB, found \"wide\""),
      ("gap: -1", "gap: expected a number from 0 to 1e15, found -1"),
      ("gap: {FF: 1, FB: -1}", "gap.FB: expected a number from 0 to 1e15, found -1"),
      ("barrier: some", "barrier: expected none, all or a list of groups of devices, found \"some\""),
      ("barrier: [0, 1]", "barrier[0]: expected a list of devices, found 0"),
      ("barrier: [[0], [1, 2]]", "barrier[1]: expected a device from 0 to 1, found 2"),
      ("barrier: [[0], [0, 1]]", "barrier[1]: expected different devices, found device 0 twice"),
      ("barrier: [[]]", "barrier[0]: expected at least one device, found none"),
      ("tail: none", "tail: expected a number, found \"none\""),
      ("tail: -1", "tail: expected a number from 0 to 1e15, found -1"),
      (
        "overlap: {forwardBackward: [1]}",
        "overlap.forwardBackward: expected 2 entries, one per stage, found 1"
      ),
      (
        "overlap: {forwardBackward: [1, 0]}",
        "overlap.forwardBackward[1]: expected a number above 0 and up to 1e15, found 0"
      ),
    ])
  func otherMistakes(line: String, message: String) {
    let text = smallProblem.with(
      "microbatches: 3", line.hasPrefix("microbatches") ? line : "microbatches: 3\n\(line)")
    let number = line.hasPrefix("microbatches") ? 4 : 5
    #expect(problemRefusal(text) == "p.yaml:\(number): \(message)")
  }

  @Test("lists count the stages behind `repeat` one by one, and so do inputs")
  func repeated() throws {
    let text = """
      pipeloom: problem/1
      devices: 3
      microbatches: [{scale: [1, 2, 3]}]
      stages:
        - {repeat: 2, forward: 1, backward: 2}
        - {inputs: [1], forward: 1, backward: 2}
      """
    let problem = try ProblemFile.decode(Array(text.utf8), file: "p.yaml")
    #expect(problem.microbatches[0].scale.forward[Stage.ID(2)] == 3)
    #expect(problem.isChain)
    #expect(
      problemRefusal(text.with("inputs: [1]", "inputs: [2]"))
        == "p.yaml:6: stages[1].inputs: expected stages before this one, 0 to 1, found 2")
  }
}
