import Testing

@testable import PipelineModel

/// Numbered layers follow each other through the stages.
@Suite("The order of layers")
struct LayerOrderTests {
  /// Stage s on device s; `routes` are lists of stages, one for each microbatch.
  private func problem(
    _ layers: [[String]?], layerCount: Int? = nil, routes: [[Int]]? = nil, rules: SkipReorderRules? = nil
  ) throws(ProblemError) -> Problem {
    let all = routes ?? [Array(layers.indices)]
    return try Problem(
      devices: Array(repeating: Device(), count: layers.count),
      stages: layers.map { Stage(forward: 1, backwardInput: 1, backwardWeight: 1, layers: $0) },
      layerCount: layerCount, microbatches: Array(repeating: Microbatch(), count: all.count),
      skipReorder: rules,
      routes: (
        all.map { Route(visits: $0.map { Route.Visit(stage: Stage.ID($0), device: Device.ID($0)) }) },
        Array(all.indices)
      ))
  }

  /// Where the first wrong layer is, and which one was due there.
  private func misplaced(
    _ layers: [[String]?], layerCount: Int? = nil, routes: [[Int]]? = nil, rules: SkipReorderRules? = nil
  ) -> ProblemError? {
    do throws(ProblemError) {
      _ = try problem(layers, layerCount: layerCount, routes: routes, rules: rules)
      return nil
    } catch {
      return error
    }
  }

  private func error(stage: Int, layer index: Int, expected: Int, found: Int) -> ProblemError {
    ProblemError(
      ["stages", .index(stage), "layers", .index(index)],
      .layerOutOfPlace(found, expected: expected, stage: stage))
  }

  @Test("layers in order are taken: whole, in parts, in several stacks, without numbers")
  func good() {
    let lists: [[[String]?]] = [
      [["embed", "layers.0", "layers.1"], ["layers.2", "norm", "lm_head"]],
      [["layers.0.attn", "layers.0.mlp"], ["layers.1.attn", "norm", "layers.1.mlp"]],
      [["encoder.layers.0"], ["encoder.layers.1", "decoder.layers.0"], ["decoder.layers.1"]],
      [["decoder.layers.0", "mtp.layers.0"], ["mtp.layers.1"]],
      [["a", "b"], ["a", "c"], ["rotary_emb"]],
    ]
    for layers in lists { #expect(misplaced(layers) == nil) }
  }

  @Test("a lost, doubled, swapped or divided layer is found, with its stage and the layer that is due")
  func bad() {
    let first = error(stage: 0, layer: 1, expected: 0, found: 1)
    #expect(misplaced([["embed", "layers.1"], ["layers.0"]]) == first)
    let gap = error(stage: 1, layer: 0, expected: 2, found: 3)
    #expect(misplaced([["layers.0", "layers.1"], ["layers.3"]]) == gap)
    let double = error(stage: 1, layer: 0, expected: 2, found: 1)
    #expect(misplaced([["layers.0", "layers.1"], ["layers.1", "layers.2"]]) == double)
    #expect(
      misplaced([["layers.0.attn"], ["layers.0.mlp"]]) == error(stage: 1, layer: 0, expected: 1, found: 0))
    let interrupted = error(stage: 0, layer: 2, expected: 2, found: 0)
    #expect(misplaced([["layers.0.attn", "layers.1", "layers.0.mlp"]]) == interrupted)
    #expect(misplaced([["mtp.layers.1"]]) == error(stage: 0, layer: 0, expected: 0, found: 1))
    // The decoder's first layer is lost, the encoder's are all there.
    let decoder = error(stage: 1, layer: 0, expected: 0, found: 1)
    #expect(misplaced([["encoder.layers.0"], ["decoder.layers.1"]]) == decoder)
  }

  @Test("a stage without names may hold any layers, but none twice")
  func nameless() {
    #expect(misplaced([["layers.0"], nil, ["layers.3"]]) == nil)
    #expect(misplaced([nil, ["layers.3"], nil]) == nil)
    #expect(misplaced([["layers.3"], nil]) == error(stage: 0, layer: 0, expected: 0, found: 3))
    #expect(
      misplaced([["layers.0"], nil, ["layers.0"]]) == error(stage: 2, layer: 0, expected: 1, found: 0))
    #expect(
      misplaced([["layers.0"], nil, ["layers.3", "layers.5"]])
        == error(stage: 2, layer: 1, expected: 4, found: 5))
  }

  @Test("copies of a model, which no microbatch visits together, are numbered each for itself")
  func copies() {
    let copies: [[String]?] = [["layers.0"], ["layers.0"], ["layers.1"], ["layers.1"]]
    #expect(misplaced(copies, routes: [[0, 2], [1, 3]]) == nil)
    #expect(misplaced(copies, layerCount: 2, routes: [[0, 2], [1, 3]]) == nil)
    #expect(misplaced(copies, routes: [[0, 2], [1, 2, 3]]) != nil)
    #expect(misplaced(copies) == error(stage: 1, layer: 0, expected: 1, found: 0))
    #expect(
      misplaced([["layers.0"], ["layers.0"], ["layers.1"], ["layers.2"]], routes: [[0, 2], [1, 3]])
        == error(stage: 3, layer: 0, expected: 1, found: 2))
  }

  @Test("routes that skip stages leave the model's order as it is")
  func skips() {
    let layers: [[String]?] = (0..<4).map { ["layers.\($0)"] }
    #expect(misplaced(layers, routes: [[0, 3], [0, 2, 1]]) == nil)
    #expect(misplaced(layers, routes: [[0, 2]]) == nil)
    // Rules speak of one model, also before any route visits its stages.
    let rules = SkipReorderRules(stagesPerMicrobatch: 1)
    #expect(misplaced(layers, routes: [[0]], rules: rules) == nil)
    #expect(misplaced(layers.reversed(), routes: [[0]], rules: rules) != nil)
  }

  @Test("a stated number of layers finds the lost tail, and says what it cannot know")
  func total() {
    let layers: [[String]?] = [
      ["embed", "layers.0", "layers.1"], ["layers.2", "mtp.layers.0", "norm", "lm_head"],
    ]
    #expect(misplaced(layers, layerCount: 3) == nil)
    for count in [2, 4] {
      #expect(
        misplaced(layers, layerCount: count) == ProblemError(["layerCount"], .layerTotal(count, named: 3)))
    }
    #expect(misplaced([["layers.0"], nil], layerCount: 8) == nil)
    #expect(misplaced([["layers.0", "layers.1"], nil], layerCount: 1) != nil)
    #expect(misplaced([nil, nil], layerCount: 8) == nil)
    #expect(
      misplaced([["a"], ["b"]], layerCount: 2) == ProblemError(["layerCount"], .layerTotal(2, named: 0)))
    #expect(
      misplaced([nil], layerCount: 0)
        == ProblemError(["layerCount"], .countOutOfRange(0, ProblemRules.counts)))
  }

  @Test("modules that no stage names are found where all stages have names and some have numbers")
  func missing() throws {
    #expect(try problem([["embed", "layers.0"], ["norm", "lm_head"]]).missingModules == [])
    #expect(try problem([["layers.0"], ["norm", "output"]]).missingModules == [.embedding])
    #expect(try problem([["wte", "h.0"], ["norm"]]).missingModules == [.head])
    #expect(try problem([["layers.0"], ["layers.1"]]).missingModules == [.embedding, .head])
    #expect(try problem([["layers.0"], nil]).missingModules == [])
    #expect(try problem([["a"], ["b"]]).missingModules == [])
  }

  @Test("chunks do not divide a layer; replicated and folded stages keep theirs")
  func arrangements() throws {
    let whole = try Problem(
      devices: [Device(), Device()],
      stages: [["layers.0.attn", "layers.0.mlp"], ["layers.1.attn", "layers.1.mlp"]].map {
        Stage(forward: 1, backwardInput: 1, backwardWeight: 1, layers: $0)
      }, layerCount: 2, microbatches: [Microbatch(), Microbatch()])
    let chunked = try whole.arranged(.v, chunks: 2)
    #expect(chunked.stages.allSatisfy { $0.layers == nil })
    #expect(chunked.layerCount == 2)
    let bidirectional = try whole.arranged(.bidirectional, chunks: 1)
    #expect(bidirectional.stages.map(\.layers) == whole.stages.map(\.layers))
  }
}
