import PipelineModel
import Testing

@testable import ScheduleFormats

@Suite("Bad problems get one clear error")
struct ProblemRefusalTests {
  @Test(
    "routes, overlap and pieces",
    arguments: [
      ("routes: 1", "routes: expected a list of routes, found 1"),
      ("routes: []", "routes: expected each microbatch on one route, found none for microbatch 0"),
      ("routes: [{}, {}]", "routes[1]: expected the key \"microbatches\", found none"),
      (
        "routes: [{to: 1}]",
        "routes[0].to: expected one of the keys microbatches, stages, devices, found \"to\""
      ),
      (
        "routes: [{microbatches: [0, 1, 3]}]",
        "routes[0].microbatches[2]: expected a microbatch from 0 to 2, found 3"
      ),
      (
        "routes: [{microbatches: [0, 1]}, {microbatches: [2, 1]}]",
        "routes[1].microbatches[1]: expected each microbatch on one route, found microbatch 1 twice"
      ),
      (
        "routes: [{microbatches: [0, 2]}]",
        "routes: expected each microbatch on one route, found none for microbatch 1"
      ),
      ("routes: [{stages: [0, 2]}]", "routes[0].stages[1]: expected a stage from 0 to 1, found 2"),
      ("routes: [{stages: []}]", "routes[0]: expected at least one visit, found none"),
      ("routes: [{stages: [1, 1]}]", "routes[0]: expected different stages, found stage 1 twice"),
      ("routes: [{devices: [0]}]", "routes[0].devices: expected 2 entries, one per stage visited, found 1"),
      ("routes: [{devices: [1, 0]}]", "routes[0]: expected a device that hosts stage 0, found 1"),
      ("overlap: 0.8", "overlap: expected a mapping with forwardBackward, found 0.8"),
      ("overlap: {}", "overlap: expected the key \"forwardBackward\", found none"),
      (
        "overlap: {forwardBackward: 0}",
        "overlap.forwardBackward: expected a number above 0 and up to 1e15, found 0"
      ),
      ("pieces: 0", "pieces: expected a count from 1 to 65536, found 0"),
      ("pieces: 2", "pieces: expected a divisor of the 3 microbatches, each of which is one piece, found 2"),
    ])
  func routes(line: String, message: String) {
    let text = smallProblem.with("placement: sequential", "placement: sequential\n\(line)")
    #expect(problemRefusal(text) == "p.yaml:6: " + message)
  }

  @Test(
    "values of the wrong kind",
    arguments: [
      ("devices: 2", "devices: two", "p.yaml:2: devices: expected a count from 1 to 65536, found \"two\""),
      (
        "devices: 2", "devices: 1000000", "p.yaml:2: devices: expected a count from 1 to 65536, found 1000000"
      ),
      ("devices: 2", "devices: -2", "p.yaml:2: devices: expected a count from 1 to 65536, found -2"),
      ("devices: 2", "devices: 2.5", "p.yaml:2: devices: expected a count from 1 to 65536, found 2.5"),
      ("devices: 2", "devices: 1e300", "p.yaml:2: devices: expected a count from 1 to 65536, found 1e300"),
      ("devices: 2", "devices: \"2\"", "p.yaml:2: devices: expected a count from 1 to 65536, found \"2\""),
      ("devices: 2", "devices: true", "p.yaml:2: devices: expected a count from 1 to 65536, found true"),
      ("devices: 2", "devices:", "p.yaml:2: devices: expected a count from 1 to 65536, found nothing"),
      ("forward: 1,", "forward: yes,", "p.yaml:7: stages[0].forward: expected a number, found \"yes\""),
      ("forward: 1,", "forward: true,", "p.yaml:7: stages[0].forward: expected a number, found true"),
      ("forward: 1,", "forward: '1',", "p.yaml:7: stages[0].forward: expected a number, found \"1\""),
      ("forward: 1,", "forward: 0x10,", "p.yaml:7: stages[0].forward: expected a number, found \"0x10\""),
      ("forward: 1,", "forward: 010,", "p.yaml:7: stages[0].forward: expected a number, found \"010\""),
      ("forward: 1,", "forward: [],", "p.yaml:7: stages[0].forward: expected a number, found a list"),
      ("forward: 1,", "forward: .nan,", "p.yaml:7: stages[0].forward: expected a finite number, found .nan"),
      (
        "forward: 1,", "forward: -.inf,", "p.yaml:7: stages[0].forward: expected a finite number, found -.inf"
      ),
      (
        "forward: 1,", "forward: 1e400,", "p.yaml:7: stages[0].forward: expected a finite number, found 1e400"
      ),
      (
        "memoryLimit: 4", "memoryLimit: none",
        "p.yaml:3: memoryLimit: expected a number or a list with one per device, found \"none\""
      ),
      (
        "memoryLimit: 4", "memoryLimit: [4]",
        "p.yaml:3: memoryLimit: expected 2 entries, one per device, found 1"
      ),
      (
        "memoryLimit: 4", "memoryLimit: [4, all]",
        "p.yaml:3: memoryLimit[1]: expected a number, or null for no limit, found \"all\""
      ),
      (
        "microbatches: 3", "microbatches: 0",
        "p.yaml:4: microbatches: expected a count from 1 to 65536, found 0"
      ),
      (
        "microbatches: 3", "microbatches: []",
        "p.yaml:4: microbatches: expected a count from 1 to 65536, found 0"
      ),
      (
        "microbatches: 3", "microbatches: [2]",
        "p.yaml:4: microbatches[0]: expected a mapping with scale, memory, name, job and origin, found 2"
      ),
      (
        "microbatches: 3", "microbatches: [{name: 7}]",
        "p.yaml:4: microbatches[0].name: expected text, in quotation marks, found 7"
      ),
      (
        "microbatches: 3", "microbatches: many",
        "p.yaml:4: microbatches: expected a count from 1 to 65536 or a list of microbatches, found \"many\""
      ),
      (
        "placement: sequential", "placement: vee",
        "p.yaml:5: placement: expected sequential, loop, v, a list with the device of each stage or a mapping with devicesPerStage, choose or order, found \"vee\""
      ),
      (
        "placement: sequential", "placement: [0, -1]",
        "p.yaml:5: placement[1]: expected a device or a list of devices, found -1"
      ),
      (
        "communication: 0.5", "communication: {latency: [[0, 1], 2]}",
        "p.yaml:9: communication.latency[1]: expected a list with one number per device, found 2"
      ),
      (
        "communication: 0.5", "communication: fast",
        "p.yaml:9: communication: expected a number or a mapping with latency, found \"fast\""
      ),
      (
        "optimizerStep: [0, 1]", "optimizerStep: [0, 1, 2]",
        "p.yaml:10: optimizerStep: expected 2 entries, one per device, found 3"
      ),
      (
        "optimizerStep: [0, 1]", "units: ms",
        "p.yaml:10: units: expected a mapping with time and memory, found \"ms\""
      ),
    ])
  func wrongKind(part: String, replacement: String, message: String) {
    #expect(problemRefusal(smallProblem.with(part, replacement)) == message)
  }

  @Test(
    "values that break a rule of problems, at the line of their key",
    arguments: [
      (
        "forward: 1.5", "forward: -3",
        "p.yaml:8: stages[1].forward: expected a number from 0 to 1e15, found -3"
      ),
      (
        "{forward: 1,", "{repeat: 3, forward: 1,",
        "p.yaml:5: placement: expected one stage per device for the sequential placement, found 4 stages for 2 devices"
      ),
      (
        "activationForW: 1,", "activationForW: 3,",
        "p.yaml:8: stages[1].activationForW: expected at most activationForB, which is 2, found 3"
      ),
      (
        "memoryLimit: 4", "memoryLimit: 2",
        "p.yaml:3: memoryLimit: expected at least 2.25, which one microbatch needs on device 1, found 2 (by device: 1, 2.25)"
      ),
      (
        "memoryLimit: 4", "memoryLimit:\n  - null\n  - 2",
        "p.yaml:5: memoryLimit[1]: expected at least 2.25, which one microbatch needs on device 1, found 2 (by device: 1, 2.25)"
      ),
      (
        "microbatches: 3", "microbatches: [{}, {scale: 0}]",
        "p.yaml:4: microbatches[1].scale: expected a number above 0 and up to 1e15, found 0"
      ),
      (
        "placement: sequential", "placement: [0, [0, 1]]",
        "p.yaml: expected routes, found none where devices are to be chosen: search chooses routes"
      ),
      (
        "placement: sequential", "placement: [0, 2]",
        "p.yaml:5: placement[1]: expected a device from 0 to 1, found 2"
      ),
      (
        "communication: 0.5", "communication: -1",
        "p.yaml:9: communication: expected a number from 0 to 1e15, found -1"
      ),
      (
        "communication: 0.5", "communication:\n  latency: -1",
        "p.yaml:10: communication.latency: expected a number from 0 to 1e15, found -1"
      ),
      (
        "communication: 0.5", "communication: {latency: [[0, 1]]}",
        "p.yaml:9: communication.latency: expected 2 entries, one per device, found 1"
      ),
      (
        "optimizerStep: [0, 1]", "optimizerStep: -1",
        "p.yaml:10: optimizerStep: expected a number from 0 to 1e15, found -1"
      ),
    ])
  func brokenRule(part: String, replacement: String, message: String) {
    #expect(problemRefusal(smallProblem.with(part, replacement)) == message)
  }

  @Test("a stage behind `repeat` is named by its entry")
  func repeated() {
    let text = """
      pipeloom: problem/1
      devices: 8
      microbatches: 1
      stages:
        - {repeat: 3, forward: 1, backwardInput: 1, backwardWeight: 1}
        - {repeat: 5, forward: 1, backwardInput: 1, backwardWeight: -1}
      """
    #expect(
      problemRefusal(text)
        == "p.yaml:6: stages[1].backwardWeight: expected a number from 0 to 1e15, found -1")
    #expect(
      problemRefusal(text.with("repeat: 5", "repeat: 65536"))
        == "p.yaml:4: stages: expected a count from 1 to 65536, found 65539")
    #expect(
      problemRefusal(text.with("repeat: 5", "repeat: 1000000000"))
        == "p.yaml:6: stages[1].repeat: expected a count from 1 to 65536, found 1000000000")
  }

  @Test(
    "keys that are unknown, missing or given twice",
    arguments: [
      (
        "devices: 2", "device: 2",
        "p.yaml:2: device: expected one of the keys pipeloom, name, source, units, devices, memoryLimit, microbatches, placement, routes, pieces, skipReorder, stages, layers, partition, modesPer, host, layerCount, communication, overlap, gap, barrier, optimizerStep, tail, speed, streams, tasks, found \"device\"; did you mean \"devices\"?"
      ),
      (
        "forward: 1,", "routes: 1,",
        "p.yaml:7: stages[0].routes: expected one of the keys repeat, inputs, forward, backwardInput, backwardWeight, backward, firstForward, lastBackward, activationForB, activationForW, checkpoint, recompute, offload, modules, modeName, mode, modes, static, bytes, layers, found \"routes\""
      ),
      (
        "communication: 0.5", "communication: {latencys: 1}",
        "p.yaml:9: communication.latencys: expected one of the keys latency, bandwidth, bytes, serialise, found \"latencys\"; did you mean \"latency\"?"
      ),
      ("devices: 2\n", "", "p.yaml:1: expected the key \"devices\", found none"),
      ("pipeloom: problem/1\n", "", "p.yaml:1: expected the key \"pipeloom\", found none"),
      ("microbatches: 3\n", "", "p.yaml:1: expected the key \"microbatches\", found none"),
      ("forward: 1.5, ", "", "p.yaml:8: stages[1]: expected the key \"forward\", found none"),
      ("microbatches: 3", "devices: 2", "p.yaml:2: expected each key once, found \"devices\" twice"),
      ("problem/1", "problem/2", "p.yaml:1: pipeloom: expected problem/1, found problem/2"),
      (
        "problem/1", "schedule/1",
        "p.yaml:1: pipeloom: expected a problem (problem/1), found a schedule (schedule/1)"
      ),
      ("problem/1", "1", "p.yaml:1: pipeloom: expected problem/1, found 1"),
    ])
  func keys(part: String, replacement: String, message: String) {
    #expect(problemRefusal(smallProblem.with(part, replacement)) == message)
  }

  @Test(
    "texts that are no problem at all",
    arguments: [
      ("", "p.yaml: expected a problem, found nothing"),
      (" \n\n", "p.yaml: expected a problem, found nothing"),
      ("# only a comment\n", "p.yaml: expected a problem, found nothing"),
      ("null", "p.yaml:1: expected a problem, found nothing"),
      ("- 1", "p.yaml:1: expected a problem, found a list"),
      ("problem", "p.yaml:1: expected a problem, found \"problem\""),
      ("{}", "p.yaml:1: expected the key \"pipeloom\", found none"),
      (
        "{\"pipeloom\": \"schedule/1\", \"devices\": [",
        "p.yaml:1: pipeloom: expected a problem (problem/1), found a schedule (schedule/1)"
      ),
      ("{\"devices\": 2, \"devices\": 3}", "p.yaml:1:16: expected each key once, found \"devices\" twice"),
      ("{\"devices\": 2,\n \"stages\": [NaN]}", "p.yaml:2:13: stages[0]: expected a value, found NaN"),
      ("{\"devices\": 1e400}", "p.yaml:1:13: devices: expected a finite number, found 1e400"),
    ])
  func texts(text: String, message: String) {
    #expect(problemRefusal(text) == message)
  }

  @Test("lines of JSON are told too, and standard input has a name")
  func json() {
    let text = """
      {"pipeloom": "problem/1", "devices": 1, "microbatches": 1,
       "stages": [
         {"forward": 1, "backwardInput": -1,
          "backwardWeight": 1}]}
      """
    #expect(
      problemRefusal(text, file: "-")
        == "standard input:3: stages[0].backwardInput: expected a number from 0 to 1e15, found -1")
  }
}
