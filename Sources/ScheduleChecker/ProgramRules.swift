import PipelineModel

/// Checks that programs run the orders of their schedule, and that messages carry what operations need.
struct ProgramRules {
  private let programs: [RankProgram]
  private let schedule: Schedule
  private let visits: VisitNumbers

  /// What an operation leaves behind or needs: a payload, made or received at a visit.
  private struct Item: Hashable {
    var payload: Transfer.Payload
    var visit: Int
  }

  init(_ programs: [RankProgram], of schedule: Schedule) {
    self.programs = programs
    self.schedule = schedule
    visits = VisitNumbers(schedule.problem)
  }

  /// The first thing wrong, device by device. O(instructions).
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
    var made: Set<Item> = []
    var received: Set<Item> = []
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
        made.formUnion(item(of: operation))
      case .overlap(let forward, let backward):
        guard count + 1 < order.count, order[count] == forward, order[count + 1] == backward else {
          return .otherOrder(program.device, position: count)
        }
        count += 2
        guard isFed(forward, received), isFed(backward, received) else { return .unreceived(step) }
        made.formUnion(item(of: forward) + item(of: backward))
      case .send(let transfer):
        guard let item = item(of: transfer, at: transfer.source), made.contains(item) else {
          return .unmade(step)
        }
      case .receive(let transfer):
        guard let item = item(of: transfer, at: transfer.destination) else { return .unmatched(step) }
        received.insert(item)
      }
    }
    return count == order.count ? nil : .otherOrder(program.device, position: count)
  }

  private func item(of transfer: Transfer, at end: Route.Visit) -> Item? {
    guard schedule.problem.stages.indices.contains(end.stage.index),
      schedule.problem.microbatches.indices.contains(transfer.microbatch.index),
      let visit = visits.visit(stage: end.stage.index, microbatch: transfer.microbatch.index),
      visits.device(ofVisit: visit, microbatch: transfer.microbatch.index) == end.device
    else { return nil }
    return Item(payload: transfer.payload, visit: visit)
  }

  /// What an operation of the schedule makes for another stage: nothing for `W`.
  private func item(of operation: Operation) -> [Item] {
    guard operation.kind != .backwardWeight,
      let visit = visits.visit(stage: operation.stage.index, microbatch: operation.microbatch.index)
    else { return [] }
    return [Item(payload: operation.kind == .forward ? .activation : .gradient, visit: visit)]
  }

  /// Whether the message that an operation needs, if it needs one, has been received.
  private func isFed(_ operation: Operation, _ received: Set<Item>) -> Bool {
    guard let need = item(of: operation).first else { return true }
    let microbatch = operation.microbatch.index
    let source = need.payload == .activation ? need.visit - 1 : need.visit + 1
    guard source >= visits.first[microbatch], source < visits.first[microbatch + 1],
      visits.device(ofVisit: source, microbatch: microbatch)
        != visits.device(ofVisit: need.visit, microbatch: microbatch)
    else { return true }
    return received.contains(need)
  }
}
