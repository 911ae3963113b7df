import PipelineModel

/// Checks that programs run the orders of their schedule, and that messages carry what operations need.
struct ProgramRules {
  private let programs: [RankProgram]
  private let schedule: Schedule
  private let visits: VisitNumbers

  /// What one visit makes and another needs.
  private struct Item: Hashable {
    var payload: Transfer.Payload
    var source: Int
    var destination: Int
  }

  init(_ programs: [RankProgram], of schedule: Schedule) {
    self.programs = programs
    self.schedule = schedule
    visits = VisitNumbers(schedule.problem)
  }

  /// The first thing wrong, device by device. O(instructions and what they need).
  func fault() -> CommunicationFault? {
    let expected = schedule.problem.deviceCount
    guard programs.count == expected,
      programs.enumerated().allSatisfy({ $0.offset == $0.element.device.index })
    else { return .wrongPrograms(devices: programs.map(\.device), expected: expected) }
    for program in programs {
      if let fault = fault(in: program) { return fault }
    }
    return nil
  }

  private func fault(in program: RankProgram) -> CommunicationFault? {
    let order = Array(schedule.orders[program.device])
    var done: Set<Operation> = []
    var received: Set<Item> = []
    var host = ProgramHost(schedule.problem, program)
    var count = 0
    for (position, instruction) in program.instructions.enumerated() {
      let step = CommunicationFault.Step(
        device: program.device, position: position, instruction: instruction)
      switch instruction {
      case .compute(let operation):
        guard count < order.count, order[count] == operation else {
          return .otherOrder(program.device, position: count)
        }
        count += 1
        guard isFed(operation, received) else { return .unreceived(step) }
        if let fault = host.run([operation], step) { return fault }
        done.insert(operation)
      case .overlap(let forward, let backward):
        guard count + 1 < order.count, order[count] == forward, order[count + 1] == backward else {
          return .otherOrder(program.device, position: count)
        }
        count += 2
        guard isFed(forward, received), isFed(backward, received) else { return .unreceived(step) }
        if let fault = host.run([forward, backward], step) { return fault }
        done.formUnion([forward, backward])
      case .send(let transfer):
        // Whoever makes what no operation makes is for the program to know.
        guard let payload = transfer.payload else { continue }
        guard makers(of: transfer, payload).contains(where: done.contains) else { return .unmade(step) }
      case .receive(let transfer):
        guard transfer.payload != nil else { continue }
        guard let item = item(of: transfer) else { return .unmatched(step) }
        received.insert(item)
      case .copy(let copy):
        if copy.way == .reload {
          let launch = Operation(.reload, stage: copy.stage, microbatch: copy.microbatch)
          guard count < order.count, order[count] == launch else {
            return .otherOrder(program.device, position: count)
          }
          count += 1
        }
        if let fault = host.launch(copy, step) { return fault }
      case .wait(let copy):
        guard host.wait(for: copy) else { return .unlaunched(step) }
      case .local: break
      }
    }
    guard count == order.count else { return .otherOrder(program.device, position: count) }
    return host.missing.map { .notOffloaded(program.device, $0) }
  }

  /// The operations that make what a transfer sends.
  private func makers(of transfer: Transfer, _ payload: Transfer.Payload) -> [Operation] {
    guard item(of: transfer) != nil else { return [] }
    let kinds: [Operation.Kind] = payload == .activation ? [.forward] : [.backwardInput, .backward]
    return kinds.map { Operation($0, stage: transfer.source.stage, microbatch: transfer.microbatch) }
  }

  /// What a transfer carries; `nil` where no operation makes it, or its ends are no visits of its microbatch.
  private func item(of transfer: Transfer) -> Item? {
    guard let payload = transfer.payload else { return nil }
    let ends = [transfer.source, transfer.destination].compactMap { visit(to: $0, of: transfer.microbatch) }
    return ends.count == 2 ? Item(payload: payload, source: ends[0], destination: ends[1]) : nil
  }

  private func visit(to end: Route.Visit, of microbatch: Microbatch.ID) -> Int? {
    guard schedule.problem.stages.indices.contains(end.stage.index),
      schedule.problem.microbatches.indices.contains(microbatch.index),
      let visit = visits.visit(stage: end.stage.index, microbatch: microbatch.index),
      visits.device(ofVisit: visit, microbatch: microbatch.index) == end.device
    else { return nil }
    return visit
  }

  /// Whether the messages that an operation needs, if it needs any, have been received.
  private func isFed(_ operation: Operation, _ received: Set<Item>) -> Bool {
    let microbatch = operation.microbatch.index
    guard [.forward, .backwardInput, .backward].contains(operation.kind),
      let visit = visits.visit(stage: operation.stage.index, microbatch: microbatch)
    else { return true }
    let device = visits.device(ofVisit: visit, microbatch: microbatch)
    func has(_ payload: Transfer.Payload, from sources: some Collection<Int>) -> Bool {
      sources.allSatisfy { source in
        visits.device(ofVisit: source, microbatch: microbatch) == device
          || received.contains(Item(payload: payload, source: source, destination: visit))
      }
    }
    return operation.kind == .forward
      ? has(.activation, from: visits.inputs(ofVisit: visit, microbatch: microbatch))
      : has(.gradient, from: visits.gradients(ofVisit: visit, microbatch: microbatch))
  }
}
