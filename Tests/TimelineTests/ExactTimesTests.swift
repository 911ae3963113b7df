import PipelineModel
import ScheduleFamilies
import TestSupport
import Testing
import Timeline

@Suite("Decimal times add up exactly")
struct ExactTimesTests {
  @Test("to the decimal that a person would write")
  func decimals() throws {
    let problem = try Problem.uniform(
      devices: 1, microbatches: 7, forward: 0.1, backwardInput: 0.2, backwardWeight: 0.003)
    let orders = try Families.named("gpipe").orders(for: problem)
    let timeline = try Timeline(Schedule(problem: problem, orders: orders))
    // 7 x 0.303; in binary arithmetic 0.1 + 0.1 + 0.1 already is not 0.3.
    #expect(timeline.end(at: 2) == 0.3)
    #expect(timeline.makespan == 2.121)
  }

  @Test("scaled microbatches included")
  func scales() throws {
    let problem = try Problem(
      devices: [Device()], stages: [Stage(forward: 18.522, backwardInput: 1, backwardWeight: 1)],
      microbatches: [Microbatch(scale: 1.1), Microbatch(scale: 0.3)])
    let orders = try Families.named("gpipe").orders(for: problem)
    let timeline = try Timeline(Schedule(problem: problem, orders: orders))
    #expect(timeline.end(at: 0) == 20.3742)
    #expect(timeline.end(at: 1) == 25.9308)
  }

  @Test("and what messages take, which is a latency and a quotient")
  func messages() throws {
    let links = Communication.Links(
      latency: [[0, 0.15], [0.15, 0]], bandwidth: [[0, 4], [4, 0]], bytes: 5.14)
    let problem = try Problem(
      devices: [Device(), Device()],
      stages: Array(repeating: Stage(forward: 0.1, backwardInput: 0.2, backwardWeight: 0.3), count: 2),
      microbatches: [Microbatch()], communication: .links(links))
    let orders = try Families.named("gpipe").orders(for: problem)
    let timeline = try Timeline(Schedule(problem: problem, orders: orders))
    // In binary arithmetic 0.15 + 1.285 is 1.4349999999999998, which no nine decimals hold.
    // F, there, F and BW, back, BW: 0.1 + 1.435 + 0.6 + 1.435 + 0.5.
    #expect(timeline.makespan == 4.07)
  }

  @Test("and numbers without a short decimal form are still close")
  func thirds() throws {
    let problem = try Problem.uniform(
      devices: 2, microbatches: 3, forward: 1.0 / 3, backwardInput: 2.0 / 3, backwardWeight: 1e-7)
    let orders = try Families.named("1f1b").orders(for: problem)
    let timeline = try Timeline(Schedule(problem: problem, orders: orders))
    #expect(abs(timeline.makespan - (4 + 4e-7)) < 1e-9)
  }

  @Test("a schedule that takes no time has no bubble")
  func zero() throws {
    let problem = try Problem.uniform(
      devices: 2, microbatches: 2, forward: 0, backwardInput: 0, backwardWeight: 0)
    let orders = try Families.named("zb-h1").orders(for: problem)
    let summary = try Timeline(Schedule(problem: problem, orders: orders)).summary
    #expect(summary.makespan == 0)
    #expect(summary.makespanBubble == 0 && summary.periodBubble == 0 && summary.spanBubble == 0)
  }
}
