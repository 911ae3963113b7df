import PipelineModel

/// Small problems whose stages recompute or offload, with orders and times worked out by hand.
public enum ModeSamples {
  /// Operations of stage 0, such as `F0` or `BW1`.
  private static func order(_ words: String) -> Orders {
    let operations = words.split(separator: " ").compactMap { word -> Operation? in
      let symbol = String(word.prefix { !$0.isNumber })
      guard let kind = Operation.Kind.allCases.first(where: { $0.symbol == symbol }),
        let microbatch = Int(word.dropFirst(symbol.count))
      else { return nil }
      return Operation(kind, stage: Stage.ID(0), microbatch: Microbatch.ID(microbatch))
    }
    return Orders([operations])
  }

  /// One device with room for 5: `F` and `BW` take 2 each and hold 4, of which 3 go to the host in 3 each way.
  ///
  /// F0 0 to 2, its offload to 5, F1 for want of room from there to 7, its offload to 10, L0 for want of room at 10 and
  /// its reload to 13, BW0 to 15, L1 at 15 and its reload to 18, BW1 to 20.
  public static func offloads() throws -> Schedule {
    let problem = try Problem(
      units: Units(time: "ms", memory: "GiB"),
      devices: [Device(memoryLimit: 5, host: HostLink(bandwidth: 1))],
      stages: [
        Stage(
          forward: 2, backward: .split(input: 1, weight: 1), activationForB: 4, activationForW: 1, offload: 3)
      ],
      microbatches: [Microbatch(), Microbatch()])
    return Schedule(problem: problem, orders: order("F0 F1 L0 BW0 L1 BW1"))
  }

  /// One device: `F` takes 2 and holds 1, `R` takes 2 and makes it 4, `BW` takes 2.
  public static func recomputes() throws -> Schedule {
    let problem = try Problem(
      units: Units(time: "ms", memory: "GiB"), devices: [Device()],
      stages: [
        Stage(
          forward: 2, backward: .split(input: 1, weight: 1), activationForB: 4, activationForW: 1,
          checkpoint: 1,
          recompute: 2)
      ],
      microbatches: [Microbatch(), Microbatch()])
    return Schedule(problem: problem, orders: order("F0 F1 R0 BW0 R1 BW1"))
  }
}
