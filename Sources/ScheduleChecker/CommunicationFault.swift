import PipelineModel

/// Why programs cannot run, or would not compute what their schedule says.
public enum CommunicationFault: Error, Hashable, Sendable {
  /// One step of a program, by its position.
  public struct Step: Hashable, Sendable {
    /// The device that runs it.
    public var device: Device.ID
    /// The position in the device's program.
    public var position: Int
    /// The step itself.
    public var instruction: RankProgram.Instruction

    /// Names a step.
    public init(device: Device.ID, position: Int, instruction: RankProgram.Instruction) {
      self.device = device
      self.position = position
      self.instruction = instruction
    }
  }

  /// A step that waits until another device comes to a step of its own.
  public struct Wait: Hashable, Sendable {
    /// The step that waits.
    public var step: Step
    /// The step of another device that it waits for.
    public var other: Step
  }

  /// The programs are not one for each device, in order.
  case wrongPrograms(devices: [Device.ID], expected: Int)
  /// The operations of a program are not the order of its device, or of a stream of it beside the first.
  case otherOrder(Device.ID, stream: String? = nil, position: Int)
  /// An operation stands before the message that it needs.
  case unreceived(Step)
  /// An operation stands before the wait for what it needs of another stream.
  case unawaited(Step, StreamWait)
  /// A program receives nothing of what one of its operations needs in the next iteration.
  case notHandedOver(Device.ID, WorkResult)
  /// A message is sent before the operation that makes it.
  case unmade(Step)
  /// A copy to or from the host is launched where it cannot be, or twice.
  case misplacedCopy(Step)
  /// A step waits for a copy that is not under way, or for work that does not stand before it.
  case unlaunched(Step)
  /// An operation stands before the wait for what it needs back from the host.
  case notBack(Step)
  /// A step takes memory that is not known to be free.
  case noRoom(Step)
  /// A program ends without the offload of an `F` that has one.
  case notOffloaded(Device.ID, HostCopy)
  /// A send without its receive, a receive without its send, or one on the wrong device or given twice.
  case unmatched(Step)
  /// A device expects another message than the one that its peer sends next.
  case outOfOrder(received: Step, sent: Step)
  /// Devices wait for one another; the last waits for the first.
  case blocked([Wait])
}

extension CommunicationFault.Step: CustomStringConvertible {
  /// The step with its place: `rank 1 at instruction 4, SEND(...)`.
  public var description: String { "rank \(device) at instruction \(position), \(instruction)" }
}

extension CommunicationFault: CustomStringConvertible {
  /// The fault in one line.
  public var description: String {
    switch self {
    case .wrongPrograms(let devices, let expected):
      "expected one program for each of \(expected.counted("device")), in order, found programs of "
        + (devices.isEmpty ? "none" : "devices " + devices.map(\.description).joined(separator: ", "))
    case .otherOrder(let device, let stream, let position):
      "rank \(device): operation \(position) is another than in the order of its "
        + (stream.map { "stream \($0.shortened)" } ?? "device")
    case .unreceived(let step): "\(step): runs before the message that it needs is received"
    case .unawaited(let step, let wait): "\(step): runs before \(wait), of another stream"
    case .notHandedOver(let device, let result): "rank \(device): receives no result of \(result)"
    case .unmade(let step): "\(step): sends before the operation that makes the message"
    case .misplacedCopy(let step):
      "\(step): stands where there is nothing to copy, or the copy has been launched, or its offload may not have ended"
    case .unlaunched(let step): "\(step): waits for what has not been launched"
    case .notBack(let step): "\(step): runs before what it needs is back from the host"
    case .noRoom(let step): "\(step): takes memory that no wait before it makes free"
    case .notOffloaded(let device, let copy): "rank \(device): launches no \(copy)"
    case .unmatched(let step): "\(step): has no other end"
    case .outOfOrder(let received, let sent):
      "\(received): comes where rank \(sent.device) sends another message: \(sent)"
    case .blocked(let waits):
      "no rank can go on: "
        + waits.map { "\($0.step), waits for instruction \($0.other.position) of rank \($0.other.device)" }
        .joined(separator: "; ")
    }
  }
}
