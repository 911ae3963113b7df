import PipelineModel
import ScheduleFamilies
import TestSupport
import Testing

@Suite("Families say what they need")
struct RequirementTests {
  @Test("another placement is refused by every family, by name")
  func placements() throws {
    let problem = try Problem(
      devices: [Device(), Device()],
      stages: Array(repeating: Stage(forward: 1, backwardInput: 1, backwardWeight: 1), count: 3),
      microbatches: [Microbatch()], placement: .explicit([[0], [1], [1]].map { $0.map { Device.ID($0) } }))
    for family in Families.all {
      #expect(throws: FamilyError.needsLayout(family: family.title, family.layout)) {
        try family.orders(for: problem)
      }
    }
  }

  @Test("a group size is refused by every family without groups")
  func groupSize() throws {
    for family in Families.all where !family.takesGroupSize {
      let problem = try family.layout.arranging(.uniform(devices: 4, microbatches: 8), parts: 2)
      #expect(throws: FamilyError.takesNoGroupSize(family: family.title)) {
        try family.orders(for: problem, parameters: FamilyParameters(groupSize: 4))
      }
    }
  }

  @Test(
    "a group size out of range is refused with the range",
    arguments: [
      ("interleaved", 3, 4...8), ("interleaved", 9, 4...8), ("interleaved-overlap", 3, 4...8),
      ("grouped-interleaved", 0, 1...4), ("grouped-interleaved", 5, 1...4), ("interleaved", -1, 4...8),
    ])
  func groupSizeRange(family: String, size: Int, range: ClosedRange<Int>) throws {
    let family = try Families.named(family)
    let problem = try Problem.uniform(devices: 4, microbatches: 8).arranged(.loop, chunks: 2)
    let error = FamilyError.groupSize(family: family.title, expected: range, found: size)
    #expect(throws: error) {
      try family.orders(for: problem, parameters: FamilyParameters(groupSize: size))
    }
    #expect(error.description.hasSuffix("from \(range.lowerBound) to \(range.upperBound), found \(size)"))
  }

  @Test("one chunk per device is no loop, but enough for interleaved zero bubble")
  func oneChunk() throws {
    let problem = try Problem.uniform(devices: 4, microbatches: 8)
    for name in ["interleaved", "interleaved-overlap", "grouped-interleaved", "looped-bfs"] {
      let family = try Families.named(name)
      #expect(throws: FamilyError.needsLayout(family: family.title, .loop(leastChunks: 2))) {
        try family.orders(for: problem)
      }
    }
    _ = try Families.named("interleaved-zb").orders(for: problem)
  }

  @Test("names are told apart, and found without their hyphens")
  func names() throws {
    #expect(Set(Families.all.map(\.name)).count == Families.all.count)
    #expect(Set(Families.all.map(\.title)).count == Families.all.count)
    #expect(try Families.named("Eager1F1B").name == "eager-1f1b")
  }
}
