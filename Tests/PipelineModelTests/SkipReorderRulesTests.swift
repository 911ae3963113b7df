import PipelineModel
import Testing

@Suite("Rules of routes")
struct SkipReorderRulesTests {
  /// SkipPipe's default: six stages, four to each microbatch, one back-step at a time.
  private let rules = SkipReorderRules(stagesPerMicrobatch: 4, maxSwaps: 2, maxForwardJump: 4)

  private func breach(_ stages: [Int], _ rules: SkipReorderRules? = nil) -> String? {
    (rules ?? self.rules).breach(in: stages.map { Stage.ID($0) }, stageCount: 6).map { "\($0)" }
  }

  @Test("22 of the 60 orders of four of six stages keep the default rules")
  func count() {
    // research on SkipPipe: 10 ascending, 12 swapped.
    var ascending = 0
    var swapped = 0
    for a in 1..<6 {
      for b in 1..<6 where b != a {
        for c in 1..<6 where c != a && c != b && breach([0, a, b, c]) == nil {
          if a < b, b < c { ascending += 1 } else { swapped += 1 }
        }
      }
    }
    #expect(ascending == 10)
    #expect(swapped == 12)
  }

  @Test("each rule names what breaks it")
  func breaches() {
    #expect(breach([1, 2, 3, 4]) == "expected to start at stage 0, found stage 1")
    #expect(breach([0, 1, 2]) == "expected 4 stages, found 3")
    #expect(breach([0, 1, 1, 2]) == "expected each stage but the head once at most, found stage 1")
    #expect(
      breach([0, 5, 4, 3])
        == "expected visits to reach at most 4 beyond the highest stage so far, found stage 5 after stage 0")
    #expect(
      breach([0, 3, 1, 4])
        == "expected swaps to reach at most 1 below the highest stage so far, found stage 1 after stage 3")
    var one = rules
    one.maxSwaps = 1
    one.maxSwapDistance = 2
    #expect(breach([0, 3, 2, 1], one) == "expected at most 1 swaps, found 2")
    var kept = rules
    kept.alwaysVisit = [Stage.ID(0), Stage.ID(5)]
    #expect(breach([0, 1, 2, 3], kept) == "expected stage 5, which is never skipped, found it skipped")
    var fixed = rules
    fixed.sequences = [[0, 2, 1, 3].map { Stage.ID($0) }]
    #expect(breach([0, 2, 1, 3], fixed) == nil)
    #expect(breach([0, 1, 2, 3], fixed) == "expected one of the given sequences, found 0, 1, 2, 3")
  }

  @Test("balanced visits share what is left of every microbatch's stages")
  func balanced() {
    var rules = rules
    rules.visitsPerStage = .balanced
    // 15 microbatches x 3 stages over 5 stages, and 4 x 3 over 5.
    #expect(
      rules.visitRanges(stageCount: 6, microbatchCount: 15) == [15...15] + Array(repeating: 9...9, count: 5))
    #expect(
      rules.visitRanges(stageCount: 6, microbatchCount: 4) == [4...4] + Array(repeating: 2...3, count: 5))
  }

  @Test("contradictions are refused where they stand")
  func refusals() {
    func refusal(_ rules: SkipReorderRules, hosts: [[Int]] = [[0], [1], [2]]) -> String? {
      do throws(ProblemError) {
        _ = try Problem(
          devices: Array(repeating: Device(), count: 3),
          stages: Array(
            repeating: Stage(forward: 1, backwardInput: 1, backwardWeight: 1), count: hosts.count),
          microbatches: [Microbatch()], placement: .explicit(hosts.map { $0.map { Device.ID($0) } }),
          skipReorder: rules,
          routes: ([Route(visits: [.init(stage: Stage.ID(0), device: Device.ID(0))])], [0]))
        return nil
      } catch {
        return "\(error)"
      }
    }
    #expect(refusal(SkipReorderRules(stagesPerMicrobatch: 2)) == nil)
    #expect(
      refusal(SkipReorderRules(stagesPerMicrobatch: 4))
        == "skipReorder.stagesPerMicrobatch: expected a count from 1 to 3, found 4")
    #expect(
      refusal(SkipReorderRules(stagesPerMicrobatch: 2, alwaysVisit: [Stage.ID(7)]))
        == "skipReorder.alwaysVisit: expected a stage from 0 to 2, found 7")
    #expect(
      refusal(SkipReorderRules(stagesPerMicrobatch: 2, head: Stage.ID(1)))
        == "skipReorder.head: expected the last stage, 2, found 1")
    #expect(
      refusal(SkipReorderRules(stagesPerMicrobatch: 2, head: Stage.ID(2)))
        == "skipReorder.head: expected a device that hosts stage 2, found 0")
    #expect(
      refusal(SkipReorderRules(stagesPerMicrobatch: 2, visitsPerDevice: [1]))
        == "skipReorder.visitsPerDevice: expected 3 entries, one per device, found 1")
    // Its only microbatch may not skip stage 2, which may have no visits; or there is a visit for one of two stages.
    #expect(
      refusal(
        SkipReorderRules(stagesPerMicrobatch: 2, visitsPerStage: .atMost([0, 1, 0]), maxSkips: [0, 1, 0]))
        == "skipReorder.visitsPerStage[2]: expected a count from 1 to 33554432, found 0")
    #expect(
      refusal(
        SkipReorderRules(stagesPerMicrobatch: 1, visitsPerStage: .balanced, maxSkips: [1, 1, 0]))
        == "skipReorder.maxSkips[2]: expected a count from 1 to 33554432, found 0")
    #expect(
      refusal(
        SkipReorderRules(
          stagesPerMicrobatch: 2, sequences: [[Stage.ID(0), Stage.ID(2)], [Stage.ID(0)]]))
        == "skipReorder.sequences[1]: expected 2 stages, found 1")
  }
}
