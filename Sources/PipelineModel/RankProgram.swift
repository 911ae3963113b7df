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
    /// Do what no other rank of the pipeline waits for, and what takes no time here.
    case local(LocalStep)
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

/// One message between two devices: what one stage makes of a microbatch and another needs, or anything else.
public struct Transfer: Hashable, Sendable {
  /// What a message carries.
  public enum Payload: String, Hashable, Sendable, CaseIterable {
    /// The output of `F`, for the next stage of the route.
    case activation
    /// The output of `B` or `BW`, for the stage before.
    case gradient
  }

  /// What a message carries, whether or not an operation makes it.
  public enum Content: Hashable, Sendable {
    /// What an operation makes for another stage.
    case output(Payload)
    /// Anything else, by the name that the program gives it.
    case named(String)

    /// Takes a name of a program.
    public init(name: String) { self = Payload(rawValue: name).map { .output($0) } ?? .named(name) }

    /// The name in programs.
    public var name: String {
      switch self {
      case .output(let payload): payload.rawValue
      case .named(let name): name
      }
    }
  }

  /// The number that the send and the receive of one message share, counted from zero over all programs.
  public var pair: Int
  /// What the message carries.
  public var content: Content
  /// The microbatch that it belongs to.
  public var microbatch: Microbatch.ID
  /// The stage that makes it and the device that sends it.
  public var source: Route.Visit
  /// The stage that needs it and the device that receives it.
  public var destination: Route.Visit

  /// Describes a message.
  public init(
    pair: Int, content: Content, microbatch: Microbatch.ID, from source: Route.Visit,
    to destination: Route.Visit
  ) {
    self.pair = pair
    self.content = content
    self.microbatch = microbatch
    self.source = source
    self.destination = destination
  }

  /// Describes a message with what an operation makes.
  public init(
    pair: Int, _ payload: Payload, microbatch: Microbatch.ID, from source: Route.Visit,
    to destination: Route.Visit
  ) {
    self.init(
      pair: pair, content: .output(payload), microbatch: microbatch, from: source, to: destination)
  }

  /// What an operation makes that the message carries; `nil` where it carries anything else.
  public var payload: Payload? { if case .output(let payload) = content { payload } else { nil } }
}

extension Transfer: CustomStringConvertible {
  /// The message as reports name it: `activation of microbatch 3, stage 0 to 1`.
  public var description: String {
    "\(content.name) of microbatch \(microbatch), stage \(source.stage) to \(destination.stage)"
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
    case .local(let step): step.description
    }
  }
}
