import PipelineModel

/// Measured stages, from which the times of a layer are fitted.
public struct MeasuredStages {
  /// The stages, with as many transformer layers as they have.
  public let samples: [LayerFits.Sample]

  /// Takes the stages of a measured problem.
  ///
  /// Where stages between the first and the last differ in their layers, they tell alone. Otherwise all do, once what the
  /// ends of the model are estimated to take is left out of the first and the last.
  ///
  /// - Parameters:
  ///   - layers: how many transformer layers each stage has.
  ///   - seconds: how long the unit of its times is.
  ///   - estimate: what backward passes that were timed whole are divided by, and what the ends take.
  public init(_ problem: Problem, layers: [Int], seconds: Double, _ estimate: Estimate) {
    let average = estimate.averageLayer
    let share = average.input + average.weight > 0 ? average.input / (average.input + average.weight) : 0.5
    func sample(_ index: Int, without ends: [LayerEstimate]) -> LayerFits.Sample {
      let stage = problem.stages[index]
      let backward: (input: Double, weight: Double) =
        switch stage.backward {
        case .split(let input, let weight): (input, weight)
        case .whole(let both): (both * share, both * (1 - share))
        case .input(let only): (only, 0)
        case .none: (0, 0)
        }
      let measured = Passes(
        forward: stage.forward * seconds, input: backward.input * seconds, weight: backward.weight * seconds)
      return LayerFits.Sample(
        layers: layers[index],
        time: ends.reduce(measured) { $0.combined(with: $1.time.map(\.total), -) })
    }
    let last = problem.stageCount - 1
    let inner = last > 1 ? Array(1..<last) : []
    if Set(inner.map { layers[$0] }).count > 1 {
      samples = inner.map { sample($0, without: []) }
    } else {
      samples = (0...last).map { index in
        sample(
          index,
          without: estimate.ends(isFirst: index == 0, isLast: index == last))
      }
    }
  }
}

extension Estimate {
  /// The seconds that the passes of a transformer layer take on average.
  public var averageLayer: Passes<Double> {
    let transformer = layers.filter { if case .transformer = $0.kind { true } else { false } }
    let count = Double(max(1, model.layerCount))
    return transformer.reduce(Passes(forward: 0, input: 0, weight: 0)) { sum, layer in
      sum.combined(with: layer.time) { $0 + $1.total * Double(layer.count) / count }
    }
  }

  /// The layers at the ends of the model.
  fileprivate func ends(isFirst: Bool, isLast: Bool) -> [LayerEstimate] {
    layers.filter { layer in
      switch layer.kind {
      case .embedding: isFirst
      case .norm, .head, .predictor: isLast
      case .transformer: false
      }
    }
  }
}
