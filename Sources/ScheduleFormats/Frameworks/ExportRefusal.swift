import PipelineModel

/// Why a program could not run a schedule that is otherwise sound. All messages are worded in this file.
public enum ExportRefusal: Error, Hashable, Sendable {
  /// A stage on several devices.
  case replicatedStage(Stage.ID, devices: [Device.ID])
  /// A microbatch that skips or reorders stages.
  case otherRoute(Microbatch.ID)
  /// Sequences cut in pieces, which share state.
  case pieces(Int)
  /// A device that does nothing.
  case idleDevice(Device.ID)
  /// A last stage whose forwards are not in the order of the microbatches.
  case permutedLosses(stage: Stage.ID, found: Microbatch.ID, expected: Microbatch.ID)
  /// A pair that is no `F` with the `BW` of another microbatch.
  case improperPair(Operation, Operation, Device.ID)
}

extension ExportRefusal: CustomStringConvertible {
  /// What was expected, what was found, and what to do instead, in one line.
  public var description: String {
    switch self {
    case .replicatedStage(let stage, let devices):
      "expected one device per stage, found stage \(stage) on devices "
        + devices.map(\.description).joined(separator: ", ") + "; \(Self.ownRuntime)"
    case .otherRoute(let microbatch):
      "expected every microbatch to visit all stages in order, found another route for microbatch "
        + "\(microbatch); \(Self.ownRuntime)"
    case .pieces(let count):
      "expected whole microbatches, found sequences cut in \(count) pieces, which hand keys and values on; "
        + Self.ownRuntime
    case .idleDevice(let device):
      "expected an operation on every device, found none on device \(device); leave the device out of the "
        + "problem"
    case .permutedLosses(let stage, let found, let expected):
      "expected F of stage \(stage) in the order of the microbatches, as losses are counted there, found "
        + "microbatch \(found) before \(expected); number the microbatches in that order"
    case .improperPair(let first, let second, let device):
      "expected pairs of an F and the BW of another microbatch, found \(first) with \(second) on device "
        + "\(device)"
    }
  }

  private static let ownRuntime = "a runtime of your own can run the generic format, --format program"
}

extension Problem {
  /// Refuses what no framework with a fixed chain of stages can run.
  func checkIsChain() throws(ExportRefusal) {
    for (stage, devices) in hosts.enumerated() where devices.count > 1 {
      throw .replicatedStage(Stage.ID(stage), devices: devices)
    }
    let chain = (0..<stageCount).map { Stage.ID($0) }
    let isChain = routes.map { $0.visits.map(\.stage) == chain }
    if let microbatch = routeIndexes.firstIndex(where: { !isChain[Int($0)] }) {
      throw .otherRoute(Microbatch.ID(microbatch))
    }
    if pieces > 1 { throw .pieces(pieces) }
  }
}
