import PipelineModel

/// Which operation of the orders does which part of the work, and what is wrong with that.
///
/// Every visit asks for up to five parts: `F`, `L`, `R`, `B` and `W`; `BW` does the last two. A pass that the stage does
/// not have in the mode of the visit asks for none.
struct Coverage {
  /// A part of the work of a visit.
  enum Part: Int {
    case forward, backwardInput, backwardWeight, recompute, reload
    static let count = 5
  }

  /// Stands for no visit, or for no operation.
  static let none: Int32 = -1

  /// The visit of each operation, by position; `none` where the problem has no such visit or operation.
  private(set) var visits: [Int32]
  /// Whether an operation stands on the right device and does a part that no other does, by position.
  private(set) var counts: [Bool]
  /// Everything wrong with the choice of operations and devices.
  private(set) var violations: [Violation] = []

  /// The position of the operation that does each part, `Part.count` entries per visit.
  private var doers: [Int32]
  private let problem: Problem
  private let stages: ModeStages

  /// Assigns all operations to the work. O(n) for default routes.
  init(of schedule: Schedule, visits table: VisitNumbers) {
    let orders = schedule.orders
    problem = schedule.problem
    stages = ModeStages(of: problem)
    visits = Array(repeating: Self.none, count: orders.operations.count)
    counts = Array(repeating: false, count: orders.operations.count)
    doers = Array(repeating: Self.none, count: Part.count * table.count)
    let misplaced = claimInPlace(orders, table)
    // What stands on the right device does the work, so that a stray copy is the one reported.
    for (position, device) in misplaced { _ = claim(position, on: device, orders) }
    reportMissing(table)
  }

  /// The position of the operation that does a part of a visit, `none` when it is missing. O(1).
  func doer(of part: Part, visit: Int) -> Int32 { doers[visit * Part.count + part.rawValue] }

  private mutating func claimInPlace(_ orders: Orders, _ table: VisitNumbers) -> [(Int, Device.ID)] {
    let operations = orders.operations
    var misplaced: [(Int, Device.ID)] = []
    for index in 0..<orders.deviceCount {
      let device = Device.ID(index)
      for position in orders.range(of: device) {
        let operation = operations[position]
        guard let visit = visit(of: operation, at: position, on: device, orders, table) else { continue }
        visits[position] = Int32(visit)
        let expected = table.device(ofVisit: visit, microbatch: operation.microbatch.index)
        if expected == device {
          counts[position] = claim(position, on: device, orders)
        } else {
          violations.append(orders.violation(at: position, on: device, .wrongDevice(expected: expected)))
          misplaced.append((position, device))
        }
      }
    }
    return misplaced
  }

  private mutating func visit(
    of operation: Operation, at position: Int, on device: Device.ID, _ orders: Orders, _ table: VisitNumbers
  ) -> Int? {
    let (stage, microbatch) = (operation.stage.index, operation.microbatch.index)
    let knowsStage = (0..<table.stageCount).contains(stage)
    let knowsMicrobatch = (0..<table.microbatchCount).contains(microbatch)
    if knowsStage, knowsMicrobatch, let visit = table.visit(stage: stage, microbatch: microbatch) {
      if stages.all[stages.place(of: operation)].duration(of: operation.kind) != nil { return visit }
      let costs = problem.stage(operation.stage, of: operation.microbatch)
      let mode = problem.stages[stage].modes.isEmpty ? nil : costs.modeName
      violations.append(
        orders.violation(
          at: position, on: device, .unknownPass(expected: costs.passes(isFused: false), mode: mode)))
      return nil
    }
    if !knowsStage {
      violations.append(orders.violation(at: position, on: device, .unknownStage(count: table.stageCount)))
    }
    if !knowsMicrobatch {
      violations.append(
        orders.violation(at: position, on: device, .unknownMicrobatch(count: table.microbatchCount)))
    }
    if knowsStage, knowsMicrobatch {
      violations.append(orders.violation(at: position, on: device, .offRoute))
    }
    return nil
  }

  /// Gives an operation the parts it does that nobody did before; false when there was none.
  private mutating func claim(_ position: Int, on device: Device.ID, _ orders: Orders) -> Bool {
    let operation = orders.operations[position]
    var earlier = Self.none
    var claimed = false
    for part in operation.kind.parts {
      let entry = Int(visits[position]) * Part.count + part
      if doers[entry] == Self.none {
        doers[entry] = Int32(position)
        claimed = true
      } else if earlier == Self.none {
        earlier = doers[entry]
      }
    }
    if earlier != Self.none {
      let other = orders.operations[Int(earlier)]
      violations.append(orders.violation(at: position, on: device, .repeated(of: other)))
    }
    return claimed
  }

  private mutating func reportMissing(_ table: VisitNumbers) {
    for microbatch in 0..<table.microbatchCount {
      for visit in table.first[microbatch]..<table.first[microbatch + 1] {
        let stage = table.stage(ofVisit: visit, microbatch: microbatch)
        let place = stages.place(of: stage, microbatch: microbatch)
        for (kind, violation) in missing(visit, of: stages.all[place]) {
          let operation = Operation(kind, stage: stage, microbatch: Microbatch.ID(microbatch))
          let device = table.device(ofVisit: visit, microbatch: microbatch)
          violations.append(Violation(.absent(operation, device), violation))
        }
      }
    }
  }

  private func missing(_ visit: Int, of stage: Stage) -> [(kind: Operation.Kind, Violation.Kind)] {
    func lacks(_ part: Part) -> Bool { doer(of: part, visit: visit) == Self.none }
    var found: [(Operation.Kind, Violation.Kind)] = lacks(.forward) ? [(.forward, .missing)] : []
    if stage.offload > 0, lacks(.reload) { found.append((.reload, .missing)) }
    if stage.recompute != nil, lacks(.recompute) { found.append((.recompute, .missing)) }
    switch stage.backward {
    case .none: break
    case .input: if lacks(.backwardInput) { found.append((.backwardInput, .missing)) }
    case .whole: if lacks(.backwardInput) { found.append((.backward, .missing)) }
    case .split:
      switch (lacks(.backwardInput), lacks(.backwardWeight)) {
      case (true, true): found.append((.backward, .missingBackward))
      case (true, false): found.append((.backwardInput, .missing))
      case (false, true): found.append((.backwardWeight, .missing))
      case (false, false): break
      }
    }
    return found
  }
}

extension Operation.Kind {
  /// The raw values of the parts of a visit's work that an operation of this kind does.
  fileprivate var parts: ClosedRange<Int> {
    switch self {
    case .forward: Coverage.Part.forward.rawValue...Coverage.Part.forward.rawValue
    case .backwardInput: Coverage.Part.backwardInput.rawValue...Coverage.Part.backwardInput.rawValue
    case .backwardWeight: Coverage.Part.backwardWeight.rawValue...Coverage.Part.backwardWeight.rawValue
    case .recompute: Coverage.Part.recompute.rawValue...Coverage.Part.recompute.rawValue
    case .reload: Coverage.Part.reload.rawValue...Coverage.Part.reload.rawValue
    case .backward: Coverage.Part.backwardInput.rawValue...Coverage.Part.backwardWeight.rawValue
    }
  }
}
