import PipelineModel
import ScheduleChecker
import TestSupport

/// A send or receive of a program under construction: with whom, and in which direction.
struct TransferSlot: Hashable {
  var peer: Int
  var isSend: Bool
}

/// Programs from slots, one list per device; `nil` stands for an operation. The k-th send from one device to
/// another belongs to the k-th receive there.
func programs(of slots: [[TransferSlot?]]) -> [RankProgram] {
  var counts: [[Int]: Int] = [:]
  let devices = slots.count
  return slots.enumerated().map { device, list in
    let instructions = list.map { slot -> RankProgram.Instruction in
      guard let slot else {
        return .compute(.pass(Operation(.forward, stage: Stage.ID(device), microbatch: Microbatch.ID(0))))
      }
      let (sender, receiver) = slot.isSend ? (device, slot.peer) : (slot.peer, device)
      let index = counts[[sender, receiver, slot.isSend ? 0 : 1], default: 0]
      counts[[sender, receiver, slot.isSend ? 0 : 1]] = index + 1
      let transfer = Transfer(
        pair: (index * devices + sender) * devices + receiver, .activation, microbatch: Microbatch.ID(index),
        from: Route.Visit(stage: Stage.ID(sender), device: Device.ID(sender)),
        to: Route.Visit(stage: Stage.ID(receiver), device: Device.ID(receiver)))
      return slot.isSend ? .send(transfer) : .receive(transfer)
    }
    return RankProgram(device: Device.ID(device), instructions: instructions)
  }
}

/// Reads programs such as `["s1 r1", "r0 . s0"]`: send to or receive from a device, and `.` for an operation.
func programs(_ texts: [String]) -> [RankProgram] {
  programs(
    of: texts.map { text in
      text.split(separator: " ").map { order in
        guard let peer = Int(order.dropFirst()) else { return nil }
        return TransferSlot(peer: peer, isSend: order.first == "s")
      }
    })
}

extension SeededGenerator {
  /// Random programs of two to four devices with a few messages, in any order on each device.
  mutating func programs() -> [RankProgram] {
    let deviceCount = Int.random(in: 2...4, using: &self)
    var slots = [[TransferSlot?]](repeating: [], count: deviceCount)
    for _ in 0..<Int.random(in: 1...5, using: &self) {
      let sender = Int.random(in: 0..<deviceCount, using: &self)
      let receiver = (sender + Int.random(in: 1..<deviceCount, using: &self)) % deviceCount
      slots[sender].append(TransferSlot(peer: receiver, isSend: true))
      slots[receiver].append(TransferSlot(peer: sender, isSend: false))
    }
    for device in slots.indices {
      for _ in 0..<Int.random(in: 0...2, using: &self) { slots[device].append(nil) }
      slots[device].shuffle(using: &self)
    }
    return ScheduleCheckerTests.programs(of: slots)
  }
}
