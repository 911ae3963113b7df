/// What one device does, in one order: work, and the sends, receives and waits between.
///
/// Where devices have streams, the order is one in which the instructions of all of them can run one by one; each stream
/// runs its own in this order, and waits for others where the program says so.
///
/// Programs are plain data and may be wrong; `ScheduleChecker` proves whether they can run.
public struct RankProgram: Hashable, Sendable {
  /// One step of a program.
  public enum Instruction: Hashable, Sendable {
    /// Run a piece of work on a stream; `nil` for the compute stream.
    case compute(ProgramWork, stream: String? = nil)
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
    /// Let a stream wait for work of another one.
    case hold(StreamWait)
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

extension RankProgram.Instruction: CustomStringConvertible {
  /// The step as reports name it: `F(stage 2, microbatch 5)`, `SEND(gradient of microbatch 3, stage 1 to 0)`.
  public var description: String {
    switch self {
    case .compute(let work, _): work.description
    case .overlap(let forward, let backward): "\(forward) with \(backward)"
    case .send(let transfer): "SEND(\(transfer))"
    case .receive(let transfer): "RECV(\(transfer))"
    case .copy(let copy): copy.description
    case .wait(let copy): "WAIT(\(copy))"
    case .hold(let wait): wait.description
    case .local(let step): step.description
    }
  }
}
