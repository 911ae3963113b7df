import PipelineModel

/// One program on its way through its instructions: what it has run, received and waited for so far.
struct ProgramRun {
  private let needs: ProgramNeeds
  private let device: Device.ID
  private var streams: RankStreams
  private var host: ProgramHost
  private var done: Set<ProgramWork> = []
  private var received: Set<ProgramNeeds.Need> = []
  /// What the next iteration needs of this one.
  private var handedOver: [WorkResult] = []

  init(_ program: RankProgram, _ needs: ProgramNeeds) {
    self.needs = needs
    device = program.device
    streams = RankStreams(of: program.device, in: needs.schedule)
    host = ProgramHost(needs.schedule.problem, program)
  }

  /// Takes one instruction; tells what is wrong with it.
  mutating func take(_ step: CommunicationFault.Step) -> CommunicationFault? {
    switch step.instruction {
    case .compute(let work, let stream): return run([work], on: stream, step)
    case .overlap(let forward, let backward):
      return run([.pass(forward), .pass(backward)], on: nil, step)
    case .send(let transfer):
      // Whoever makes what no operation makes is for the program to know.
      guard let makers = needs.makers(of: transfer) else { return nil }
      return makers.contains(where: done.contains) ? nil : .unmade(step)
    case .receive(let transfer): return receive(transfer, step)
    case .copy(let copy):
      if copy.way == .reload {
        let launch = Operation(.reload, stage: copy.stage, microbatch: copy.microbatch)
        guard streams.next(.pass(launch), on: nil) != nil else { return streams.otherOrder(on: nil) }
      }
      return host.launch(copy, step)
    case .wait(let copy): return host.wait(for: copy) ? nil : .unlaunched(step)
    case .hold(let wait):
      guard wait.isAhead || done.contains(wait.work), streams.wait(wait) else { return .unlaunched(step) }
      return nil
    case .local: return nil
    }
  }

  /// What is wrong at the end of the program.
  func end() -> CommunicationFault? {
    if let unfinished = streams.unfinished { return unfinished }
    if let missing = handedOver.first(where: { !received.contains(.result($0)) }) {
      return .notHandedOver(device, missing)
    }
    return host.missing.map { .notOffloaded(device, $0) }
  }

  private mutating func run(
    _ works: [ProgramWork], on stream: String?, _ step: CommunicationFault.Step
  ) -> CommunicationFault? {
    var positions: [Int] = []
    for work in works {
      guard let position = streams.next(work, on: stream) else { return streams.otherOrder(on: stream) }
      positions.append(position)
    }
    for need in positions.flatMap(needs.needs(at:)) {
      if let fault = check(need, on: stream, step) { return fault }
    }
    if let fault = host.run(works.compactMap(heldPass), step) { return fault }
    done.formUnion(works)
    return nil
  }

  private mutating func check(
    _ need: ProgramNeeds.Need, on stream: String?, _ step: CommunicationFault.Step
  ) -> CommunicationFault? {
    switch need {
    case .result(let result) where result.isAhead:
      handedOver.append(result)
      return nil
    case .output, .result: return received.contains(need) ? nil : .unreceived(step)
    case .stream(let position, let isAhead):
      guard !streams.hasWaited(stream, for: position, isAhead: isAhead) else { return nil }
      let schedule = needs.schedule
      let work = schedule.problem.programWork(of: schedule.orders.operations[position])
      return .unawaited(step, StreamWait(of: stream, for: work, isAhead: isAhead))
    }
  }

  private mutating func receive(
    _ transfer: Transfer, _ step: CommunicationFault.Step
  ) -> CommunicationFault? {
    switch transfer.content {
    case .named: break
    case .result(let result): received.insert(.result(result))
    case .output(let payload, let passage):
      guard needs.isBetweenVisits(transfer, passage) else { return .unmatched(step) }
      received.insert(.output(payload, passage))
    }
    return nil
  }

  /// The pass whose memory is taken or given back with a piece of work: `F` takes it with its first phase, backward passes
  /// give it back with their last.
  private func heldPass(_ work: ProgramWork) -> Operation? {
    guard case .pass(let operation, let phase) = work else { return nil }
    guard let phase, let count = needs.phases(of: operation.kind, operation.stage) else { return operation }
    return phase == (operation.kind == .forward ? 0 : count - 1) ? operation : nil
  }
}
