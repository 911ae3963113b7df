import OperationGraph
import Timeline

extension ModeModel {
  /// Goes through a device's order and tells, place by place, the code of each token and the offload that has to end
  /// before it; whether there is room for all. O(tokens, log offloads for each).
  @inline(__always)
  func walk(
    _ order: [Token], _ modes: [UInt8], on device: Int, _ walk: inout RoomWalk,
    _ visit: (LoweredOrders.Code, RoomWaits.Wait) -> Void
  ) -> Bool {
    walk.restart(capacity: lowered.capacities[device])
    for token in order {
      let code = code(of: token, mode: modes[Self.visit(of: token)])
      let traits = lowered.traits[Int(code.row)]
      let wait = walk.take(traits.growth)
      walk.give(traits.release)
      visit(code, wait)
      guard traits.kind == .forward, lowered.hasOffloads else { continue }
      for message in lowered.queues.messages[traits.messages.indices] where message.isOfHost {
        walk.offload(message, place: code.end &+ message.offset)
      }
    }
    return walk.fits
  }

  /// Whether every device has room for its order.
  func hasRoom(for plan: ModePlan) -> Bool {
    var room = RoomWalk(capacity: .infinity)
    return plan.orders.indices.allSatisfy {
      walk(plan.orders[$0], plan.modes, on: $0, &room) { _, _ in }
    }
  }
}
