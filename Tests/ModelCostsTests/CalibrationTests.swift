import ModelCosts
import PipelineModel
import Testing

@Suite("Calibrated estimates")
struct CalibrationTests {
  private let hardware = Hardware(
    name: "test", peak: [.bfloat16: 1e14],
    efficiency: .init(matrix: PeakShare(0.5), attention: PeakShare(0.5), weight: PeakShare(0.5)),
    memory: .init(bandwidth: 1e12, limit: 80e9),
    links: .init(tensor: .init(bandwidth: 1e11), pipeline: .init(bandwidth: 1e10)))
  private let model = Shapes.model(
    Shapes.llama(hidden: 512, heads: 8, keyHeads: 2, headSize: 64, inner: 1024), count: 12, hidden: 512)
  private let setup = TrainingSetup(sequence: 1024, devices: 4)

  /// A pass of a stage takes 0.3, 0.4, 0.5 and, for each layer, 1, 1.2, 0.7.
  private func stage(_ layers: Int) -> Stage {
    let count = Double(layers)
    return Stage(
      forward: 0.3 + count, backward: .split(input: 0.4 + 1.2 * count, weight: 0.5 + 0.7 * count))
  }

  private func problem(_ stages: [Stage]) throws -> Problem {
    try Problem(
      units: Units(time: "ms"), devices: Array(repeating: Device(), count: stages.count), stages: stages,
      microbatches: [Microbatch()])
  }

  @Test("by stages of two numbers of layers have their slope, and share their overhead")
  func profile() throws {
    let plain = try Estimate(model, setup, on: hardware)
    let counts = [2, 3, 4, 3]
    let stages = MeasuredStages(
      try problem(counts.map(stage)), layers: counts, seconds: 1e-3, plain)
    #expect(stages.samples.map(\.layers) == [3, 4])
    let fits = try LayerFits(stages.samples, estimated: plain.averageLayer, layersPerStage: 3)
    #expect(abs(fits.passes.forward.slope - 1e-3) < 1e-12)
    #expect(abs(fits.passes.input.overhead - 0.4e-3) < 1e-12)
    let fitted = try Estimate(model, setup, on: hardware, calibration: .profile(fits))
    let layer = try #require(fitted.layers.first { $0.count == 12 }).figures
    #expect(layer.forward == 1.1)
    #expect(abs((layer.duration(of: .backwardInput) ?? 0) - (1.2 + 0.4 / 3)) < 1e-6)
    #expect(abs((layer.duration(of: .backwardWeight) ?? 0) - (0.7 + 0.5 / 3)) < 1e-6)
    // The ends are as they were, and the file says what was done.
    #expect(fitted.layers.first?.figures == plain.layers.first?.figures)
    #expect(fitted.source.contains("2 measured stages of 3, 4 layers"))
  }

  @Test("by stages of which only the ends differ leave out what the ends are estimated to take")
  func ends() throws {
    let plain = try Estimate(model, setup, on: hardware)
    let counts = [2, 3, 3, 2]
    var stages = counts.map(stage)
    func add(_ layers: ArraySlice<LayerEstimate>, to index: Int) {
      for layer in layers {
        let time = layer.time.map { $0.total * 1e3 }
        guard case .split(let input, let weight) = stages[index].backward else { return }
        stages[index].forward += time.forward
        stages[index].backward = .split(input: input + time.input, weight: weight + time.weight)
      }
    }
    add(plain.layers.prefix(1), to: 0)
    add(plain.layers.suffix(2), to: 3)
    let measured = MeasuredStages(try problem(stages), layers: counts, seconds: 1e-3, plain)
    #expect(measured.samples.map(\.layers) == counts)
    let fits = try LayerFits(measured.samples, estimated: plain.averageLayer, layersPerStage: 2.5)
    #expect(abs(fits.passes.forward.slope - 1e-3) < 1e-12)
    #expect(abs(fits.passes.weight.overhead - 0.5e-3) < 1e-12)
  }

  @Test("need stages that differ, and layers that take time")
  func refusals() {
    let time = Passes(forward: 1.0, input: 1, weight: 1)
    let longer = Passes(forward: 2.0, input: 2, weight: 2)
    func error(_ samples: [LayerFits.Sample]) -> LayerFitError? {
      do throws(LayerFitError) {
        _ = try LayerFits(samples, estimated: time, layersPerStage: 1)
        return nil
      } catch {
        return error
      }
    }
    #expect(error([.init(layers: 3, time: time), .init(layers: 3, time: longer)]) == .oneCount(3))
    #expect(error([.init(layers: 3, time: longer), .init(layers: 4, time: time)]) == .noSlope)
    #expect(error([.init(layers: 3, time: time), .init(layers: 4, time: longer)]) == nil)
  }

  @Test("by one run are all longer by what it took more")
  func run() throws {
    let plain = try Estimate(model, setup, on: hardware)
    let scaled = try Estimate(
      model, setup, on: hardware, calibration: .run(measured: 3, estimated: 2))
    for (before, after) in zip(plain.layers, scaled.layers) {
      #expect(after.time.forward.total == before.time.forward.total * 1.5)
      #expect(after.held == before.held)
    }
    #expect(scaled.source.contains("times x 1.5"))
  }
}
