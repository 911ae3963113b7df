import PipelineModel
import Testing

@testable import ScheduleFormats

@Suite("Bad schedules get one clear error")
struct ScheduleRefusalTests {
  private static let first = "{\"op\": \"F\", \"stage\": 0, \"microbatch\": 0}"

  @Test(
    "pairs of other than two neighbours",
    arguments: [
      ("\"B\", \"pair\": 3", "8:27", 1, 3), ("\"F\", \"pair\": 2", "7:27", 0, 2),
      ("\"W\", \"pair\": -1", "9:27", 2, -1),
    ])
  func lonelyPairs(mark: String, place: String, index: Int, number: Int) {
    let kind = String(mark.prefix(3))
    #expect(
      scheduleRefusal(smallSchedule.with(kind, mark))
        == "s.json:\(place): devices[0].operations[\(index)].pair: expected two operations of pair \(number), "
        + "one right after the other on one device, found otherwise")
  }

  @Test("a pair of three, and two that are not neighbours")
  func crowdedPairs() {
    let three = smallSchedule.with("\"F\"", "\"F\", \"pair\": 0").with("\"B\"", "\"B\", \"pair\": 0")
      .with("\"W\"", "\"W\", \"pair\": 0")
    #expect(scheduleRefusal(three)?.contains("operations[2].pair: expected two operations of pair 0") == true)
    let apart = smallSchedule.with("\"F\"", "\"F\", \"pair\": 0").with("\"W\"", "\"W\", \"pair\": 0")
    #expect(scheduleRefusal(apart)?.contains("operations[0].pair: expected two operations of pair 0") == true)
  }

  @Test(
    "places that cannot be",
    arguments: [
      ("\"schedule/1\"", "\"schedule/2\"", "s.json:2:15: pipeloom: expected schedule/1, found schedule/2"),
      (
        "\"schedule/1\"", "\"problem/1\"",
        "s.json:2:15: pipeloom: expected a schedule (schedule/1), found a problem (problem/1)"
      ),
      ("\"schedule/1\"", "1", "s.json:2:15: pipeloom: expected schedule/1, found 1"),
      ("\"pipeloom\": \"schedule/1\",", "", "s.json:1:1: expected the key \"pipeloom\", found none"),
      (
        "\"devices\": [", "\"device\": [",
        "s.json:5:3: device: expected one of the keys pipeloom, generator, problem, summary, devices, found \"device\"; did you mean \"devices\"?"
      ),
      (
        "\"devices\": 1", "\"devices\": 0",
        "s.json:3: problem.devices: expected a count from 1 to 65536, found 0"
      ),
      (
        "\"forward\": 1", "\"forward\": -1",
        "s.json:4: problem.stages[0].forward: expected a number from 0 to 1e15, found -1"
      ),
      (
        "\"op\": \"F\"", "\"op\": \"X\"",
        "s.json:7:14: devices[0].operations[0].op: expected F, B, W, BW, R, L or T, found \"X\""
      ),
      (
        "\"stage\": 0", "\"stage\": 0.5",
        "s.json:7:28: devices[0].operations[0].stage: expected a stage, found 0.5"
      ),
      (
        "\"stage\": 0", "\"stage\": 2147483648",
        "s.json:7:28: devices[0].operations[0].stage: expected a stage, found 2147483648"
      ),
      (
        "\"stage\": 0", "\"stage\": 0, \"stage\": 0",
        "s.json:7:31: devices[0].operations[0]: expected each key once, found \"stage\" twice"
      ),
      (
        "\"stage\": 0", "\"Stage\": 0",
        "s.json:7:19: devices[0].operations[0].Stage: expected one of the keys op, stage, microbatch, start, end, pair, mode, offloadStart, offloadEnd, phase, task, copy, piece, to, found \"Stage\"; did you mean \"stage\"?"
      ),
      ("\"op\": \"F\", ", "", "s.json:7:7: devices[0].operations[0]: expected the key \"op\", found none"),
      (
        "{\"device\": 0", "{\"device\": 1",
        "s.json:6:16: devices[0].device: expected a device from 0 to 0, found 1"
      ),
      (
        "\"devices\": [", "\"devices\": [{\"device\": 0, \"operations\": []},",
        "s.json:6:16: devices[1].device: expected each device once, found device 0 twice"
      ),
      ("\"device\": 0, ", "", "s.json:6:5: devices[0]: expected the key \"device\", found none"),
      (
        "\"devices\": 1", "\"placement\": [0], \"devices\": 2",
        "s.json: devices: expected each device once, found no device 1"
      ),
      (
        Self.first, "{\"op\": \"F\", \"stage\": 0, \"microbatch\": 0, \"start\": 1, \"end\": 2}",
        "s.json:8:7: devices[0].operations[1]: expected \"start\", as other operations have times, found none"
      ),
      (
        Self.first, "{\"op\": \"F\", \"stage\": 0, \"microbatch\": 0, \"end\": 2}",
        "s.json:7:7: devices[0].operations[0]: expected the key \"start\", found none"
      ),
      (
        Self.first, "{\"op\": \"F\", \"stage\": 0, \"microbatch\": 0, \"start\": 1e400, \"end\": 2}",
        "s.json:7:57: devices[0].operations[0].start: expected a finite number, found 1e400"
      ),
      (
        Self.first, "{\"op\": \"F\", \"stage\": 0, \"microbatch\": 0, \"start\": Infinity, \"end\": 2}",
        "s.json:7:57: devices[0].operations[0].start: expected a number, found Infinity"
      ),
      (
        "\"devices\": [", "\"generator\": {\"command\": \"x\"}, \"devices\": [",
        "s.json:5:16: generator: expected the key \"version\", found none"
      ),
      (
        "\"devices\": [", "\"summary\": {\"makespan\": 1}, \"devices\": [",
        "s.json:5:14: summary: expected the key \"period\", found none"
      ),
      (
        "\"devices\": [", "\"summary\": null, \"devices\": [",
        "s.json:5:14: summary: expected an object, found null"
      ),
    ])
  func places(part: String, replacement: String, message: String) {
    #expect(scheduleRefusal(smallSchedule.with(part, replacement)) == message)
  }

  @Test(
    "texts that are no schedule at all",
    arguments: [
      ("", "s.json: expected a schedule, found nothing"),
      (" \n", "s.json: expected a schedule, found nothing"),
      ("{", "s.json:1:2: expected a key in quotation marks, found the end of the file"),
      ("schedule", "s.json:1:1: expected a schedule, found schedule"),
      (smallProblem, "s.json:1: pipeloom: expected a schedule (schedule/1), found a problem (problem/1)"),
      (smallSchedule + " x", "s.json:12:3: expected the end of the file, found x"),
      (smallSchedule + ",", "s.json:12:2: expected the end of the file, found `,`"),
    ])
  func texts(text: String, message: String) {
    #expect(scheduleRefusal(text) == message)
  }

  @Test("the first operation without times is named, wherever it stands")
  func missingTimes() {
    let timed = smallSchedule.with(
      "{\"op\": \"W\", \"stage\": 0, \"microbatch\": 0}",
      "{\"op\": \"W\", \"stage\": 0, \"microbatch\": 0, \"start\": 0, \"end\": 1}")
    #expect(
      scheduleRefusal(timed)
        == "s.json:7:7: devices[0].operations[0]: expected \"start\", as other operations have times, found none"
    )
  }

  @Test("a certificate is whole or absent")
  func certificate() {
    let figures = [
      "makespan", "period", "longestDeviceSpan", "makespanBubble", "periodBubble", "spanBubble", "imbalance",
    ].map { "\"\($0)\": 1" }.joined(separator: ", ")
    let summary = "\"summary\": {\(figures), \"peakMemory\": [1], \"gap\": 0}, \"devices\": ["
    #expect(
      scheduleRefusal(smallSchedule.with("\"devices\": [", summary))
        == "s.json:5:14: summary: expected the key \"objective\", found none")
  }
}
