import PipelineModel
import ScheduleFamilies
import TestSupport
import Testing
import Timeline

/// How families lay out problems whose stages have a placement already.
@Suite("Layouts of placed stages")
struct LayoutTests {
  private func problem(devices: Int, stages: Int, placement: Placement, pieces: Int = 1) throws -> Problem {
    try Problem(
      devices: Array(repeating: Device(), count: devices),
      stages: Array(
        repeating: Stage(forward: 1, backwardInput: 1, backwardWeight: 1, activationForW: 1), count: stages),
      microbatches: Array(repeating: Microbatch(), count: 8), placement: placement, pieces: pieces)
  }

  @Test("Stages on a loop lie as a V for families of a V, and stay for those of a loop")
  func loop() throws {
    let loop = try problem(devices: 4, stages: 8, placement: .loop)
    let family = try Families.named("zb-v")
    let folded = try family.layout.arranging(loop, parts: 2)
    #expect(folded == (try problem(devices: 4, stages: 8, placement: .v)))
    // ZB-V's own claim: no device waits but for its first and last operation, with 2p activations of a stage.
    let timeline = try Timeline(Schedule(problem: folded, orders: family.orders(for: folded)))
    #expect(timeline.summary.spanBubble == 0)
    #expect(timeline.peakMemory == [8, 8, 8, 8])
    #expect(try Families.named("interleaved").layout.arranging(loop, parts: 2) == loop)
  }

  @Test("One stage per device in whatever order suits every family, as the sequential placement does")
  func swapped() throws {
    let list = Placement.explicit([2, 0, 3, 1].map { [Device.ID($0)] })
    let swapped = try problem(devices: 4, stages: 4, placement: list)
    let sequential = try problem(devices: 4, stages: 4, placement: .sequential)
    for family in Families.all {
      #expect(
        try family.layout.arranging(swapped, parts: 2) == family.layout.arranging(sequential, parts: 2),
        "\(family.name)")
    }
  }

  @Test("Pieces stay pieces")
  func pieces() throws {
    let list = Placement.explicit([1, 0].map { [Device.ID($0)] })
    let swapped = try problem(devices: 2, stages: 2, placement: list, pieces: 2)
    let arranged = try FamilyLayout.pieces.arranging(swapped, parts: 2)
    #expect(FamilyLayout.pieces.fits(arranged) && arranged.pieces == 2)
    #expect(throws: ProblemError.self) { try FamilyLayout.v.arranging(swapped, parts: 2) }
  }

  @Test("Too many, too few or unevenly spread stages are refused")
  func refusals() throws {
    let three = try problem(devices: 2, stages: 6, placement: .loop)
    #expect(throws: ProblemError.self) { try FamilyLayout.v.arranging(three, parts: 2) }
    #expect(throws: ProblemError.self) { try FamilyLayout.bidirectional.arranging(three, parts: 2) }
    let uneven = try problem(
      devices: 2, stages: 4, placement: .explicit([0, 0, 0, 1].map { [Device.ID($0)] }))
    #expect(throws: ProblemError.self) { try FamilyLayout.loop(leastChunks: 2).arranging(uneven, parts: 2) }
  }
}
