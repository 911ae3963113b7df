/// How many layers each stage has, in order, with the stages that follow.
public struct Partition: Hashable, Sendable {
  /// The model's layers.
  public let layers: Layers
  /// How many of them each stage has; they add up.
  public let counts: [Int]
  /// The devices of every stage for which the stages were made.
  private let hosts: [[Device.ID]]
  /// The stages of so many layers each.
  package let stages: [Stage]

  /// Cuts layers into stages.
  ///
  /// - Parameters:
  ///   - hosts: the devices of every stage, as many entries as counts.
  ///   - extent: among what modes are chosen.
  /// - Throws: `ProblemError` where numbers do not add up to the layers, or tear layers apart that stay together.
  /// - Complexity: O(layers² x modes).
  init(
    _ layers: Layers, counts: [Int], hosts: [[Device.ID]], modesPer extent: Mode.Extent
  ) throws(ProblemError) {
    let runs = try layers.runs(of: counts)
    self.layers = layers
    self.counts = counts
    self.hosts = hosts
    stages = zip(runs, hosts).map { run, devices in
      layers.stage(of: run, modesPer: extent) { layer in
        guard let place = runs.firstIndex(where: { $0.contains(layer) }) else { return false }
        return Set(devices).isSubset(of: hosts[place])
      }
    }
  }

  /// The stages of the same layers on other devices.
  func stages(on hosts: [[Device.ID]], modesPer extent: Mode.Extent) throws(ProblemError) -> [Stage] {
    if hosts == self.hosts { return stages }
    return try Partition(layers, counts: counts, hosts: hosts, modesPer: extent).stages
  }

  /// The partition where it makes certain stages, in whichever of their modes they are to run; `nil` where they were
  /// changed since, and stand for themselves.
  func making(_ stages: [Stage], on hosts: [[Device.ID]], modesPer extent: Mode.Extent) -> Partition? {
    guard counts.count == stages.count else { return nil }
    let made =
      hosts == self.hosts ? self : try? Partition(layers, counts: counts, hosts: hosts, modesPer: extent)
    return made?.stages == stages.map(\.inAnyMode) ? made : nil
  }
}

extension Stage {
  /// The same stage without a choice of its mode.
  fileprivate var inAnyMode: Stage {
    guard mode != nil, !modes.isEmpty else { return self }
    var stage = self
    stage.mode = nil
    return stage
  }
}
