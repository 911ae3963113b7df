import PipelineModel

/// Random layers with whatever a layer may have, and problems in which they are still to be cut.
public struct RandomLayers: Sendable {
  /// How many layers there are.
  public var count: ClosedRange<Int>
  /// Whether layers have modes.
  public var hasModes: Bool
  /// Whether some layers stay together, are frozen or tied.
  public var hasTies: Bool

  /// Describes layers; without arguments all that may be.
  public init(count: ClosedRange<Int> = 1...9, hasModes: Bool = true, hasTies: Bool = true) {
    self.count = count
    self.hasModes = hasModes
    self.hasTies = hasTies
  }

  /// Draws layers.
  public func layers(using random: inout SeededGenerator) throws -> Layers {
    let number = Int.random(in: count, using: &random)
    let frozen = hasTies ? Int.random(in: 0...3, using: &random) : 0
    let isWhole = hasTies && Int.random(in: 0...5, using: &random) == 0
    var names = ["first"]
    return try Layers(
      (0..<number).map { index in
        var layer = Layer(name: index == 0 ? "first" : "", figures: figures(isWhole: isWhole, &random))
        if hasTies {
          layer.isFrozen = index < frozen - 1 || Int.random(in: 0...6, using: &random) == 0
          layer.isTogether = index > 0 && Int.random(in: 0...4, using: &random) == 0
          if index > 0, Int.random(in: 0...3, using: &random) == 0 {
            layer.tied = names.randomElement(using: &random)
          }
        }
        if !layer.name.isEmpty { names.append(layer.name) }
        return layer
      })
  }

  private func figures(isWhole: Bool, _ random: inout SeededGenerator) -> Stage {
    func number(_ range: ClosedRange<Int>) -> Double { random.decimal(in: range, decimals: 1) }
    let held = number(1...4)
    let backward: Stage.Backward =
      isWhole ? .whole(number(1...9)) : .split(input: number(0...5), weight: number(0...4))
    var stage = Stage(
      forward: number(0...5), backward: backward, activationForB: held,
      activationForW: isWhole ? 0 : min(held, number(0...2)), staticMemory: number(0...3))
    stage.messageBytes = Int.random(in: 0...2, using: &random) == 0 ? number(0...4) : nil
    guard hasModes else { return stage }
    let small = min(held, 0.3)
    switch Int.random(in: 0...4, using: &random) {
    case 0: stage.modes = []
    case 1: stage.modes = [Mode(name: "ahead", checkpoint: small, recompute: number(1...4))]
    case 2:
      stage.modes = [
        Mode(name: "full", backward: longer(backward, by: stage.forward + 0.5), checkpoint: small),
        Mode(name: "half", backward: longer(backward, by: 0.4), checkpoint: min(held, small + 0.4)),
      ]
    case 3: (stage.checkpoint, stage.modeName) = (small, "always")
    default:
      stage.modes = [Mode(name: "full", backward: longer(backward, by: stage.forward), checkpoint: small)]
    }
    return stage
  }

  private func longer(_ backward: Stage.Backward, by time: Double) -> Stage.Backward {
    switch backward {
    case .split(let input, let weight): .split(input: input + time, weight: weight)
    case .whole(let both): .whole(both + time)
    case .input, .none: backward
    }
  }
}

extension Communication {
  /// One latency and, where a layer has messages of a size of its own, links with a bandwidth.
  fileprivate static func joining(_ devices: Int, latency: Double, for layers: Layers) -> Communication {
    guard layers.all.contains(where: { $0.figures.messageBytes != nil }) else { return .uniform(latency) }
    func rows(_ number: Double) -> [[Double]] {
      Array(repeating: Array(repeating: number, count: devices), count: devices)
    }
    return .links(Links(latency: rows(latency), bandwidth: rows(2), bytes: 1))
  }
}

extension PartitionProblem {
  /// A problem of layers that are still to be cut, without memory limits unless there is one.
  public init(
    _ layers: Layers, devices: Int, stages: Int? = nil, placement: Placement = .sequential, microbatches: Int,
    latency: Double = 0, memoryLimit: Double? = nil, speeds: [Double]? = nil, leastCount: Int = 1,
    modesPer: Mode.Extent = .stage
  ) throws {
    let all = (0..<devices).map { Device(memoryLimit: memoryLimit, speed: speeds?[$0] ?? 1) }
    try self.init(
      parts: ProblemParts(
        Instance(
          devices: all, stages: [], microbatches: Array(repeating: Microbatch(), count: microbatches),
          placement: placement, communication: .joining(devices, latency: latency, for: layers),
          modesPer: modesPer)),
      layers: layers, stageCount: stages ?? devices, leastCount: leastCount)
  }

  /// Every way to cut the layers that may be.
  public var allCounts: [[Int]] {
    func ways(_ stages: Int, from start: Int) -> [[Int]] {
      if stages == 0 { return start == layers.count ? [[]] : [] }
      return layers.cuts.filter { $0 - start >= leastCount }.flatMap { end in
        ways(stages - 1, from: end).map { [end - start] + $0 }
      }
    }
    return ways(stageCount, from: 0)
  }
}
