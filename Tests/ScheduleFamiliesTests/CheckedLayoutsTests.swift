import PipelineModel
import ScheduleChecker
import ScheduleFamilies
import TestSupport
import Testing
import Timeline

@Suite("Every family of a V or of two directions passes the independent checker")
struct CheckedLayoutsTests {
  static let families = Families.all.filter { [.v, .bidirectional].contains($0.layout) }

  @Test("on uneven chunks, random latencies and scaled microbatches", arguments: families.map(\.name))
  func randomProblems(name: String) throws {
    let family = try Families.named(name)
    var random = SeededGenerator(seed: 61)
    for _ in 0..<20 {
      let problem = try Problem.random(family.layout, using: &random)
      let timeline = try Timeline(name, problem)
      #expect(ScheduleChecker(timeline.record()).violations() == [])
    }
  }

  @Test("and refuses the other layout by name", arguments: families.map(\.name))
  func otherLayout(name: String) throws {
    let family = try Families.named(name)
    let problem = try Problem.uniform(devices: 4, microbatches: 8)
    #expect(throws: FamilyError.needsLayout(family: family.title, family.layout)) {
      try family.words(for: problem)
    }
  }
}
