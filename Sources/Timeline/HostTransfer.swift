import OperationGraph
import PipelineModel

/// A transfer between a device and its host.
public struct HostTransfer: Hashable, Sendable {
  /// To the host, or back.
  public typealias Way = HostCopy.Way

  /// Which way it goes.
  public var way: Way
  /// The `F` behind which it goes, or the `L` that launches it.
  public var operation: Operation
  /// The device.
  public var device: Device.ID
  /// When it begins, in the problem's time unit.
  public var start: Double
  /// When it ends, in the problem's time unit.
  public var end: Double
  /// How much it moves, in the problem's memory unit.
  public var memory: Double
}

extension Timeline {
  /// All transfers between devices and their hosts, device by device in the order of the operations that begin them.
  public var transfersOfHosts: [HostTransfer] {
    hostTransfers.map {
      HostTransfer(
        way: $0.way, operation: schedule.orders.operations[$0.position], device: Device.ID($0.device),
        start: grid.units($0.start), end: grid.units($0.end),
        memory: lowered.problem.memoryGrid.units($0.memory))
    }
  }

  /// Which `F` each operation has to see the offload of ended before there is room for what it takes, both by position;
  /// operations that find room at once are left out. O(operations).
  package var waitsForRoom: [Int: Int] {
    guard lowered.problem.hasOffloads else { return [:] }
    var forwards: [Int: Int] = [:]
    for (position, code) in lowered.codes.enumerated() {
      let traits = lowered.traits[Int(code.row)]
      guard traits.kind == .forward else { continue }
      for message in lowered.problem.queues.messages[traits.messages.indices] where message.isOfHost {
        forwards[Int(code.end &+ message.offset)] = position
      }
    }
    var waits: [Int: Int] = [:]
    for position in lowered.codes.indices {
      if let place = lowered.rooms[position]?.end { waits[position] = forwards[place] }
    }
    return waits
  }

  /// The share of the makespan in which the busier of a device's channels to its host is used.
  public func hostBusy(of device: Device.ID) -> Double {
    guard makespanSteps > 0 else { return 0 }
    var busy = (offload: 0.0, reload: 0.0)
    for transfer in hostTransfers where transfer.device == device.index {
      switch transfer.way {
      case .offload: busy.offload += transfer.end - transfer.start
      case .reload: busy.reload += transfer.end - transfer.start
      }
    }
    return max(busy.offload, busy.reload) / makespanSteps
  }

  /// The most memory of its host that each device uses at any moment, from the start of an offload to the end of the
  /// reload, in the problem's memory unit.
  public var peakHostMemory: [Double] {
    schedule.problem.devices.indices.map { device in
      var changes: [(time: Double, change: Double)] = []
      for transfer in hostTransfers where transfer.device == device {
        let isOffload = transfer.way == .offload
        changes.append(
          (isOffload ? transfer.start : transfer.end, isOffload ? transfer.memory : -transfer.memory))
      }
      changes.sort { ($0.time, $0.change) < ($1.time, $1.change) }
      var (held, peak) = (0.0, 0.0)
      for change in changes {
        held += change.change
        peak = max(peak, held)
      }
      return lowered.problem.memoryGrid.units(peak)
    }
  }
}

/// A transfer on the grids of times and memory.
struct HostTransferSteps: Sendable {
  var way: HostTransfer.Way
  /// Of the operation that begins it.
  var position: Int
  var device: Int
  var start: Double
  var end: Double
  var memory: Double

  /// Reads the transfers off a kernel that has timed all orders. O(operations).
  static func all(of lowered: LoweredOrders, in kernel: borrowing TimingKernel) -> [HostTransferSteps] {
    guard lowered.problem.hasOffloads else { return [] }
    var transfers: [HostTransferSteps] = []
    for device in 0..<lowered.bounds.count - 1 {
      for position in lowered.bounds[device]..<lowered.bounds[device + 1] {
        let code = lowered.codes[position]
        let traits = lowered.traits[Int(code.row)]
        for message in lowered.problem.queues.messages[traits.messages.indices] where message.isOfHost {
          let start = kernel.time(at: Int(code.end &+ message.offset))
          transfers.append(
            HostTransferSteps(
              way: traits.kind == .reload ? .reload : .offload, position: position, device: device,
              start: start,
              end: start + message.transfer, memory: message.memory))
        }
      }
    }
    return transfers
  }
}
