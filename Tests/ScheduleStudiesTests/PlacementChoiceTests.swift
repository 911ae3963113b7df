import PipelineModel
import ScheduleChecker
import ScheduleSearch
import TestSupport
import Testing

@testable import ScheduleStudies

@Suite("Choosing among placements")
struct PlacementChoiceTests {
  /// The least makespan under any of the placements, over all partitions and orders, by brute force; `nil` where there are
  /// too many orders, infinite where nothing fits.
  private func optimum(_ choice: PlacementChoice) -> Double? {
    var best = Double.infinity
    for alternative in choice.alternatives {
      let closed: [Problem] =
        switch alternative {
        case .problem(let problem): [problem]
        case .partitioning(let open): open.allCounts.compactMap { try? open.cut($0) }
        }
      for problem in closed {
        guard let all = BruteForce(problem, limit: 40_000) else { return nil }
        best = min(best, all.optimum().makespan)
      }
    }
    return best
  }

  /// Two devices with stages, or with one layer more than stages, of unequal times.
  private func choice(
    ofLayers hasLayers: Bool, _ random: inout SeededGenerator
  ) throws -> PlacementChoice? {
    let stages = hasLayers ? 3 : 4
    let layers = try RandomLayers(count: 4...4, hasModes: false, hasTies: false).layers(using: &random)
    let latency = Double(Int.random(in: 0...2, using: &random))
    let limit: Double? = Bool.random(using: &random) ? Double(Int.random(in: 8...16, using: &random)) : nil
    return PlacementChoice(
      [Placement.loop, .v].compactMap { placement in
        guard
          let open = try? PartitionProblem(
            layers, devices: 2, stages: stages, placement: placement, microbatches: 1, latency: latency,
            memoryLimit: limit, speeds: [1, 2])
        else { return nil }
        if hasLayers { return .partitioning(open) }
        return (try? open.cut([1, 1, 1, 1])).map { .problem($0) }
      })
  }

  @Test("finds the least of all placements, with a bound on all of them")
  func bruteForce() throws {
    var random = SeededGenerator(seed: 77)
    var chosen: [Placement: Int] = [:]
    var (count, optimal) = (0, 0)
    while count < 24 {
      guard let choice = try choice(ofLayers: count.isMultiple(of: 2), &random),
        let best = optimum(choice)
      else { continue }
      count += 1
      let plan = SearchPlan(iterations: 2_000, threads: { _ in 1 })
      guard best.isFinite else {
        #expect(throws: ProblemError.self) { try plan.certified(choice) }
        continue
      }
      let found = try plan.certified(choice)
      let value = found.schedule.timeline.makespan
      #expect(abs(value - best) <= 1e-9 * best, "\(choice) \(value) \(best)")
      let certificate = try #require(found.schedule.certificate)
      #expect(certificate.lowerBound <= best * (1 + 1e-9))
      optimal += certificate.optimal ? 1 : 0
      chosen[found.schedule.problem.placement, default: 0] += 1
      // What is told of each is no better than the best, and the chosen one's is it.
      #expect(found.values.count == choice.alternatives.count)
      #expect(found.values.compactMap(\.value).min() == value)
      let record = found.schedule.timeline.record(certificate: certificate)
      #expect(ScheduleChecker(record).violations() == [])
    }
    // Either placement is the better one somewhere, so that taking always one of them would fail.
    #expect(chosen[.loop] ?? 0 > 0 && chosen[.v] ?? 0 > 0, "\(chosen)")
    #expect(optimal >= count / 2, "\(optimal)")
  }

  @Test("proves the choice: no placement has anything shorter")
  func proved() throws {
    var random = SeededGenerator(seed: 5)
    for _ in 0..<4 {
      guard let choice = try choice(ofLayers: false, &random), let best = optimum(choice), best.isFinite
      else { continue }
      let found = try SearchPlan(timeLimit: .seconds(8), proves: true, threads: { _ in 1 }).certified(choice)
      #expect(abs(found.schedule.timeline.makespan - best) <= 1e-9 * best)
      #expect(found.schedule.certificate?.optimal == true)
    }
  }

  @Test("leaves out a placement under which nothing fits, and says so")
  func infeasible() throws {
    // Of equal layers a loop of three stages gives device 0 two of them with all that they hold; a V gives it the first and
    // device 1 two.
    let layers = try Layers(
      (0..<3).map { _ in
        Layer(
          figures: Stage(
            forward: 1, backwardInput: 1, backwardWeight: 1, activationForB: 1, activationForW: 0.5,
            staticMemory: 4))
      })
    let alternatives = try [Placement.loop, .v].map { placement in
      let open = try PartitionProblem(
        layers, devices: 2, stages: 3, placement: placement, microbatches: 2
      ).with(memoryLimits: [6, 12])
      return PlacementChoice.Alternative.partitioning(open)
    }
    let choice = try #require(PlacementChoice(alternatives))
    let found = try SearchPlan(iterations: 500, threads: { _ in 1 }).certified(choice)
    #expect(found.schedule.problem.placement == .v)
    #expect(found.values.map(\.value?.isFinite) == [nil, true])
  }
}
