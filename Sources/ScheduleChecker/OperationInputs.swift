import PipelineModel

/// What each operation of the orders waits for besides the one before it, by position.
struct OperationInputs {
  /// The positions of the operations that each operation waits for, or `OrderGraph.unknown`.
  private(set) var producers = FlatLists()
  /// Whether it is the end of the transfer that is waited for, which the producer begins; empty where nothing is
  /// offloaded.
  private(set) var awaitsTransfer: [Bool] = []

  private let coverage: Coverage
  private let offloads: Bool

  /// Looks up what all operations need.
  ///
  /// - Parameter rooms: the `F` for the end of whose offload each operation waits, to have room.
  /// - Complexity: O(operations and inputs).
  init(of schedule: Schedule, coverage: Coverage, visits table: VisitNumbers, rooms: [Int32]) {
    self.coverage = coverage
    let problem = schedule.problem
    offloads = problem.hasReloads
    let stages = ModeStages(of: problem)
    let precedences = PrecedenceNeeds(problem.precedences, visits: table)
    for (position, operation) in schedule.orders.operations.enumerated() {
      let visit = Int(coverage.visits[position])
      let microbatch = operation.microbatch.index
      switch operation.kind {
      case _ where visit < 0: add(OrderGraph.unknown)
      case .forward:
        for input in table.inputs(ofVisit: visit, microbatch: microbatch) { add(.forward, input) }
      case .reload: add(.forward, visit, transfer: true)
      case .recompute:
        add(.forward, visit)
        if stages.all[stages.place(of: operation)].offload > 0 {
          add(.reload, visit, transfer: true)
        }
      case .backwardInput, .backward:
        add(.forward, visit)
        for next in table.gradients(ofVisit: visit, microbatch: microbatch) { add(.backwardInput, next) }
        let place = stages.place(of: operation)
        if stages.all[place].recompute != nil {
          add(.recompute, visit)
        } else if offloads, stages.all[place].offload > 0 {
          add(.reload, visit, transfer: true)
        }
      case .backwardWeight: add(.backwardInput, visit)
      }
      if visit >= 0, let precedences {
        for (part, producer) in precedences.needs(of: operation) { add(part, producer) }
      }
      if offloads, rooms[position] != Coverage.none { add(rooms[position], transfer: true) }
      producers.endList()
    }
  }

  private mutating func add(_ part: Coverage.Part, _ visit: Int, transfer: Bool = false) {
    let doer = coverage.doer(of: part, visit: visit)
    add(doer == Coverage.none ? OrderGraph.unknown : doer, transfer: transfer)
  }

  private mutating func add(_ producer: Int32, transfer: Bool = false) {
    producers.append(producer)
    if offloads { awaitsTransfer.append(transfer) }
  }
}
