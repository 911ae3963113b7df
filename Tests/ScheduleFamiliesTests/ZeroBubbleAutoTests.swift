import PipelineModel
import ScheduleChecker
import ScheduleFamilies
import TestSupport
import Testing
import Timeline

@Suite("ZB auto")
struct ZeroBubbleAutoTests {
  static let sizes = [(1, 1), (2, 3), (4, 7), (4, 12), (8, 15), (8, 24), (16, 40)]

  @Test("F = B = W at 1F1B's memory: 3m+p-1, as ZB-H1", arguments: sizes)
  func onceTheMemory(p: Int, m: Int) throws {
    let timeline = try Timeline(
      "zb-auto", .uniform(devices: p, microbatches: m, memoryLimit: Double(p)))
    #expect(timeline.makespan == Double(3 * m + p - 1))
    #expect(timeline.peakMemory.max() == Double(min(p, m)))
  }

  @Test("F = B = W at twice 1F1B's memory: no bubble in any span for m >= 2p-1, as ZB-H2", arguments: sizes)
  func twiceTheMemory(p: Int, m: Int) throws {
    let timeline = try Timeline(
      "zb-auto", .uniform(devices: p, microbatches: m, memoryLimit: 2 * Double(p)))
    #expect(timeline.summary.spanBubble == 0)
    #expect(timeline.makespan == Double(3 * m + p - 1))
  }

  // p = 32, 28.3B parameters: the spans of the published generator's orders, timed by another simulator
  // (research study of the search's frontier, search-frontier.md, section 3g).
  @Test(
    "28.3B parameters on 32 devices: the published orders' spans",
    arguments: [(96, 10.419, 10.207, 7.715, 0.408, 2731.004), (256, 10.402, 10.248, 7.698, 0.46, 7270.432)])
  func large(m: Int, f: Double, b: Double, w: Double, latency: Double, span: Double) throws {
    let problem = try Problem.uniform(
      devices: 32, microbatches: m, forward: f, backwardInput: b, backwardWeight: w,
      activationForW: 16.0 / 37, communication: latency, memoryLimit: 64)
    #expect(try Timeline("zb-auto", problem).summary.longestDeviceSpan.isNear(span))
  }

  @Test("keeps to any limit that each microbatch alone keeps to")
  func limits() throws {
    let shape = RandomProblem(devices: 1...6, microbatches: 1...16)
      .without(.placement, .replicas, .routes, .pieces, because: "the family runs one stage per device")
      .without(.inputs, because: "families order chains")
      .without(.memoryLimit, because: "the test draws its own, tight and wide")
      .without(.offload, because: "an L stands as early as its transfer asks, whether or not there is room")
    var random = SeededGenerator(seed: 113)
    var checked = 0
    for _ in 0..<120 {
      let problem = try shape.problem(using: &random)
      let most = try #require(problem.leastMemory.max()) * Double.random(in: 1...4, using: &random)
      let limit = Bool.random(using: &random) ? most : try #require(problem.leastMemory.max())
      guard let timeline = try? Timeline("zb-auto", problem.with(memoryLimit: limit)) else { continue }
      #expect(ScheduleChecker(timeline.record()).violations() == [])
      #expect(timeline.peakMemory.allSatisfy { $0 <= limit * (1 + 1e-9) })
      checked += 1
    }
    #expect(checked > 40)
  }

  @Test("hides a latency behind more forwards where memory allows")
  func latency() throws {
    let problem = try Problem.uniform(devices: 4, microbatches: 16, activationForW: 0.5, communication: 1)
    let spans = try [4, 6, 12].map {
      try Timeline("zb-auto", problem.with(memoryLimit: $0)).summary.longestDeviceSpan
    }
    #expect(spans[0] > spans[1] && spans[1] > spans[2])
  }
}
