import PipelineModel
import Timeline

/// The `compute_only` CSV of `torch.distributed.pipelining`, which torchtitan and NeMo AutoModel read too.
///
/// One row per rank without a header, one cell per action: stage, type and microbatch, such as `2F0`. Types are
/// `F`, `B` (our `BW`, and `B` without `W`), `I` (our `B`) and `W`; `(0F7;7B3)OVERLAP_F_B` is an overlapped pair. PyTorch adds the
/// transfers itself. Source: the loader in torch/distributed/pipelining/schedules.py, PyTorch 2.6 to 2.15.
public struct TorchCSV: ImportFormat {
  /// Names the format.
  public init() {}

  /// The name on the command line.
  public var name: String { "torch-csv" }
  /// What reads the format.
  public var purpose: String { "PyTorch pipelining, torchtitan, NeMo AutoModel: the compute_only CSV" }
  /// The largest text that is read: about eight million actions.
  public var largestText: Int { 64 << 20 }

  /// Where stages recompute within their backward passes, the file says nothing of it: what to wrap stands beside it.
  public func supplements(of timeline: Timeline) throws(ExportRefusal) -> [ExportSupplement] {
    try TorchCheckpoints.supplements(of: timeline.schedule.problem)
  }

  /// Two trainers read the file, one of them in two kinds of versions.
  public var configurations: [any ConfigurationFormat] {
    [TorchtitanConfiguration(), TorchtitanFunction(), NeMoConfiguration()]
  }

  /// The type of a pair of actions.
  static let overlapType = "OVERLAP_F_B"

  /// Writes one row per device.
  ///
  /// - Throws: `ExportRefusal` for what PyTorch would refuse, or load and then fail on.
  /// - Complexity: O(operations).
  public func encode(_ timeline: Timeline) throws(ExportRefusal) -> [UInt8] {
    let schedule = timeline.schedule
    try Self.check(schedule)
    // PyTorch starts the parts of a pair together, also where the problem names no gain from that.
    if !schedule.orders.pairs.isEmpty { _ = try timeline.exportedPrograms() }
    let orders = schedule.orders
    let pairs = Set(orders.pairs)
    let stages = schedule.problem.stages
    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 * orders.operations.count)
    for device in schedule.problem.devices.indices {
      var position = orders.range(of: Device.ID(device)).lowerBound
      let end = orders.range(of: Device.ID(device)).upperBound
      while position < end {
        if bytes.last.map({ $0 != ASCII.newline }) ?? false { bytes.append(ASCII.comma) }
        if pairs.contains(position) {
          let (first, second) = (orders.operations[position], orders.operations[position + 1])
          bytes += Self.cell(first, with: second, on: stages).utf8
          position += 2
        } else {
          bytes += Self.cell(orders.operations[position], on: stages).utf8
          position += 1
        }
      }
      bytes.append(ASCII.newline)
    }
    return bytes
  }

  /// The cell of an operation. PyTorch's whole backward pass is also that of a stage with frozen weights.
  static func cell(_ operation: Operation, on stages: [Stage]) -> String {
    let isWhole = operation.kind == stages[operation.stage.index].gradient(isFused: true)
    let type = TorchDialect.current.type(of: isWhole ? .backward : operation.kind)
    return "\(operation.stage)\(type?.description ?? "")\(operation.microbatch)"
  }

  /// The cell of an overlapped pair.
  static func cell(_ forward: Operation, with backward: Operation, on stages: [Stage]) -> String {
    "(\(cell(forward, on: stages));\(cell(backward, on: stages)))\(overlapType)"
  }

  /// Refuses what PyTorch would refuse, or load and then fail on.
  static func check(_ schedule: Schedule) throws(ExportRefusal) {
    try schedule.problem.checkRunsInTorch()
    let orders = schedule.orders
    for device in schedule.problem.devices.indices where orders[Device.ID(device)].isEmpty {
      throw .idleDevice(Device.ID(device))
    }
    let last = Stage.ID(schedule.problem.stageCount - 1)
    var expected = 0
    for operation in orders[schedule.problem.hosts[last.index][0]]
    where operation.stage == last && operation.kind == .forward {
      guard operation.microbatch.index == expected else {
        throw .permutedLosses(
          stage: last, found: operation.microbatch, expected: Microbatch.ID(expected))
      }
      expected += 1
    }
    for position in orders.pairs {
      let (first, second) = (orders.operations[position], orders.operations[position + 1])
      guard first.kind == .forward, second.kind == .backward, first.microbatch != second.microbatch else {
        throw .improperPair(first, second, orders.device(at: position))
      }
    }
  }
}

extension Problem {
  /// Refuses what no CSV can make PyTorch run.
  func checkRunsInTorch() throws(ExportRefusal) {
    try checkIsChain()
    try checkHasBackwards()
    try checkRecomputesWithin()
    try checkOffloadsNothing()
  }
}

extension ExportRefusal {
  /// A device that does nothing.
  fileprivate static func idleDevice(_ device: Device.ID) -> Self {
    Self(
      "expected an operation on every device, found none on device \(device)",
      .change("leave the device out of the problem"))
  }

  /// A last stage whose forwards are not in the order of the microbatches.
  fileprivate static func permutedLosses(
    stage: Stage.ID, found: Microbatch.ID, expected: Microbatch.ID
  ) -> Self {
    Self(
      "expected F of stage \(stage) in the order of the microbatches, as losses are counted there, found "
        + "microbatch \(found) before \(expected)", .change("number the microbatches in that order"))
  }

  /// A pair that is no `F` with the `BW` of another microbatch.
  fileprivate static func improperPair(_ first: Operation, _ second: Operation, _ device: Device.ID) -> Self {
    Self(
      "expected pairs of an F and the BW of another microbatch, found \(first) with \(second) on device \(device)"
    )
  }
}
