import PipelineModel

/// Why orders cannot be timed.
public enum TimelineError: Error, Hashable, Sendable {
  /// The problem has no such operation: its stage or microbatch is unknown, or the route skips the stage.
  case unknown(Operation, Device.ID)
  /// The operation belongs on another device.
  case misplaced(Operation, Device.ID, belongsOn: Device.ID)
  /// The operation, or a part of it, stands in the orders twice.
  case repeated(Operation, Device.ID)
  /// The operation stands in no order.
  case missing(Operation, Device.ID)
  /// The operation comes before another piece of its sequence that it needs on the same stage.
  case pieceOutOfOrder(Operation, Device.ID, needs: Operation)
  /// The backward pass comes before the `R` that its mode demands.
  case notRecomputed(Operation, Device.ID, needs: Operation)
  /// The operations are paired, but are no `F` and `BW` of different microbatches, in this order.
  case wrongPair(Operation, Operation, Device.ID)
  /// The orders can never run: operations wait for each other.
  case deadlock(WaitCycle)
}

extension TimelineError: CustomStringConvertible {
  /// The fault in one line, naming device and operation.
  public var description: String {
    switch self {
    case .unknown(let operation, let device):
      "device \(device): \(operation) is no operation of the problem"
    case .misplaced(let operation, let device, let host):
      "device \(device): \(operation) belongs on device \(host)"
    case .repeated(let operation, let device):
      "device \(device): \(operation) repeats work that the orders already hold"
    case .missing(let operation, let device):
      "device \(device): \(operation) is missing"
    case .notRecomputed(let operation, let device, let needed):
      "device \(device): \(operation) comes before \(needed), which its mode demands"
    case .pieceOutOfOrder(let operation, let device, let needed):
      "device \(device): \(operation) comes before \(needed), a piece of the same sequence that it needs"
    case .wrongPair(let first, let second, let device):
      "device \(device): \(first) and \(second) are no pair: expected F, then BW of another microbatch"
    case .deadlock(let cycle):
      "the orders can never run: \(cycle)"
    }
  }
}
