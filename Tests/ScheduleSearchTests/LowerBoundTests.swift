import PipelineModel
import ScheduleFamilies
import ScheduleSearch
import TestSupport
import Testing
import Timeline

@Suite("Simple lower bounds")
struct LowerBoundTests {
  @Test("never exceed a schedule", arguments: [false, true])
  func valid(routes: Bool) throws {
    var shape = RandomProblem()
    shape.anyPlacement = true
    shape.scales = true
    shape.routes = routes
    var random = SeededGenerator(seed: 41)
    for _ in 0..<400 {
      let problem = try shape.problem(using: &random)
      let words = problem.randomWords(using: &random)
      let summary = try Timeline(Schedule(problem: problem, words: words)).summary
      #expect(LowerBound.simple(for: problem, objective: .makespan).value <= summary.makespan + 1e-9)
      #expect(LowerBound.simple(for: problem, objective: .period).value <= summary.period + 1e-9)
    }
  }

  @Test("are met by ZB-H1 at equal times: 3m + p - 1", arguments: [(2, 4), (4, 8), (8, 24)])
  func tight(p: Int, m: Int) throws {
    let problem = try Problem.uniform(devices: p, microbatches: m)
    let words = try Families.named("zb-h1").words(for: problem)
    let certificate = Certificate(for: try Timeline(Schedule(problem: problem, words: words)))
    #expect(certificate.lowerBound == Double(3 * m + p - 1))
    #expect(certificate.optimal && certificate.gap == 0)
  }

  @Test("for few microbatches are the round trip: p(F+B) + W for one")
  func roundTrip() throws {
    let problem = try Problem.uniform(
      devices: 4, microbatches: 1, forward: 10, backwardInput: 14, backwardWeight: 7, communication: 1)
    let bound = LowerBound.simple(for: problem, objective: .makespan)
    #expect(bound.value == 4 * 24 + 6 + 7)
  }
}
