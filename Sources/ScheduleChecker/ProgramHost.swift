import PipelineModel

/// What one program keeps with the host of its device, and what memory it knows to be free: told step by step from its
/// own launches and waits.
///
/// Copies of one way run one after the other in the order of their launches, so that after one has ended all before it
/// have, too. What an offload moves is free when the program has waited for it, and not when it may have ended.
struct ProgramHost {
  /// The copies of one way, in the order of their launches.
  private struct Channel {
    private var launched: [HostCopy] = []
    private var numbers: [HostCopy: Int] = [:]
    private var ended = 0

    func hasEnded(_ copy: HostCopy) -> Bool { numbers[copy].map { $0 < ended } ?? false }

    func isLaunched(_ copy: HostCopy) -> Bool { numbers[copy] != nil }

    mutating func launch(_ copy: HostCopy) {
      numbers[copy] = launched.count
      launched.append(copy)
    }

    /// The copies that are known to have ended with one that has been launched, and were not before.
    mutating func end(with copy: HostCopy) -> ArraySlice<HostCopy> {
      guard let number = numbers[copy], number >= ended else { return [] }
      defer { ended = number + 1 }
      return launched[ended...number]
    }
  }

  private let problem: Problem
  /// What the device may hold beside static memory; `nil` where the program does not tell what is held.
  private let capacity: Double?
  private var held = 0.0
  private var offloads = Channel()
  private var reloads = Channel()
  /// Offloads whose `F` has run and which have not been launched.
  private(set) var due: [HostCopy] = []

  init(_ scheduled: Problem, _ program: RankProgram) {
    let written = scheduled.asWritten
    problem = written
    let copies = program.instructions.contains { if case .copy = $0 { true } else { false } }
    // What tasks and stages without a backward pass hold depends on who else reads it: orders are checked for that, not
    // programs.
    let tasksHold = scheduled.layout?.written.tasks.contains { $0.memory > 0 } ?? false
    let isTold = copies && written.stages.allSatisfy(\.hasBackward) && !tasksHold
    let device = program.device.index
    capacity = isTold ? written.devices[device].memoryLimit.map { $0 - written.staticMemory[device] } : nil
  }

  /// The first offload that is missing at the end of the program.
  var missing: HostCopy? { due.first }

  /// Runs an operation, or the parts of a pair together.
  mutating func run(_ parts: [Operation], _ step: CommunicationFault.Step) -> CommunicationFault? {
    let parts = parts.filter { exists($0.stage, $0.microbatch) }
    guard parts.allSatisfy(isBack) else { return .notBack(step) }
    for part in parts { held += growth(of: part) }
    guard hasRoom else { return .noRoom(step) }
    for part in parts { held -= release(of: part) }
    due += parts.filter { $0.kind == .forward && stage(of: $0).offload > 0 }.map {
      HostCopy(.offload, stage: $0.stage, microbatch: $0.microbatch)
    }
    return nil
  }

  /// Launches a copy, behind all others of its way.
  mutating func launch(_ copy: HostCopy, _ step: CommunicationFault.Step) -> CommunicationFault? {
    switch copy.way {
    case .offload:
      guard let place = due.firstIndex(of: copy) else { return .misplacedCopy(step) }
      due.remove(at: place)
      offloads.launch(copy)
    case .reload:
      let offload = HostCopy(.offload, stage: copy.stage, microbatch: copy.microbatch)
      guard offloads.hasEnded(offload), !reloads.isLaunched(copy) else { return .misplacedCopy(step) }
      reloads.launch(copy)
      held += memory(of: copy)
      guard hasRoom else { return .noRoom(step) }
    }
    return nil
  }

  /// Waits for a copy; tells whether it has been launched.
  mutating func wait(for copy: HostCopy) -> Bool {
    switch copy.way {
    case .offload:
      guard offloads.isLaunched(copy) else { return false }
      for other in offloads.end(with: copy) { held -= memory(of: other) }
    case .reload:
      guard reloads.isLaunched(copy) else { return false }
      _ = reloads.end(with: copy)
    }
    return true
  }

  private var hasRoom: Bool { capacity.map { !$0.isClearlyBelow(held) } ?? true }

  /// Whether what an operation reads of a checkpoint has come back from the host.
  private func isBack(_ operation: Operation) -> Bool {
    let stage = stage(of: operation)
    let reads: Bool =
      switch operation.kind {
      case .recompute: true
      case .backwardInput, .backward: stage.recompute == nil
      case .forward, .backwardWeight, .reload: false
      }
    return !reads || stage.offload == 0
      || reloads.hasEnded(HostCopy(.reload, stage: operation.stage, microbatch: operation.microbatch))
  }

  private func growth(of operation: Operation) -> Double {
    let stage = stage(of: operation)
    let checkpoint = stage.checkpoint ?? stage.activationForB
    let taken: Double =
      switch operation.kind {
      case .forward: checkpoint
      case .recompute: stage.activationForB - checkpoint
      case .backwardInput, .backward: stage.recompute == nil ? stage.activationForB - checkpoint : 0
      case .backwardWeight, .reload: 0
      }
    return taken * factor(operation.stage, operation.microbatch)
  }

  private func release(of operation: Operation) -> Double {
    let stage = stage(of: operation)
    let left: Double = if case .split = stage.backward { stage.activationForW } else { 0 }
    let given: Double =
      switch operation.kind {
      case .backward: stage.activationForB
      case .backwardInput: stage.activationForB - left
      case .backwardWeight: left
      case .forward, .recompute, .reload: 0
      }
    return given * factor(operation.stage, operation.microbatch)
  }

  private func memory(of copy: HostCopy) -> Double {
    problem.stage(copy.stage, of: copy.microbatch).offload * factor(copy.stage, copy.microbatch)
  }

  private func stage(of operation: Operation) -> Stage {
    problem.stage(operation.stage, of: operation.microbatch)
  }

  private func factor(_ stage: Stage.ID, _ microbatch: Microbatch.ID) -> Double {
    problem.microbatches[microbatch.index].memory[stage]
  }

  private func exists(_ stage: Stage.ID, _ microbatch: Microbatch.ID) -> Bool {
    problem.stages.indices.contains(stage.index) && problem.microbatches.indices.contains(microbatch.index)
  }
}
