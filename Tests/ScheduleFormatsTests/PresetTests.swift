import Foundation
import PipelineModel
import Testing

@testable import ScheduleFormats

@Suite("Presets")
struct PresetTests {
  /// The top of the repository, found from this file.
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  @Test("are all files of Presets, under their names")
  func files() throws {
    let folder = Self.root.appending(path: "Sources/ScheduleFormats/Presets")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }
    #expect(Set(names) == Set(Preset.all.map(\.name)))
    for preset in Preset.all {
      #expect(try Data(contentsOf: folder.appending(path: "\(preset.name).yaml")) == Data(preset.text))
    }
  }

  @Test("read as problems that say where they come from", arguments: Preset.all.map(\.name))
  func problems(name: String) throws {
    let preset = try #require(Preset.named(name))
    let problem = try preset.problem()
    #expect(problem.source?.isEmpty == false)
    #expect(!problem.name.isEmpty)
    #expect(!preset.title.isEmpty)
    // Layers were cut for what a machine has.
    #expect(problem.partition == nil || problem.devices.allSatisfy { $0.memoryLimit != nil })
    #expect(try ProblemFile.decode(ProblemFile.encode(problem), file: "") == problem)
  }

  @Test(
    "hold the profiled times of the zero-bubble paper",
    arguments: [
      ("zero-bubble-1.5b", 8, 24, [18.522, 18.086, 9.337, 0.601, 0.366]),
      ("zero-bubble-6.2b", 8, 24, [29.718, 29.444, 19.927, 0.527, 0.432]),
      ("zero-bubble-14.6b", 16, 48, [11.347, 11.248, 8.132, 0.377, 0.432]),
    ])
  func zeroBubble(name: String, devices: Int, microbatches: Int, numbers: [Double]) throws {
    let problem = try #require(Preset.named(name)).problem()
    #expect(problem.deviceCount == devices)
    #expect(problem.stageCount == devices)
    #expect(problem.microbatchCount == microbatches)
    #expect(problem.communication == .uniform(numbers[3]))
    let stage = Stage(
      forward: numbers[0], backwardInput: numbers[1], backwardWeight: numbers[2], activationForW: numbers[4])
    #expect(problem.stages.allSatisfy { $0 == stage })
  }

  /// The formulas of the file's own head, for a stage of ten layers.
  @Test("hold what a layer of Llama 70B keeps under flash attention, and what its modes leave")
  func llama() throws {
    let problem = try #require(Preset.named("llama-70b-32k")).problem()
    let (h, hk, a, f, tokens, parallel) = (8192.0, 1024.0, 64.0, 28672.0, 32768.0, 8.0)
    func gibibytes(_ bytesPerToken: Double) -> Double { 10 * bytesPerToken * tokens / parallel / 0x1p30 }
    let held = gibibytes(4 * h + 4 * h + 4 * hk + 4 * a + 4 * h + 6 * f)
    let stage = problem.stages[3]
    #expect(abs(stage.activationForB - held) < 1e-4)
    // 2 FLOPs per element of a matrix, and scores of half of the keys.
    let matrices = 2 * (2 * h * h + 2 * h * hk + 3 * h * f) * tokens * 10 / parallel / (989e9 * 0.65)
    let scores = 2 * (tokens + 1) / 2 * h * 2 * tokens * 10 / parallel / (989e9 * 0.5)
    #expect(abs(stage.forward - matrices - scores) < 1e-3)
    #expect(stage.backward.total.map { abs($0 - 2 * matrices - 2.5 * scores) < 1e-3 } == true)
    let modes = Dictionary(uniqueKeysWithValues: stage.modes.map { ($0.name, $0) })
    let full = try #require(modes["full"])
    #expect(full.checkpoint.map { abs($0 - gibibytes(2 * h)) < 1e-4 } == true)
    // One layer at a time, and the inputs of the nine before it.
    #expect(full.activationForB.map { abs($0 - held / 10 - gibibytes(2 * h) * 0.9) < 1e-4 } == true)
    #expect(full.backward?.total.map { abs($0 - 3 * matrices - 3.5 * scores) < 1e-3 } == true)
    #expect(modes["core_attn"]?.checkpoint == nil && modes["core_attn"]?.activationForB == nil)
    #expect(modes["layernorm"]?.checkpoint.map { abs($0 - held + gibibytes(4 * h)) < 1e-4 } == true)
    #expect(abs((modes["offload"]?.offload ?? 0) - gibibytes(4 * h + 4 * hk)) < 1e-4)
    #expect(modes["ahead"]?.recompute == stage.forward)
  }

  @Test("hold what a layer of DeepSeek-V3 keeps, and what its modes leave")
  func deepSeek() throws {
    let problem = try #require(Preset.named("deepseek-v3")).problem()
    let (h, q, c, a, n, r, v) = (7168.0, 1536.0, 512.0, 128.0, 128.0, 64.0, 128.0)
    let (k, e, count) = (8.0, 2048.0, 256.0)
    func gibibytes(_ bytesPerToken: Double) -> Double { 4 * bytesPerToken * 4096 / 0x1p30 }
    let attention = 4 * h + 4 * q + 4 * c + 2 * r + a * (4 * (n + r) + 4 * v + 4)
    let experts = 4 * h + k * (4 * h + 6 * e) + 6 * e + 8 * count
    let stage = problem.stages[7]
    #expect(abs(stage.activationForB - gibibytes(attention + experts)) < 1e-4)
    let modes = Dictionary(uniqueKeysWithValues: stage.modes.map { ($0.name, $0) })
    func left(_ name: String) throws -> Double { try #require(modes[name]?.checkpoint) }
    #expect(try abs(left("mla_up_proj") - gibibytes(attention + experts - a * (4 * (n + r) + 2 * v))) < 1e-4)
    #expect(try abs(left("moe_act") - gibibytes(attention + experts - 2 * k * e)) < 1e-4)
    #expect(try abs(left("full") - gibibytes(2 * h)) < 1e-4)
    // 37 billion parameters work on a token, the input embedding and the head aside: F takes 2 FLOPs for each.
    let matrices = problem.stages.reduce(0) { sum, stage in
      if case .split(_, let weights) = stage.backward { sum + weights } else { sum }
    }
    let active = matrices / 1e3 * 989e12 * 0.65 / 2 / 4096
    #expect((36e9...38e9).contains(active))
  }

  /// Between them two streams do what the other preset's one does, and what DeepEP reports.
  @Test("hold DeepSeek-V3's messages between experts beside the same computation")
  func deepSeekStreams() throws {
    let plain = try #require(Preset.named("deepseek-v3")).problem()
    let preset = try #require(Preset.named("deepseek-v3-streams"))
    let written = try #require(try preset.problem().layout?.written)
    #expect(written.streams == ["compute", "net"] && written.plain.microbatchCount == plain.microbatchCount)
    // To four nodes, a scale for every 128 values of one byte, or two bytes a value.
    let values = 4096.0 * 4 * 7168
    let (dispatch, combine) = (values * (1 + 4 / 128.0) / 51e6, values * 2 / 50e6)
    for (index, (stage, phases)) in zip(plain.stages, written.phases).enumerated() {
      func time(_ phases: [Phase], on stream: Int) -> Double {
        phases.filter { $0.stream == stream }.reduce(0) { $0 + $1.time }
      }
      guard case .split(let input, let weight) = stage.backward else { continue }
      let layers = (1..<15).contains(index) ? 4.0 : 1
      #expect(abs(time(phases.forward, on: 0) - stage.forward) < layers * 1.1e-3)
      #expect(abs(time(phases.backwardInput, on: 0) - input) < layers * 1.1e-3)
      #expect(phases.backwardWeight.map(\.time) == [weight])
      for pass in [phases.forward, phases.backwardInput] {
        #expect(abs(time(pass, on: 1) - layers * (dispatch + combine)) < layers * 1e-3)
      }
    }
  }

  /// Alpha + work x beta, by the constants of FSMoE's authors.
  @Test("hold what FSMoE's performance model says of a layer of Mixtral")
  func mixtralStreams() throws {
    let preset = try #require(Preset.named("mixtral-8x7b-streams"))
    let written = try #require(try preset.problem().layout?.written)
    let (width, hidden, nodes) = (4096.0, 14336.0, 8.0)
    let routed = 2.4 * 4 * 1024 * width
    let toAll = 0.235151 + 1.8543323833e-6 * routed / nodes
    let gather = 0.0549 + 6.72388e-7 * routed
    let scatter = 0.0688 + 6.70433e-7 * routed
    let experts = 0.591943532 + 5.6847387697e-11 * routed * hidden / nodes * 3
    let gradients = 0.34099276392 + 3.4950701465e-6 * width * width / 8 * 2.5
    let layer = [(0.65, 0), (toAll, 2), (gather, 1), (experts, 0), (scatter, 1), (toAll, 2)]
    for phases in written.phases {
      #expect(phases.forward.map(\.stream) == (layer + layer).map(\.1))
      for (phase, expected) in zip(phases.forward, layer + layer) {
        #expect(abs(phase.time - expected.0) < 1e-3)
      }
      #expect(phases.backwardInput.map(\.stream) == [2, 1, 0, 1, 2, 0, 2, 1, 0, 1, 2, 0])
    }
    #expect(abs((written.tasks.first?.time ?? 0) - 2 * gradients) < 1e-3)
  }

  @Test("are not known by other names")
  func unknown() {
    #expect(Preset.named("zero-bubble") == nil)
  }

  @Test("have a one-line title")
  func title() {
    #expect(
      Preset.named("uniform-4x8")?.title
        == "Uniform 4 x 8: the textbook pipeline, F = B = W = 1 and no latency")
  }
}

extension Stage.Backward {
  /// What all of it takes; `nil` where there is none.
  fileprivate var total: Double? {
    switch self {
    case .split(let input, let weight): input + weight
    case .input(let only): only
    case .whole(let both): both
    case .none: nil
    }
  }
}
