import PipelineModel

/// Operations that wait for each other in a circle, so that none can ever start.
public struct WaitCycle: Hashable, Sendable {
  /// One operation and why it waits for the next one of the circle.
  public struct Wait: Hashable, Sendable {
    /// Why an operation waits for another.
    public enum Reason: Hashable, Sendable {
      /// The other produces its input.
      case input
      /// The other comes earlier in the order of its device.
      case order
      /// The two are an overlapped pair and start together.
      case pair
    }

    /// The operation that waits.
    public var operation: Operation
    /// The device it runs on.
    public var device: Device.ID
    /// Why it waits for the next operation, or the last for the first.
    public var reason: Reason

    /// Names a wait.
    public init(operation: Operation, device: Device.ID, reason: Reason) {
      self.operation = operation
      self.device = device
      self.reason = reason
    }
  }

  /// The operations in the order in which each waits for the next; the last waits for the first.
  public let waits: [Wait]

  /// Closes a circle.
  public init(waits: [Wait]) { self.waits = waits }
}

extension WaitCycle: CustomStringConvertible {
  /// The circle in one line.
  public var description: String {
    guard let first = waits.first else { return "nothing waits" }
    return waits.indices.reduce(into: "\(first.operation) on device \(first.device)") { text, index in
      let next = waits[(index + 1) % waits.count]
      switch waits[index].reason {
      case .input: text += " needs the output of \(next.operation) on device \(next.device)"
      case .order: text += " comes after \(next.operation) in the order of device \(next.device)"
      case .pair: text += " starts together with \(next.operation)"
      }
      if index < waits.count - 1 { text += ", which" }
    }
  }
}
