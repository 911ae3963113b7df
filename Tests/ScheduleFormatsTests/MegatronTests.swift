import PipelineModel
import ScheduleFamilies
import TestSupport
import Testing
import Timeline

@testable import ScheduleFormats

@Suite("Megatron's arguments")
struct MegatronTests {
  private func text(_ timeline: Timeline) throws -> String {
    String(decoding: try MegatronArguments().encode(timeline), as: UTF8.self)
  }

  @Test("1F1B is what Megatron runs")
  func exact() throws {
    let problem = try Problem.uniform(devices: 4, microbatches: 8)
    let timeline = try Timeline(
      Schedule(problem: problem, words: Families.named("1f1b").words(for: problem)))
    #expect(
      try text(timeline) == """
        # Megatron's 1F1B runs exactly this order on every device.
        # Set --global-batch-size to 8 x --micro-batch-size x the data-parallel size.
        # The problem names no layers: Megatron divides them evenly over 4 stages.
        --pipeline-model-parallel-size 4

        """)
  }

  @Test("what Megatron does otherwise is said")
  func different() throws {
    let problem = try Problem.uniform(devices: 2, microbatches: 3)
    let words = Words([
      try TorchCSVTests.word("0F0 0F1 0F2 0I0 0W0 0I1 0I2 0W1 0W2"),
      try TorchCSVTests.word("1F0 1I0 1W0 1F1 1B1 1F2 1B2"),
    ])
    let lines = try text(Timeline(Schedule(problem: problem, words: words))).split(separator: "\n")
    #expect(
      lines[0] == "# Megatron runs its own 1F1B instead of this order, which differs on 1 of 2 devices.")
    #expect(lines[1] == "# Megatron does not run W apart from B; 2 W of this schedule stand apart.")
  }

  /// Two devices, two chunks, four microbatches in groups of two: device 0 begins with 2 + 2 forwards, device 1
  /// with 2. Written by hand from Megatron's schedule table.
  @Test("the interleaved order by hand, and the group size that it has")
  func interleaved() throws {
    let timeline = try TorchCSVTests.timeline(
      [
        "0F0 0F1 2F0 2F1 0F2 2B0 0F3 2B1 2F2 0B0 2F3 0B1 2B2 2B3 0B2 0B3",
        "1F0 1F1 3F0 3B0 3F1 3B1 1F2 1B0 1F3 1B1 3F2 3B2 3F3 3B3 1B2 1B3",
      ], placement: .loop, stages: 4, microbatches: 4)
    #expect(
      try text(timeline) == """
        # Megatron's interleaved 1F1B runs exactly this order on every device.
        # Set --global-batch-size to 4 x --micro-batch-size x the data-parallel size.
        # The problem names no layers: Megatron divides them evenly over 4 stages.
        --pipeline-model-parallel-size 2
        --num-virtual-stages-per-pipeline-rank 2
        --microbatch-group-size-per-virtual-pipeline-stage 2

        """)
  }

  @Test("fewer microbatches than devices leave no group size")
  func tooFew() throws {
    let timeline = try TorchCSVTests.timeline(
      ["0F0 2F0 2B0 0B0", "1F0 3F0 3B0 1B0"], placement: .loop, stages: 4, microbatches: 1)
    let text = try text(timeline)
    #expect(
      text.hasPrefix(
        "# Megatron runs interleaved 1F1B only with at least as many microbatches as devices; here are 1 and 2.\n"
      ))
    #expect(!text.contains("--microbatch-group-size"))
  }

  @Test(
    "layouts by hand",
    arguments: [
      ([["embedding", "layers.0", "layers.1"], ["layers.2", "norm", "lm_head"]], "Et*2|tL"),
      ([["model.embed_tokens"], ["model.layers.0", "model.rotary_emb"], ["mtp.0"], ["lm_head"]], "E|t|m|L"),
      ([["tok_embeddings", "h.0", "h.1", "h.2", "ln_f.norm"]], "Et*3L"),
    ])
  func layouts(layers: [[String]], layout: String) throws {
    #expect(try MegatronLayout(layers).text == layout)
  }

  @Test("layers that Megatron cannot lay out are refused")
  func badLayers() {
    #expect(throws: ExportRefusal.unknownLayer("vision", Stage.ID(1))) {
      try MegatronLayout([["embedding"], ["vision", "head"]])
    }
    #expect(throws: ExportRefusal.incompleteLayout("t|L")) { try MegatronLayout([["layers.0"], ["head"]]) }
    #expect(throws: ExportRefusal.incompleteLayout("E|t")) {
      try MegatronLayout([["embedding"], ["layers.0"]])
    }
    #expect(throws: ExportRefusal.incompleteLayout("EL|L")) {
      try MegatronLayout([["embedding", "norm"], ["head"]])
    }
  }

  @Test("a V is refused")
  func v() throws {
    let timeline = try TorchCSVTests.timeline(
      ["0F0 3F0 3B0 0B0", "1F0 2F0 2B0 1B0"], placement: .v, stages: 4, microbatches: 1)
    #expect(
      refusal(of: timeline, as: MegatronArguments())?
        .hasPrefix("expected one stage per device in order, or a loop, found another placement") == true)
  }
}
