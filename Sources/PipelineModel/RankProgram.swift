/// What one device does, in one order: operations, and the sends and receives between them.
///
/// Programs are plain data and may be wrong; `ScheduleChecker` proves whether they can run.
public struct RankProgram: Hashable, Sendable {
  /// One step of a program.
  public enum Instruction: Hashable, Sendable {
    /// Run an operation.
    case compute(Operation)
    /// Run an `F` and the `BW` of another microbatch together, as one.
    case overlap(forward: Operation, backward: Operation)
    /// Send a message.
    case send(Transfer)
    /// Receive a message.
    case receive(Transfer)
    /// Launch a copy between the device and its host, behind those launched before it that go the same way. That of a
    /// reload is the `L` of the device's order.
    case copy(HostCopy)
    /// Wait until a copy that has been launched has ended: what an offload moves is then free.
    case wait(HostCopy)
  }

  /// The device that runs the program.
  public var device: Device.ID
  /// The steps, first to last.
  public var instructions: [Instruction]

  /// Names a device and its steps.
  public init(device: Device.ID, instructions: [Instruction] = []) {
    self.device = device
    self.instructions = instructions
  }
}

/// One message between two devices: what one stage makes of a microbatch and another needs.
public struct Transfer: Hashable, Sendable {
  /// What a message carries.
  public enum Payload: String, Hashable, Sendable, CaseIterable {
    /// The output of `F`, for the next stage of the route.
    case activation
    /// The output of `B` or `BW`, for the stage before.
    case gradient
  }

  /// The number that the send and the receive of one message share, counted from zero over all programs.
  public var pair: Int
  /// What the message carries.
  public var payload: Payload
  /// The microbatch that it belongs to.
  public var microbatch: Microbatch.ID
  /// The stage that makes it and the device that sends it.
  public var source: Route.Visit
  /// The stage that needs it and the device that receives it.
  public var destination: Route.Visit

  /// Describes a message.
  public init(
    pair: Int, _ payload: Payload, microbatch: Microbatch.ID, from source: Route.Visit,
    to destination: Route.Visit
  ) {
    self.pair = pair
    self.payload = payload
    self.microbatch = microbatch
    self.source = source
    self.destination = destination
  }
}

extension Transfer: CustomStringConvertible {
  /// The message as reports name it: `activation of microbatch 3, stage 0 to 1`.
  public var description: String {
    "\(payload.rawValue) of microbatch \(microbatch), stage \(source.stage) to \(destination.stage)"
  }
}

extension RankProgram.Instruction: CustomStringConvertible {
  /// The step as reports name it: `F(stage 2, microbatch 5)`, `SEND(gradient of microbatch 3, stage 1 to 0)`.
  public var description: String {
    switch self {
    case .compute(let operation): operation.description
    case .overlap(let forward, let backward): "\(forward) with \(backward)"
    case .send(let transfer): "SEND(\(transfer))"
    case .receive(let transfer): "RECV(\(transfer))"
    case .copy(let copy): copy.description
    case .wait(let copy): "WAIT(\(copy))"
    }
  }
}
