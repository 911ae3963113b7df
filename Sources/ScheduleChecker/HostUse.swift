import PipelineModel

/// What the transfers of one run make of hosts: what devices have there, and how long their channels are used.
struct HostUse {
  /// The most that each device has on its host.
  private(set) var peaks: [Double]
  /// How long the busier of each device's channels is used.
  private(set) var busy: [Double]

  /// Follows the transfers of every device. O(operations).
  ///
  /// - Parameter ends: when the transfer ends that each operation begins.
  init(of orders: Orders, _ queues: HostQueues, ends: [Double]) {
    peaks = Array(repeating: 0, count: orders.deviceCount)
    busy = peaks
    let byDevice = Dictionary(grouping: queues.positions) { orders.device(at: $0).index }
    for (device, positions) in byDevice {
      let offloads = positions.filter { orders.operations[$0].kind == .forward }
      let reloads = positions.filter { orders.operations[$0].kind == .reload }
      func used(_ positions: [Int]) -> Double { positions.reduce(0) { $0 + (queues.time(from: $1) ?? 0) } }
      busy[device] = max(used(offloads), used(reloads))
      var (held, back) = (0.0, 0)
      for offload in offloads {
        let start = ends[offload] - (queues.time(from: offload) ?? 0)
        while back < reloads.count, !start.isClearlyBelow(ends[reloads[back]]) {
          held -= queues.amount(from: reloads[back])
          back += 1
        }
        held += queues.amount(from: offload)
        peaks[device] = max(peaks[device], held)
      }
    }
  }
}
