import PipelineModel
import ScheduleChecker
import TestSupport

/// A change to valid orders that always makes them wrong, with the violation it must lead to.
enum OrderMutation: CaseIterable, Sendable {
  case drop, duplicate, move, negativeStage, giantMicrobatch, splitHalf, fuseToo, consumeFirst, strangePass

  /// Changes the orders, or returns `nil` when there is nothing to change in this way.
  func apply(
    to orders: inout [[Operation]], of problem: Problem, _ random: inout SeededGenerator
  ) -> ((Violation) -> Bool)? {
    let places = orders.indices.flatMap { device in orders[device].indices.map { (device, $0) } }
    let (device, place) = places[random.below(places.count)]
    let operation = orders[device][place]
    let id = Device.ID(device)
    let stage = problem.stage(operation.stage, of: operation.microbatch)
    let mode = problem.stages[operation.stage.index].modes.isEmpty ? nil : stage.modeName
    let isSplit = stage.duration(of: .backwardWeight) != nil
    switch self {
    case .drop:
      orders[device].remove(at: place)
      // What is missing is the operation itself, or the BW it would have been half of.
      return { violation in
        [operation.kind, .backward].contains { kind in
          let absent = Operation(kind, stage: operation.stage, microbatch: operation.microbatch)
          return violation.subject == .absent(absent, id)
        }
      }
    case .duplicate:
      orders[device].insert(operation, at: place)
      return { $0 == Violation(.operation(operation, id, position: place + 1), .repeated(of: operation)) }
    case .move:
      guard orders.count > 1 else { return nil }
      orders[device].remove(at: place)
      let other = (device + 1) % orders.count
      orders[other].insert(operation, at: 0)
      return {
        $0 == Violation(.operation(operation, Device.ID(other), position: 0), .wrongDevice(expected: id))
      }
    case .negativeStage:
      orders[device][place].stage = Stage.ID(-1)
      let subject = Violation.Subject.operation(orders[device][place], id, position: place)
      return { $0 == Violation(subject, .unknownStage(count: problem.stageCount)) }
    case .giantMicrobatch:
      orders[device][place].microbatch = Microbatch.ID(Int(Int32.max))
      let subject = Violation.Subject.operation(orders[device][place], id, position: place)
      return { $0 == Violation(subject, .unknownMicrobatch(count: problem.microbatchCount)) }
    case .splitHalf:
      guard operation.kind == .backward, isSplit else { return nil }
      orders[device][place].kind = .backwardInput
      let weight = Operation(.backwardWeight, stage: operation.stage, microbatch: operation.microbatch)
      return { $0 == Violation(.absent(weight, id), .missing) }
    case .fuseToo:
      guard [.backwardInput, .backwardWeight, .backward].contains(operation.kind), isSplit else { return nil }
      let kind: Operation.Kind = operation.kind == .backward ? .backwardWeight : .backward
      let extra = Operation(kind, stage: operation.stage, microbatch: operation.microbatch)
      orders[device].append(extra)
      let subject = Violation.Subject.operation(extra, id, position: orders[device].count - 1)
      return {
        if case .repeated(let other) = $0.kind { return $0.subject == subject && other != extra }
        return false
      }
    case .consumeFirst:
      guard operation.kind == .backwardWeight else { return nil }
      orders[device].remove(at: place)
      orders[device].insert(operation, at: 0)
      let subject = Violation.Subject.operation(operation, id, position: 0)
      let input = Operation(.backwardInput, stage: operation.stage, microbatch: operation.microbatch)
      return { $0 == Violation(subject, .beforeInput(input)) }
    case .strangePass:
      let strange = Operation.Kind.allCases.filter { stage.duration(of: $0) == nil }
      guard let kind = strange.randomElement(using: &random) else { return nil }
      orders[device][place].kind = kind
      let subject = Violation.Subject.operation(orders[device][place], id, position: place)
      return { $0 == Violation(subject, .unknownPass(expected: stage.passes(isFused: false), mode: mode)) }
    }
  }
}
