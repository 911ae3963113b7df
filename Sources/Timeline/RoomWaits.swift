import OperationGraph
import PipelineModel

/// The offloads that operations wait for until their device has room for what they take.
///
/// They follow from the orders alone: where an operation takes more than is left, it waits for the least number of
/// offloads, counted from the first of its device and all with their `F` before it, whose end makes room. Waits so
/// point to earlier transfers of the same device and close no circle.
package struct RoomWaits: Sendable {
  /// What an operation waits for.
  package struct Wait: BitwiseCopyable, Sendable {
    /// Where the start of the transfer is kept whose end makes room; -1 where there is room at once.
    package var place: Int32 = -1
    /// How long the transfer takes, in grid steps.
    package var transfer = 0.0

    /// Nothing to wait for.
    package init() {}

    init(place: Int32, transfer: Double) {
      self.place = place
      self.transfer = transfer
    }
  }

  /// By position; empty where nothing is offloaded.
  package private(set) var waits: [Wait] = []
  /// Whether every device has room for all that its order takes, once all that it waits for has ended.
  package private(set) var fit = true

  /// Walks all orders. O(operations x log offloads).
  init(
    problem: LoweredProblem, rows: [OperationRow], traits: [RowTraits], codes: [LoweredOrders.Code],
    bounds: [Int]
  ) {
    guard problem.hasOffloads else { return }
    waits = Array(repeating: Wait(), count: codes.count)
    var shared = OutputReaders(problem)
    for device in 0..<bounds.count - 1 {
      var walk = RoomWalk(capacity: problem.capacities[device])
      var position = bounds[device]
      while position < bounds[device + 1] {
        // The parts of a pair take what they need at one moment, and give back at another.
        let together = position...(rows[Int(codes[position].row)].opensPair ? position + 1 : position)
        for part in together { waits[part] = walk.take(traits[Int(codes[part].row)].growth) }
        for part in together {
          let row = traits[Int(codes[part].row)]
          walk.give(row.release)
          if shared.isNeeded { walk.give(-shared.correction(after: codes[part], traits)) }
          guard row.kind == .forward else { continue }
          for message in problem.queues.messages[row.messages.indices] where message.isOfHost {
            walk.offload(message, place: codes[part].end &+ message.offset)
          }
        }
        position = together.upperBound + 1
      }
      fit = fit && walk.fits
    }
  }

  /// The start of the transfer whose end the operation at a position waits for, and how long it takes.
  subscript(position: Int) -> (end: Int, latency: Double)? {
    guard !waits.isEmpty, waits[position].place >= 0 else { return nil }
    return (Int(waits[position].place), waits[position].transfer)
  }
}

/// A walk along one order: what the device holds, and which of its offloads have to have ended.
package struct RoomWalk {
  private struct Offload {
    var wait: RoomWaits.Wait
    /// What this one and all before it give back.
    var freed: Double
  }

  private var capacity: Double
  /// What would be held if no offload had ended.
  private var held = 0.0
  /// The offloads whose `F` came by, in the order of their transfers.
  private var offloads: [Offload] = []
  /// Whether there was room for everything.
  package private(set) var fits = true

  package init(capacity: Double) { self.capacity = capacity }

  /// Begins anew, on another device.
  package mutating func restart(capacity: Double) {
    self.capacity = capacity
    held = 0
    offloads.removeAll(keepingCapacity: true)
    fits = true
  }

  /// Takes memory; tells the last offload that has to end first. O(log offloads).
  package mutating func take(_ growth: Double) -> RoomWaits.Wait {
    guard growth > 0 else { return RoomWaits.Wait() }
    held += growth
    guard held > capacity else { return RoomWaits.Wait() }
    var (low, high) = (0, offloads.count)
    while low < high {
      let middle = (low + high) / 2
      if held - offloads[middle].freed <= capacity { high = middle } else { low = middle + 1 }
    }
    if low == offloads.count { fits = false }
    return offloads.isEmpty ? RoomWaits.Wait() : offloads[min(low, offloads.count - 1)].wait
  }

  /// Gives memory back.
  package mutating func give(_ release: Double) { held -= release }

  /// Begins an offload, behind all others.
  package mutating func offload(_ message: SendQueues.Message, place: Int32) {
    offloads.append(
      Offload(
        wait: RoomWaits.Wait(place: place, transfer: message.transfer),
        freed: (offloads.last?.freed ?? 0) + message.memory))
  }
}
