import PipelineModel

/// What the work of programs needs to be told by sends, receives and waits: all that does not follow from the order of its
/// stream.
struct ProgramNeeds {
  /// One thing that must be there before a piece of work.
  enum Need: Hashable {
    /// What a pass on another rank made.
    case output(Transfer.Payload, Transfer.Passage)
    /// What work on another rank made, where one of the two is a task.
    case result(WorkResult)
    /// The end of an operation of another stream of the rank, by its position in the orders: that of the iteration before
    /// where `isAhead`.
    case stream(Int, isAhead: Bool)
  }

  let schedule: Schedule
  /// The problem with the devices, stages and microbatches that programs speak of.
  let problem: Problem
  private let visits: VisitNumbers
  /// By position, where there are streams or tasks.
  private let streamNeeds: [[Need]]?

  init(of schedule: Schedule) {
    self.schedule = schedule
    problem = schedule.problem.asWritten
    visits = VisitNumbers(problem)
    streamNeeds = StreamNeeds(of: schedule).map { Self.needs($0, of: schedule) }
  }

  /// What the operation at a position needs. O(inputs).
  func needs(at position: Int) -> [Need] {
    streamNeeds.map { $0[position] } ?? routeNeeds(of: schedule.orders.operations[position])
  }

  private static func needs(_ needs: StreamNeeds, of schedule: Schedule) -> [[Need]] {
    let (orders, problem) = (schedule.orders, schedule.problem)
    var found = [[Need]](repeating: [], count: orders.operations.count)
    for need in needs.all {
      let (producer, consumer) = (orders.device(at: need.producer), orders.device(at: need.consumer))
      guard producer != consumer else { continue }
      if problem.programPlace(of: producer).rank == problem.programPlace(of: consumer).rank {
        found[need.consumer].append(.stream(need.producer, isAhead: need.isAhead))
      } else {
        let works = [need.producer, need.consumer].map { problem.programWork(of: orders.operations[$0]) }
        found[need.consumer].append(message(of: works[0], for: works[1], isAhead: need.isAhead))
      }
    }
    return found
  }

  /// What the message says in which one piece of work hands over to another.
  private static func message(of producer: ProgramWork, for consumer: ProgramWork, isAhead: Bool) -> Need {
    guard case .pass(let made, _) = producer, case .pass(let needed, _) = consumer else {
      return .result(WorkResult(of: producer, for: consumer, isAhead: isAhead))
    }
    return .output(
      made.kind == .forward ? .activation : .gradient,
      Transfer.Passage(of: made.microbatch, from: made.stage, to: needed.stage))
  }

  /// The messages that a pass needs, if it needs any, where there are no streams.
  private func routeNeeds(of operation: Operation) -> [Need] {
    let (stage, microbatch) = (operation.stage.index, operation.microbatch.index)
    guard [.forward, .backwardInput, .backward].contains(operation.kind),
      problem.stages.indices.contains(stage), problem.microbatches.indices.contains(microbatch),
      let visit = visits.visit(stage: stage, microbatch: microbatch)
    else { return [] }
    let device = visits.device(ofVisit: visit, microbatch: microbatch)
    func needs(_ payload: Transfer.Payload, _ sources: some Collection<Int>) -> [Need] {
      sources.filter { visits.device(ofVisit: $0, microbatch: microbatch) != device }.map {
        .output(
          payload,
          Transfer.Passage(
            of: operation.microbatch, from: visits.stage(ofVisit: $0, microbatch: microbatch),
            to: operation.stage))
      }
    }
    return operation.kind == .forward
      ? needs(.activation, visits.inputs(ofVisit: visit, microbatch: microbatch))
      : needs(.gradient, visits.gradients(ofVisit: visit, microbatch: microbatch))
  }

  // MARK: Messages

  /// The work that makes what a message carries: one of these; none where its ends are no visits of its microbatch on its
  /// ranks, and `nil` where it is for the program to know.
  func makers(of transfer: Transfer) -> [ProgramWork]? {
    switch transfer.content {
    case .named: return nil
    case .result(let result): return [result.producer]
    case .output(let payload, let passage):
      guard isBetweenVisits(transfer, passage) else { return [] }
      let kinds: [Operation.Kind] = payload == .activation ? [.forward] : [.backwardInput, .backward]
      return kinds.map { kind in
        .pass(
          Operation(kind, stage: passage.source, microbatch: passage.microbatch),
          phase: phases(of: kind, passage.source).map { $0 - 1 })
      }
    }
  }

  /// Whether the ends of a message are visits of its microbatch, on the ranks that send and receive it.
  func isBetweenVisits(_ transfer: Transfer, _ passage: Transfer.Passage) -> Bool {
    isVisit(passage.source, on: transfer.source, of: passage.microbatch)
      && isVisit(passage.destination, on: transfer.destination, of: passage.microbatch)
  }

  private func isVisit(_ stage: Stage.ID, on rank: Device.ID, of microbatch: Microbatch.ID) -> Bool {
    guard problem.stages.indices.contains(stage.index),
      problem.microbatches.indices.contains(microbatch.index),
      let visit = visits.visit(stage: stage.index, microbatch: microbatch.index)
    else { return false }
    return visits.device(ofVisit: visit, microbatch: microbatch.index) == rank
  }

  /// How many phases a pass of a stage has; `nil` where it is not told in phases.
  func phases(of kind: Operation.Kind, _ stage: Stage.ID) -> Int? {
    guard let phases = schedule.problem.layout?.written.phases[stage.index] else { return nil }
    let own =
      switch kind {
      case .forward: phases.forward
      case .backwardInput, .backward: phases.backwardInput
      case .backwardWeight: phases.backwardWeight
      case .recompute, .reload: [Phase]()
      }
    return own.count > 1 ? own.count : nil
  }
}
