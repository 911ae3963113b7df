import Foundation
import PipelineModel
import TestSupport
import Testing
import Timeline

@testable import ScheduleFormats

@Suite("Modes in other programs' formats")
struct ModeExportTests {
  /// Four layers on two stages, of one device each, which may recompute, within the backward pass or ahead of it, all or
  /// the first of their layers or the core of attention, or offload that.
  private func problem(_ names: [[String]], layers: [[String]?] = Self.layers) throws -> Problem {
    let modes = [
      Mode(name: "folded", backward: .whole(6), activationForB: 2, checkpoint: 1),
      Mode(name: "folded*1", backward: .whole(5), activationForB: 3, checkpoint: 2),
      Mode(name: "ahead", checkpoint: 1, recompute: 2),
      Mode(name: "core", backward: .whole(5), checkpoint: 3, modules: ["core_attn"]),
      Mode(name: "host", offload: 2, modules: ["core_attn", "attn_proj"]),
      Mode(name: "some", offload: 2),
      Mode(name: "op", backward: .whole(5), checkpoint: 2, modules: ["op"]),
      Mode(name: "wrong", backward: .whole(5), checkpoint: 2, modules: ["attention"]),
    ]
    let instance = Instance(
      devices: Array(repeating: Device(host: HostLink(bandwidth: 1)), count: layers.count),
      stages: layers.map {
        Stage(forward: 2, backward: .whole(4), activationForB: 4, modes: modes, layers: $0)
      },
      microbatches: Array(repeating: Microbatch(), count: names.count))
    let numbers = try names.map { names in
      try names.map { name in try #require(instance.stages[0].modeNames.firstIndex(of: name)) }
    }
    return try Problem(instance, modes: ModeChoice(numbers))
  }

  static let layers: [[String]?] = [
    ["embed_tokens", "layers.0", "layers.1"], ["layers.2", "layers.3", "norm", "lm_head"],
  ]

  private func problem(all names: String...) throws -> Problem { try problem([names, names, names, names]) }

  /// 1F1B.
  private func timeline(_ problem: Problem) throws -> Timeline {
    let orders = problem.devices.indices.map { device -> [PipelineModel.Operation] in
      func operation(_ kind: PipelineModel.Operation.Kind, _ microbatch: Int) -> PipelineModel.Operation {
        .init(kind, stage: Stage.ID(device), microbatch: Microbatch.ID(microbatch))
      }
      let (count, warmUp) = (problem.microbatchCount, problem.deviceCount - device - 1)
      return (0..<warmUp).map { operation(.forward, $0) }
        + (warmUp..<count).flatMap { [operation(.forward, $0), operation(.backward, $0 - warmUp)] }
        + (count - warmUp..<count).map { operation(.backward, $0) }
    }
    return try Timeline(Schedule(problem: problem, orders: Orders(orders).prepared(for: problem)))
  }

  private func lines(_ format: any ExportFormat, _ problem: Problem) throws -> [String] {
    String(decoding: try format.encode(timeline(problem)), as: UTF8.self).split(separator: "\n").map(
      String.init)
  }

  private func refusal(_ format: any ExportFormat, _ problem: Problem) throws -> String? {
    let timeline = try timeline(problem)
    do throws(ExportRefusal) {
      _ = try format.encode(timeline)
      return nil
    } catch { return error.description }
  }

  private func saving(_ lines: [String]) -> [String] {
    lines.filter { $0.contains("recompute") || $0.contains("offload") }.map {
      $0.trimmingCharacters(in: .whitespaces)
    }
  }

  @Test("Megatron: one setting for all stages")
  func megatron() throws {
    let format = MegatronArguments()
    #expect(try saving(lines(format, problem(all: "plain", "plain"))) == [])
    #expect(
      try saving(lines(format, problem(all: "folded", "folded"))) == [
        "--recompute-granularity full", "--recompute-method block", "--recompute-num-layers 2",
      ])
    #expect(
      try saving(lines(format, problem(all: "folded*1", "folded*1"))).last == "--recompute-num-layers 1")
    #expect(
      try saving(lines(format, problem(all: "core", "core"))) == [
        "# With flash or fused attention, core_attn holds nothing that recompute could save.",
        "--recompute-granularity selective", "--recompute-modules core_attn",
      ])
    #expect(
      try saving(lines(format, problem(all: "host", "host"))).suffix(2) == [
        "--fine-grained-activation-offloading", "--offload-modules core_attn attn_proj",
      ])
  }

  @Test("Megatron: a stage with fewer layers than are recomputed elsewhere recomputes all of them")
  func unevenBlock() throws {
    let layers: [[String]?] = [
      ["embed_tokens", "layers.0"], ["layers.1", "layers.2", "layers.3", "norm", "lm_head"],
    ]
    let names = Array(repeating: ["folded", "folded*1"], count: 2)
    #expect(
      try saving(lines(MegatronArguments(), problem(names, layers: layers))).last
        == "--recompute-num-layers 1")
    // The other way round, one layer of three is not all.
    let reversed = Array(repeating: ["folded*1", "folded"], count: 2)
    #expect(
      try saving(lines(MegatronArguments(), problem(reversed, layers: layers))).last
        == "--recompute-num-layers 3")
    let unnamed = Array(repeating: ["folded", "folded"], count: 2)
    #expect(
      try saving(lines(MegatronArguments(), problem(unnamed, layers: [nil, nil]))) == [
        "--recompute-granularity full", "--recompute-method uniform", "--recompute-num-layers 1",
      ])
  }

  @Test("Megatron: what one setting cannot say is refused with the nearest that it can")
  func megatronRefusals() throws {
    func refusal(_ names: String...) throws -> String? {
      try self.refusal(MegatronArguments(), problem(Array(repeating: names, count: 2)))
    }
    #expect(
      try refusal("folded", "plain")
        == "expected one setting of recompute and offload for all stages, found others on stage 0 and on stage 1; "
        + "take one mode for all stages")
    #expect(try refusal("core", "folded")?.contains("found others on stage 0 and on stage 1") == true)
    #expect(try refusal("host", "plain")?.contains("take one mode for all stages") == true)
    #expect(try refusal("plain", "ahead")?.hasPrefix("expected recompute within the backward pass") == true)
    #expect(try refusal("some", "some")?.hasPrefix("expected the modules that a mode offloads") == true)
    #expect(try refusal("wrong", "wrong")?.contains("found \"attention\"") == true)
    #expect(
      try self.refusal(MegatronArguments(), problem([["folded", "plain"], ["folded", "folded"]]))
        == "expected one mode per stage for all microbatches, found several on stage 1; take one mode per stage"
    )
  }

  @Test("Primus: any layers, by their numbers in the model")
  func primus() throws {
    let format = PrimusOverrides()
    #expect(
      try saving(lines(format, problem(all: "folded*1", "folded"))) == [
        "recompute_granularity: full", "recompute_method: null", "recompute_layer_ids: [0, 2, 3]",
      ])
    let text = try lines(format, problem(all: "plain", "folded"))
    #expect(
      text.suffix(8) == [
        "modules:", "  pre_trainer:", "    overrides:", "      pipeline_model_parallel_size: 2",
        "      pipeline_model_parallel_layout: \"Et*2|t*2L\"", "      recompute_granularity: full",
        "      recompute_method: null", "      recompute_layer_ids: [2, 3]",
      ])
    #expect(
      try saving(lines(format, problem(all: "core", "core"))).last == "recompute_modules: [\"core_attn\"]")
    let unnamed = try problem(Array(repeating: ["plain", "folded"], count: 2), layers: [nil, nil])
    #expect(try refusal(format, unnamed)?.contains("expected the layers of every stage") == true)
    #expect(try refusal(format, problem(all: "core", "folded"))?.contains("found modules on stage 0") == true)
    #expect(try refusal(format, problem(all: "folded", "host"))?.contains("offload nothing") == true)
  }

  /// The lists as FlagScale's own test has them: of how many stages, then for how many microbatches what, in turn.
  @Test("FlagScale: by stage and microbatch")
  func flagScale() throws {
    let format = FlagScaleSettings()
    let problem = try problem([
      ["folded", "plain"], ["folded", "folded*1"], ["folded", "folded*1"], ["plain", "plain"],
    ])
    let text = try lines(format, problem)
    #expect(
      text.suffix(14) == [
        "system:", "  pipeline_model_parallel_size: 2", "  recompute:", "    recompute_granularity: \"full\"",
        "    recompute_method: \"block\"", "    recompute_num_layers: 1",
        "    recompute_granularity_per_stage_micro_batch:", "      - [1, 3, 1, 1, 0]",
        "      - [1, 1, 0, 2, 1, 1, 0]",
        "    recompute_method_per_stage_micro_batch:", "      - [2, 4, 1]",
        "    recompute_num_layers_per_stage_micro_batch:", "      - [1, 3, 2, 1, 1]", "      - [1, 4, 1]",
      ])
    #expect(text.contains { $0.contains("turns recompute off for good") })
    let uneven = try self.problem(
      [["plain", "plain"]], layers: [["embed_tokens", "layers.0"], ["layers.1", "layers.2", "lm_head"]])
    #expect(try lines(format, uneven).contains("    hetero_pipeline_layer_split: [1, 2]"))
    #expect(
      try refusal(format, self.problem(all: "core", "core"))?.contains("found modules of them on stage 0")
        == true)
    #expect(try refusal(format, self.problem(all: "host", "plain"))?.contains("offload nothing") == true)
  }

  @Test("PyTorch: what is wrapped stands beside the CSV")
  func torch() throws {
    let format = TorchCSV()
    #expect(try format.supplements(of: timeline(problem(all: "plain", "plain"))) == [])
    let mixed = try problem([
      ["folded*1", "plain"], ["plain", "core"], ["folded*1", "core"], ["folded*1", "folded"],
    ])
    let supplement = try #require(try format.supplements(of: timeline(mixed)).first)
    #expect(supplement.fileEnding == "checkpoint.json")
    #expect(
      String(decoding: supplement.bytes, as: UTF8.self) == """
        {
          "pipeloom": "checkpoint/1",
          "microbatches": 4,
          "ranks": [
            {"rank": 0, "checkpoint": [
              {"stage": 0, "mode": "folded*1", "layers": ["layers.0"], "microbatches": [0, 2, 3]}
            ]},
            {"rank": 1, "checkpoint": [
              {"stage": 1, "mode": "folded", "layers": ["layers.2", "layers.3"], "microbatches": [3]},
              {"stage": 1, "mode": "core", "layers": ["layers.2", "layers.3"], "modules": ["core_attn"], "microbatches": [1, 2]}
            ]}
          ]
        }

        """)
    // The CSV itself is that of a schedule without modes.
    #expect(try format.encode(timeline(mixed)) == format.encode(timeline(problem(all: "plain", "plain"))))
    #expect(try refusal(format, problem(all: "ahead", "plain"))?.contains("found an R of stage 0") == true)
    #expect(try refusal(format, problem(all: "plain", "host"))?.contains("offload nothing") == true)
  }

  @Test("torchtitan and NeMo: one setting for all stages")
  func trainers() throws {
    func text(_ format: any ConfigurationFormat, _ problem: Problem) throws -> String {
      String(decoding: try format.encode(problem, file: "s.csv", microbatchSize: 1), as: UTF8.self)
    }
    let (titan, nemo) = (TorchtitanConfiguration(), NeMoConfiguration())
    #expect(try !text(titan, problem(all: "plain", "plain")).contains("activation"))
    #expect(try !text(nemo, problem(all: "plain", "plain")).contains("activation"))
    #expect(
      try text(titan, problem(all: "folded", "folded")).hasSuffix(
        "[activation_checkpoint]\nmode = \"full\"\n"))
    #expect(
      try text(nemo, problem(all: "folded", "folded")).contains(
        "  pp_size: 2\n  activation_checkpointing: true\n"))
    #expect(
      try text(titan, problem(all: "op", "op"))
        .hasSuffix("[activation_checkpoint]\nmode = \"selective\"\nselective_ac_option = \"op\"\n"))
    for names in [["folded", "plain"], ["folded*1", "folded*1"], ["core", "core"], ["ahead", "plain"]] {
      for format in [titan, nemo] as [any ConfigurationFormat] {
        let problem = try problem(Array(repeating: names, count: 2))
        #expect(throws: ExportRefusal.self, "\(names)") { try text(format, problem) }
      }
    }
    #expect(throws: ExportRefusal.self) { try text(nemo, problem(all: "op", "op")) }
  }

  @Test("formats without a word for it refuse recompute and offload", arguments: ["folded", "host", "core"])
  func others(mode: String) throws {
    // As for all formats: what a file cannot say, its reader would not do.
    #expect(throws: ExportRefusal.self) { try problem(all: "plain", mode).checkSavesNothing() }
    #expect(throws: Never.self) { try problem(all: "plain", "plain").checkSavesNothing() }
  }

  @Test("the generic program launches copies and waits for them, and recomputes")
  func program() throws {
    func words(_ schedule: Schedule) throws -> [String] {
      let bytes = try GenericProgram().encode(Timeline(schedule))
      return String(decoding: bytes, as: UTF8.self).split(separator: "\n").filter { $0.contains("\"op\"") }
        .map {
          $0.trimmingCharacters(in: [" ", ","])
        }
    }
    let offloads = try words(ModeSamples.offloads())
    // As worked out for `HostCopyTests`.
    #expect(
      offloads.prefix(4) == [
        #"{"op": "F", "stage": 0, "microbatch": 0}"#, #"{"op": "OFFLOAD", "stage": 0, "microbatch": 0}"#,
        #"{"op": "WAIT", "for": "OFFLOAD", "stage": 0, "microbatch": 0}"#,
        #"{"op": "F", "stage": 0, "microbatch": 1}"#,
      ])
    #expect(
      offloads.suffix(3).dropLast() == [
        #"{"op": "RELOAD", "stage": 0, "microbatch": 1}"#,
        #"{"op": "WAIT", "for": "RELOAD", "stage": 0, "microbatch": 1}"#,
      ])
    #expect(try words(ModeSamples.recomputes()).contains(#"{"op": "R", "stage": 0, "microbatch": 0}"#))
  }

  @Test("a trace has a track for each way to and from the host")
  func trace() throws {
    let data = Data(try PerfettoTrace().encode(Timeline(ModeSamples.offloads())))
    let trace = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let events = try #require(trace["traceEvents"] as? [[String: Any]])
    func number(_ event: [String: Any], _ key: String) -> Int { (event[key] as? Int) ?? -1 }
    let tracks = events.filter { $0["name"] as? String == "thread_name" }.map { number($0, "tid") }
    #expect(tracks == [1, 2, 3])
    let copies = events.filter { $0["cat"] as? String == "copy" }.map { event in
      "\(event["name"] as? String ?? "") on \(number(event, "tid")) at \(number(event, "ts"))+\(number(event, "dur"))"
    }
    #expect(
      copies == [
        "offload stage=0 microbatch=0 on 2 at 2000+3000", "offload stage=0 microbatch=1 on 2 at 7000+3000",
        "reload stage=0 microbatch=0 on 3 at 10000+3000", "reload stage=0 microbatch=1 on 3 at 15000+3000",
      ])
    let names = events.filter { $0["cat"] as? String == "operation" }.compactMap { $0["name"] as? String }
    #expect(names.count == 4 && !names.contains { $0.hasPrefix("L ") })
  }
}
