import ModelCosts
import PipelineModel
import Testing

@Suite("Estimated times")
struct TimeTests {
  /// A machine on which nothing but what a test is about takes time.
  private func machine(
    peak: Double = 1e21, bandwidth: Double = 1e21, share: PeakShare = PeakShare(1), link: Double = 1e21,
    expert: Double = 1e21, latency: Double = 0, overhead: Double = 0
  ) -> Hardware {
    Hardware(
      name: "test", peak: [.bfloat16: peak],
      efficiency: .init(matrix: share, attention: share, weight: share),
      memory: .init(bandwidth: bandwidth, limit: 80e9, reserve: 0.1),
      links: .init(
        tensor: .init(bandwidth: link, latency: latency), pipeline: .init(bandwidth: 50e9, latency: 8e-6),
        expert: .init(bandwidth: expert), context: .init(bandwidth: 1e21)), overhead: overhead)
  }

  private let layer = Shapes.llama(hidden: 512, heads: 8, keyHeads: 2, headSize: 64, inner: 1024)
  private var model: ModelShape { Shapes.model(layer, count: 4, hidden: 512) }

  private func transformer(_ estimate: Estimate) throws -> LayerEstimate {
    try #require(estimate.layers.first { $0.count == 4 })
  }

  @Test("are operations by peak where nothing else takes time; scores count 2.5 times backward under flash")
  func compute() throws {
    let setup = TrainingSetup(sequence: 1024, microbatchSize: 2)
    let estimate = try transformer(Estimate(model, setup, on: machine(peak: 1e12)))
    let elements = Double(512 * 512 * 2 + 2 * 512 * 128 + 3 * 512 * 1024)
    let matrices = 2 * 2048 * elements
    let scores = Double(2048 * 1025 * 8 * 128)
    func close(_ time: Double, _ flops: Double) -> Bool { abs(time / (flops / 1e12) - 1) < 1e-6 }
    #expect(close(estimate.time.forward.total, matrices + scores))
    #expect(close(estimate.time.input.total, matrices + 2.5 * scores))
    #expect(close(estimate.time.weight.total, matrices))
    let halved = try transformer(Estimate(model, setup, on: machine(peak: 1e12, share: PeakShare(0.5))))
    #expect(close(halved.time.forward.total, 2 * (matrices + scores)))
    let counted = try transformer(
      Estimate(model, TrainingSetup(sequence: 1024, attention: .eager), on: machine(peak: 1e12)))
    #expect(close(counted.time.input.total, matrices / 2 + scores))
  }

  @Test("are shared by the devices of tensor and context parallelism")
  func shared() throws {
    let alone = try transformer(Estimate(model, TrainingSetup(sequence: 1024), on: machine(peak: 1e12)))
    for setup in [TrainingSetup(sequence: 1024, tensor: 2), TrainingSetup(sequence: 1024, context: 2)] {
      let shared = try transformer(Estimate(model, setup, on: machine(peak: 1e12)))
      #expect(abs(shared.time.forward.total * 2 / alone.time.forward.total - 1) < 1e-6)
    }
  }

  @Test("of large kernels take the share of their size")
  func sizes() throws {
    let share = try #require(PeakShare(steps: [.init(size: 1e9, share: 0.8), .init(size: 0, share: 0.2)]))
    #expect(share.of(flops: 1e9 - 1) == 0.2)
    #expect(share.of(flops: 1e9) == 0.8)
    #expect(PeakShare(steps: []) == nil)
  }

  /// Per pass and layer two all-gathers and two reduce-scatters of 2 s b h (t - 1) / t bytes.
  @Test("of collectives are four per pass and layer, none in W")
  func collectives() throws {
    let setup = TrainingSetup(sequence: 1024, tensor: 4, isSequenceParallel: true, microbatchSize: 2)
    let estimate = try transformer(Estimate(model, setup, on: machine(link: 1e9, latency: 1e-5)))
    // Two heads of keys for four devices: a copy each, which changes no message.
    let bytes = Double(2 * 2048 * 512 * 3 / 4)
    let expected = 4 * (1e-5 + bytes / 1e9)
    #expect(abs(estimate.time.forward.total / expected - 1) < 1e-6)
    #expect(abs(estimate.time.input.total / expected - 1) < 1e-6)
    #expect(estimate.time.weight.total < 1e-9)
  }

  /// Dispatch and combine carry 2 k s b h bytes each, but for the tokens that stay.
  @Test("of experts are those of their tokens' way there and back")
  func expertExchange() throws {
    let model = Shapes.model(
      Shapes.experts(hidden: 512, inner: 128, count: 8, chosen: 2), count: 4, hidden: 512)
    let setup = TrainingSetup(sequence: 1024, expert: 4, data: 4)
    let estimate = try transformer(Estimate(model, setup, on: machine(expert: 1e9)))
    let bytes = Double(2 * 2 * 1024 * 512 * 3 / 4)
    let expected = 2 * bytes / 1e9
    #expect(abs(estimate.time.forward.total / expected - 1) < 1e-6)
  }

  @Test("of full recompute add a forward pass to B; a layer alone has modes")
  func modes() throws {
    let setup = TrainingSetup(sequence: 1024, devices: 2)
    let estimate = try Estimate(model, setup, on: machine(peak: 1e12, bandwidth: 1e12, overhead: 1e-6))
    let figures = try transformer(estimate).figures
    let full = try #require(figures.modes.first)
    let (forward, input) = (figures.forward, try #require(figures.duration(of: .backwardInput)))
    #expect(full.name == "full")
    guard case .split(let longer, let weight)? = full.backward else {
      Issue.record("full has another backward pass")
      return
    }
    #expect(abs(longer - forward - input) < 1e-9)
    #expect(weight == figures.duration(of: .backwardWeight))
    #expect(full.checkpoint == 2 * 512 * 1024 / 0x1p30)
    #expect(figures.modes.map(\.name) == ["full", "selective"])
    #expect(estimate.layers.filter { $0.count == 1 }.allSatisfy { $0.figures.modes.isEmpty })
  }

  @Test("make a problem: layers by name, messages of 2 s b h / (t cp), the limit without its reserve")
  func problem() throws {
    let setup = TrainingSetup(
      sequence: 1024, tensor: 2, context: 2, microbatches: 6, devices: 2, chunks: 2)
    var model = self.model
    model.predictors = 1
    model.isTied = true
    let estimate = try Estimate(model, setup, on: machine())
    let open = try estimate.problem(named: "test")
    #expect(
      open.layers.all.map(\.name) == [
        "embed_tokens", "layers.0", "layers.1", "layers.2", "layers.3", "norm", "lm_head", "mtp.layers.0",
      ])
    #expect(open.layers.all.map(\.isTogether).suffix(3) == [false, true, true])
    #expect(open.layers.all.map(\.tied).compactMap { $0 } == ["embed_tokens"])
    #expect(open.stageCount == 4)
    #expect(open.placement == .loop)
    #expect(open.devices.map(\.memoryLimit) == [72e9 / 0x1p30, 72e9 / 0x1p30])
    guard case .links(let links) = open.communication else {
      Issue.record("messages have no bytes")
      return
    }
    #expect(links.bytes == 2 * 1024 * 512 / 4)
    #expect(links.latency[0][1] == 0.008)
    #expect(links.bandwidth[0][1] == 50e6)
    // Under FSDP, weights and gradients of a layer are gathered while it runs.
    var sharded = setup
    sharded.optimizer = OptimizerState(.fullySharded)
    #expect(try Estimate(model, sharded, on: machine()).memoryLimit < estimate.memoryLimit)
  }

  @Test("say where every number comes from, and that none was measured")
  func source() throws {
    let source = try Estimate(model, TrainingSetup(sequence: 1024), on: machine()).source
    for text in [
      "ESTIMATE, not measured", "6.4 %", "31 % at worst",
      "activationForB = n (8 h + 4 h_q + 4 h_k + 4 a + 6 f)",
      "checkpoint = n (2 h)", "h = 512", "h_k = 128", "f = 1024", "(s + 1)/2 keys", "static = ",
    ] {
      #expect(source.contains(text), "\(text)")
    }
  }

  @Test("are refused where the model cannot be cut, or the peak is not known")
  func refusals() throws {
    func refusal(_ setup: TrainingSetup) -> EstimateError? {
      do throws(EstimateError) {
        _ = try Estimate(model, setup, on: machine())
        return nil
      } catch {
        return error
      }
    }
    #expect(
      refusal(TrainingSetup(sequence: 64, tensor: 3)) == .setup(.indivisible(.heads, 8, by: .tensor, 3)))
    #expect(refusal(TrainingSetup(sequence: 64, expert: 2, data: 2)) == .setup(.withoutExperts(2)))
    #expect(
      refusal(TrainingSetup(sequence: 65, context: 2)) == .setup(.indivisible(.sequence, 65, by: .context, 2))
    )
    #expect(refusal(TrainingSetup(sequence: 64, precision: .float8)) == .withoutPeak(.float8))
    #expect(refusal(TrainingSetup(sequence: 64, tensor: 4)) == nil)
  }
}
