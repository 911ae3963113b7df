import PipelineModel
import ScheduleFamilies
import ScheduleSearch
import ScheduleStudies
import TestSupport
import Testing
import Timeline

@Suite("Proofs of schedules")
struct ProofTests {
  private func timeline(_ family: String, devices: Int, microbatches: Int) throws -> Timeline {
    try Families.named(family).timeline(for: .uniform(devices: devices, microbatches: microbatches))
  }

  @Test("A schedule that meets its bound is certified as optimal, with the bound's argument")
  func optimal() throws {
    // One device, no waits: 5 microbatches of 3.
    let proof = Proof(for: try timeline("1f1b", devices: 1, microbatches: 5))
    #expect(proof.valid?.optimal == true && proof.valid?.lowerBound == 15)
    #expect(proof.argument.explanation == "device 0: 15 of work")
    #expect(proof.exactRun == nil)
  }

  @Test("A schedule of more than 10,000 operations has the simple bound, a smaller one the best")
  func size() throws {
    // 2 operations a microbatch and device, as 1F1B does not split: 5,000 microbatches are 20,000 operations.
    let large = try timeline("1f1b", devices: 2, microbatches: 5000)
    let simple = LowerBound.simple(for: large.schedule.problem, objective: .makespan)
    #expect(Proof(for: large).argument == .bound(simple))
    let small = try timeline("1f1b", devices: 2, microbatches: 4)
    let best = LowerBound.best(for: small.schedule.problem, objective: .makespan, until: small.makespan)
    #expect(Proof(for: small).argument == .bound(best))
  }

  @Test("A bound above the value is withdrawn")
  func withdrawn() throws {
    let problem = try Problem.uniform(devices: 2, microbatches: 4)
    let proof = Proof(Search(problem, options: SearchOptions(iterations: 0), lowerBound: 99).run())
    #expect(proof.valid == nil)
    let withdrawal = try #require(proof.withdrawal)
    #expect(withdrawal.contradiction.lowerBound == 99 && withdrawal.contradiction.value == 13)
    #expect(withdrawal.description.contains("99 was given"))
  }

  @Test("A stated bound is proved, or refuted by a shorter schedule")
  func review() throws {
    // Two devices, 4 microbatches of F = B = W = 1: 13 is best, 12 of work on a device after the first F.
    let timeline = try timeline("zb-h1", devices: 2, microbatches: 4)
    func review(_ bound: Double, of value: Double) throws -> BoundReview {
      BoundReview(
        of: try Certificate(objective: .makespan, lowerBound: bound, value: value), on: timeline,
        in: .seconds(20))
    }
    #expect(timeline.makespan == 13)
    let true13 = try review(13, of: 13)
    #expect(true13.proved == 13 && true13.shorter == nil)
    let long = try Families.named("gpipe").timeline(for: timeline.schedule.problem)
    let false15 = BoundReview(
      of: try Certificate(objective: .makespan, lowerBound: long.makespan, value: long.makespan), on: long,
      in: .seconds(20))
    #expect(long.makespan == 15 && false15.shorter.map { $0 < 15 } == true)
  }
}
