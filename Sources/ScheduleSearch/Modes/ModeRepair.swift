import OperationGraph
import PipelineModel
import Timeline

/// Makes room on a device where a change of modes took it: forward passes wait for what gives memory back.
struct ModeRepair {
  private let model: ModeModel
  private let device: Int
  private let capacity: Double

  init(_ model: ModeModel, on device: Int) {
    self.model = model
    self.device = device
    capacity = model.lowered.capacities[device]
  }

  /// Delays forward passes until all fits; tells whether it does.
  func mend(_ plan: inout ModePlan) -> Bool {
    var attempts = plan.orders[device].count
    while let place = firstWithoutRoom(plan) {
      attempts -= 1
      guard attempts > 0, delay(at: place, in: &plan) else { return false }
    }
    return true
  }

  private func traits(_ token: ModeModel.Token, _ plan: ModePlan) -> RowTraits {
    model.lowered.traits[Int(model.row(of: token, mode: plan.modes[ModeModel.visit(of: token)]))]
  }

  /// The first operation that takes more than there can be. What is offloaded counts as gone.
  private func firstWithoutRoom(_ plan: ModePlan) -> Int? {
    guard capacity.isFinite else { return nil }
    var held = 0.0
    for (place, token) in plan.orders[device].enumerated() {
      let traits = traits(token, plan)
      held += traits.growth
      if held > capacity { return place }
      held -= traits.release
      if traits.kind == .forward {
        for message in model.lowered.queues.messages[traits.messages.indices] where message.isOfHost {
          held -= message.memory
        }
      }
    }
    return nil
  }

  private func hasBackward(_ visit: Int32, _ order: ArraySlice<ModeModel.Token>) -> Bool {
    let backward = ModeModel.token(visit, .backward)
    return order.contains { ModeModel.asApart($0) == backward }
  }

  /// Moves an `F` behind the next operation that gives memory back: the one without room or, where that is none, the last
  /// before it of a visit that goes on behind it.
  private func delay(at place: Int, in plan: inout ModePlan) -> Bool {
    let order = plan.orders[device]
    let isForward = { (token: ModeModel.Token) in ModeModel.part(of: token) == ModeModel.Part.forward.rawValue
    }
    guard
      let from = isForward(order[place])
        ? place
        : order[..<place].lastIndex(where: { token in
          isForward(token) && ModeModel.visit(of: token) != ModeModel.visit(of: order[place])
            && !hasBackward(Int32(ModeModel.visit(of: token)), order[..<place])
        })
    else { return false }
    let visit = ModeModel.visit(of: order[from])
    var behind = max(from, place)
    if behind == from { behind += 1 }
    while behind < order.count, traits(order[behind], plan).release <= 0 {
      if ModeModel.visit(of: order[behind]) == visit { return false }
      behind += 1
    }
    guard behind < order.count,
      !order[from + 1...behind].contains(where: { ModeModel.visit(of: $0) == visit })
    else { return false }
    plan.orders[device].remove(at: from)
    plan.orders[device].insert(order[from], at: behind)
    return true
  }
}
