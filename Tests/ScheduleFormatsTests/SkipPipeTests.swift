import Foundation
import PipelineModel
import TestSupport
import Testing
import Timeline

@testable import ScheduleFormats

extension SkipPipeSample {
  static func file(_ text: String = text) throws(FormatError) -> SkipPipeFile {
    try SkipPipeFile.decode(Array(text.utf8), file: "plan.json")
  }

  static func timeline() throws -> Timeline {
    let file = try file()
    let plan = try #require(file.plan(nil))
    let problem = try file.problem(of: plan, forward: 1, name: "")
    return try Timeline(Schedule(problem: problem, orders: file.orders(of: plan, for: problem)))
  }
}

@Suite("The schedule file of SkipPipe")
struct SkipPipeTests {
  @Test("Planned starts become orders: first F, on the origin the loss, then the backward pass")
  func orders() throws {
    let orders = try SkipPipeSample.timeline().schedule.orders
    let text = orders.operations.map { "\($0.stage)\($0.kind.symbol)\($0.microbatch)" }
    #expect(orders.bounds == [0, 4, 8, 12, 12])
    #expect(text[0..<4] == ["0F0", "3F0", "3BW0", "0BW0"])
    #expect(text[4..<8] == ["0F1", "3F1", "3BW1", "0BW1"])
    #expect(text[8..<12] == ["1F1", "1F0", "1BW1", "1BW0"])
  }

  @Test("Starts out of order are sorted by time")
  func sorted() throws {
    let shuffled = SkipPipeSample.text.replacingOccurrences(
      of: "[3, 1.5], [0, 2.5], [3, 3.75], [0, 5.25]", with: "[0, 5.25], [3, 3.75], [0, 2.5], [3, 1.5]")
    #expect(try SkipPipeSample.file(shuffled) == SkipPipeSample.file())
  }

  @Test("Times are our own: F 1, backward 1.5, loss 0.25 and delays of 0.5, added by hand")
  func makespan() throws {
    let timeline = try SkipPipeSample.timeline()
    // Microbatch 0 waits for node 2 twice: F 2.5 to 3.5, loss at 4, backward 5.25 to 6.75 and 7.25 to 8.75.
    #expect(timeline.summary.makespan == 8.75)
    #expect(timeline.schedule.problem.devices.map(\.memoryLimit) == [2, 2, 2, 2])
    let stated = SkipPipeSample.text.replacingOccurrences(of: "8.75", with: "3")
    let file = try SkipPipeSample.file(stated)
    let plan = try #require(file.plan(nil))
    #expect(plan.expectedTime == 3)
    let problem = try file.problem(of: plan, forward: 1, name: "")
    #expect(
      try Timeline(Schedule(problem: problem, orders: file.orders(of: plan, for: problem))).summary.makespan
        == 8.75)
  }

  @Test("Written again, a schedule is the file it came from, byte for byte")
  func roundTrip() throws {
    let bytes = try SkipPipe().encode(SkipPipeSample.timeline())
    #expect(String(decoding: bytes, as: UTF8.self) == SkipPipeSample.text)
  }

  @Test("A plan of the file is found by name, without one the first of ca, non-ca and random")
  func plans() throws {
    var text = SkipPipeSample.text
    text = text.replacingOccurrences(of: "\"non-ca-", with: "\"random-")
      .replacingOccurrences(of: "nonca-expected", with: "random-expected")
    #expect(try SkipPipeSample.file(text).plan(nil)?.name == .random)
    #expect(try SkipPipeSample.file(text).plan(nil)?.expectedTime == 8.75)
    #expect(try SkipPipeSample.file(text).plan(.collisionAware) == nil)
  }

  @Test(
    "A damaged file is refused with the place and what was expected there",
    arguments: [
      ("\"memory\": 2", "\"memory\": 0", "memory: expected a count from 1 to 65536, found 0"),
      ("\"memory\": 2,", "", "expected the key \"memory\", found none"),
      ("[0.5, 0.5, 0, 0.5]", "[0.5, 0.5, 0]", "delays[2]: expected 4 delays, one per node, found 3"),
      ("    [2],\n", "    [4],\n", "partitions[1][0]: expected a node from 0 to 3, found 4"),
      ("    [2],\n", "    [1],\n", "partitions: expected each node in one partition, found node 1 twice"),
      ("    [2],\n", "", "partitions: expected each node in one partition, found no node 2"),
      ("{\"0\": 2}", "{}", "non-ca-paths.0: expected one node that no other leads to, the origin, found 0"),
      (
        "{\"0\": 2}", "{\"0\": 2, \"2\": 3, \"3\": 2}",
        "non-ca-paths.0: expected one way through all nodes of the path, found nodes it never comes to"
      ),
      (
        "{\"0\": 2}", "{\"3\": 2}",
        "non-ca-paths.0: expected an origin from the first partition, found node 3"
      ),
      (
        "{\"0\": 2}", "{\"0\": 1}",
        "non-ca-paths.0: expected each partition at most once, found partition 0 again"
      ),
      ("{\"0\": 2}", "{\"x\": 2}", "non-ca-paths.0.x: expected a node from 0 to 3, found \"x\""),
      (
        "[0, 4], [0, 7.25]", "[0, 4]",
        "non-ca-processing-order.0: expected 3 starts of path 0, F, the loss and B, found 2"
      ),
      (
        "\"3\": []", "\"3\": [[0, 9]]",
        "non-ca-processing-order.3: expected paths that visit the node, found path 0, which does not"
      ),
      (
        "\"3\": []", "\"3\": [[1, 9]]",
        "non-ca-processing-order.3[0][0]: expected the number of a path, found 1"
      ),
      ("[0, 4]", "[0, \"4\"]", "non-ca-processing-order.0[1][1]: expected a number, found \"4\""),
      ("non-ca-paths", "paths", "expected the key \"non-ca-paths\", found none"),
    ])
  func refusals(old: String, new: String, message: String) throws {
    let text = SkipPipeSample.text.replacingOccurrences(of: old, with: new)
    #expect(text != SkipPipeSample.text)
    let error = #expect(throws: FormatError.self) { try SkipPipeSample.file(text) }
    #expect(error?.description.hasPrefix("plan.json:") == true)
    #expect(error?.description.hasSuffix(": " + message) == true, "\(error?.description ?? "")")
  }

  @Test("Planned starts that no order of the links allows are refused as orders that never run")
  func deadlock() throws {
    // Path 0 goes over 3 to 2, path 3 over 2 to 3, and each node wants to be done with the one that comes last.
    let text = SkipPipeSample.text
      .replacingOccurrences(of: "\"0\": {\"0\": 2}", with: "\"0\": {\"0\": 3, \"3\": 2}")
      .replacingOccurrences(of: "\"3\": {\"1\": 2}", with: "\"3\": {\"1\": 2, \"2\": 3}")
      .replacingOccurrences(of: "\"3\": []", with: "\"3\": [[3, 0], [3, 1], [0, 2], [0, 3]]")
      .replacingOccurrences(
        of: "[3, 1.5], [0, 2.5], [3, 3.75], [0, 5.25]", with: "[0, 0], [0, 1], [3, 2], [3, 3]")
    let file = try SkipPipeSample.file(text)
    let plan = try #require(file.plan(nil))
    let problem = try file.problem(of: plan, forward: 1, name: "")
    #expect(throws: TimelineError.self) {
      try Timeline(Schedule(problem: problem, orders: file.orders(of: plan, for: problem)))
    }
  }
}
