import Diagrams
import PipelineModel
import ScheduleFamilies
import ScheduleFormats
import Testing
import Timeline

@testable import pipeloom

/// What flags can do stands behind what a module says is wrong.
@Suite("Advice")
struct AdviceTests {
  @Test(
    "of families",
    arguments: [
      (
        FamilyError.needsLayout(family: "Hanayo", .waves),
        "Hanayo needs the v placement with an even number of stages per device: "
          + "--chunks 2 makes it from a sequential problem"
      ),
      (
        .needsLayout(family: "Interleaved", .loop(leastChunks: 2)),
        "Interleaved needs the loop placement with at least 2 stages per device, equally many on each: "
          + "--chunks 2 makes it from a sequential problem"
      ),
      (
        .needsLayout(family: "1F1B", .sequential),
        "1F1B needs the sequential placement: stage s alone on device s, every microbatch through all stages"
      ),
      (.takesNoGroupSize(family: "GPipe"), "GPipe has no groups of microbatches: leave --group-size out"),
      (
        .needsMicrobatches(family: "DualPipe", least: 8, found: 6),
        "DualPipe needs at least 8 microbatches, found 6"
      ),
    ])
  func families(error: FamilyError, text: String) { #expect(error.advice == text) }

  @Test(
    "of diagrams",
    arguments: [
      (
        DiagramError.emptyWindow(from: 5, to: 3), "the window from 5 to 3 is empty: --to must be after --from"
      ),
      (.windowWithoutTime, "the picture has no time axis: leave out --from and --to"),
      (.widthOutOfRange(5, 200...900), "expected --width from 200 to 900 points, found 5"),
      (
        .imageTooLarge(width: 40_000, height: 100, limit: 32_767),
        "a PNG of 40000 x 100 pixels exceeds 32767 a side: make the page smaller with --width, draw a part with "
          + "--from and --to, or write SVG or PDF"
      ),
      (
        .imageTooLarge(width: 100, height: 40_000, limit: 32_767),
        "a PNG of 100 x 40000 pixels exceeds 32767 a side; neither --width nor --from and --to make it less tall: "
          + "write SVG or PDF"
      ),
      (
        .fileTooLarge(bytes: 21_000_000, limit: 20_000_000),
        "an SVG of 21 MB exceeds 20 MB: draw a part with --from and --to, write PDF, or force it with --force"
      ),
      (
        .windowOutside(from: 9, to: 10, schedule: 0...8),
        "the window from 9 to 10 misses the schedule, which runs from 0 to 8"
      ),
    ])
  func diagrams(error: DiagramError, text: String) { #expect(error.advice == text) }

  @Test("of exports and of imports that refuse the problem")
  func formats() throws {
    let problem = try Problem(
      devices: Array(repeating: Device(), count: 2),
      stages: Array(repeating: Stage(forward: 1, backwardInput: 1, backwardWeight: 1), count: 2),
      microbatches: Array(repeating: Microbatch(), count: 2)
    ).arranged(.bidirectional, chunks: 1)
    let text =
      "expected one device per stage, found stage 0 on devices 0, 1; a runtime of your own can run the generic "
      + "format, --format program"
    let orders = try Families.named("chimera").orders(for: problem)
    let timeline = try Timeline(Schedule(problem: problem, orders: orders))
    let refusal = #expect(throws: ExportRefusal.self) { try TorchCSV().encode(timeline) }
    #expect(refusal?.advice == text)
    let error = #expect(throws: FormatError.self) { try TorchCSV().decode([], file: "a.csv", for: problem) }
    #expect(error?.advice == "a.csv: \(text)")
  }
}
