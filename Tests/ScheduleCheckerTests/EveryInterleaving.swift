import PipelineModel
import ScheduleChecker

/// Runs tiny programs in every possible interleaving, from the definitions of the modes alone: messages travel
/// one by one, and every state that can be reached is looked at.
struct EveryInterleaving {
  /// Everything that the future of a run depends on.
  struct State: Hashable {
    /// The next step of each device.
    var cursors: [Int]
    /// Buffered: the messages under way, by sender and receiver.
    var queues: [[Int]: [Int]] = [:]
    /// Batched: which devices have launched the batch that they are at.
    var launched: [Bool]
    /// Batched: the messages that have been transferred.
    var completed: Set<Int> = []
  }

  let programs: [RankProgram]
  let mode: CommunicationMode

  /// All states in which nothing can happen any more.
  func finalStates() -> Set<State> {
    let start = State(
      cursors: programs.map { _ in 0 }, launched: programs.map { _ in false })
    var seen: Set<State> = [start]
    var open = [start]
    var final: Set<State> = []
    while let state = open.popLast() {
      let next = successors(of: state)
      if next.isEmpty { final.insert(state) }
      for state in next where seen.insert(state).inserted { open.append(state) }
    }
    return final
  }

  func isFinished(_ state: State) -> Bool {
    zip(state.cursors, programs).allSatisfy { $0 == $1.instructions.count }
  }

  /// The devices that each device waits for in a state in which nothing can happen.
  func waiting(in state: State) -> [Set<Int>] {
    programs.indices.map { device in
      Set(
        batch(of: device, in: state).filter { !state.completed.contains($0.pair) }
          .map { $0.source.index == device ? $0.destination.index : $0.source.index })
    }
  }

  /// The transfers that a device is at: those of its batch, or the one it stands at.
  private func batch(of device: Int, in state: State) -> [Transfer] {
    let rest = programs[device].instructions[state.cursors[device]...].prefix { transfer($0) != nil }
    return rest.prefix(mode == .batched ? rest.count : 1).compactMap(transfer)
  }

  private func transfer(_ instruction: RankProgram.Instruction) -> Transfer? {
    switch instruction {
    case .send(let transfer), .receive(let transfer): transfer
    case .compute, .overlap, .copy, .wait, .hold, .local: nil
    }
  }

  private func successors(of state: State) -> [State] {
    programs.indices.flatMap { device -> [State] in
      guard state.cursors[device] < programs[device].instructions.count else { return [] }
      switch (programs[device].instructions[state.cursors[device]], mode) {
      case (.compute, _), (.overlap, _), (.copy, _), (.wait, _), (.hold, _), (.local, _):
        return [advanced(state, device)]
      case (_, .batched): return batchSteps(of: device, in: state)
      case (.send(let message), .rendezvous):
        let receiver = message.destination.index
        guard state.cursors[receiver] < programs[receiver].instructions.count,
          programs[receiver].instructions[state.cursors[receiver]] == .receive(message)
        else { return [] }
        return [advanced(advanced(state, device), receiver)]
      case (.receive, .rendezvous): return []
      case (.send(let message), .buffered(let capacity)):
        let channel = [device, message.destination.index]
        guard state.queues[channel, default: []].count < capacity ?? .max else { return [] }
        var next = advanced(state, device)
        next.queues[channel, default: []].append(message.pair)
        return [next]
      case (.receive(let message), .buffered):
        let channel = [message.source.index, device]
        guard state.queues[channel]?.first == message.pair else { return [] }
        var next = advanced(state, device)
        next.queues[channel]?.removeFirst()
        if next.queues[channel]?.isEmpty == true { next.queues[channel] = nil }
        return [next]
      }
    }
  }

  /// A batch is launched, then its messages complete one by one, then the device goes on.
  private func batchSteps(of device: Int, in state: State) -> [State] {
    let batch = batch(of: device, in: state)
    var next = state
    guard state.launched[device] else {
      next.launched[device] = true
      return [next]
    }
    if batch.allSatisfy({ state.completed.contains($0.pair) }) {
      next.launched[device] = false
      next.cursors[device] += batch.count
      return [next]
    }
    return batch.filter { message in
      guard !state.completed.contains(message.pair) else { return false }
      return [message.source.index, message.destination.index].allSatisfy { end in
        state.launched[end] && self.batch(of: end, in: state).contains(message)
      }
    }.map { message in
      var next = state
      next.completed.insert(message.pair)
      return next
    }
  }

  private func advanced(_ state: State, _ device: Int) -> State {
    var next = state
    next.cursors[device] += 1
    return next
  }
}
