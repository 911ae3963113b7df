import PipelineModel

/// What the streams of each device wait for of one another.
///
/// A stream runs its operations in order: after one has been waited for, none before it, nor any of the iteration before, is
/// worth another wait.
struct StreamWaits {
  /// An operation that another stream waits for.
  private struct Awaited {
    var operation: Operation
    var device: Device.ID
    /// Its position in all orders, those of the iteration before below 0.
    var number: Int
    var isAhead: Bool
  }

  /// Two streams of one device, as devices of the problem.
  private struct Streams: Hashable {
    var waiting: Device.ID
    var awaited: Device.ID
  }

  private let problem: Problem
  private var awaited: [Operation: [Awaited]] = [:]
  /// Up to where one stream has waited for another.
  private var known: [Streams: Int] = [:]

  init(of schedule: Schedule, _ arcs: OutputArcs) {
    problem = schedule.problem
    guard problem.layout != nil else { return }
    let orders = schedule.orders
    for device in (0..<orders.deviceCount).map({ Device.ID($0) }) {
      for position in orders.range(of: device) {
        let operation = orders.operations[position]
        for arc in arcs.arcs(from: operation) where arc.device != device {
          guard problem.programPlace(of: arc.device).rank == problem.programPlace(of: device).rank else {
            continue
          }
          awaited[arc.consumer, default: []].append(
            Awaited(
              operation: operation, device: device,
              number: arc.isAhead ? position - orders.operations.count : position, isAhead: arc.isAhead))
        }
      }
    }
  }

  /// The waits of a stream before an operation, for the last of what it needs of each other stream.
  mutating func waits(before operation: Operation, on device: Device.ID) -> [StreamWait] {
    var waits: [StreamWait] = []
    let latest = (awaited.removeValue(forKey: operation) ?? []).sorted { $0.number > $1.number }
    for need in latest {
      let streams = Streams(waiting: device, awaited: need.device)
      guard need.number > known[streams] ?? .min else { continue }
      known[streams] = need.number
      waits.append(
        StreamWait(
          of: problem.programPlace(of: device).stream, for: problem.programWork(of: need.operation),
          isAhead: need.isAhead))
    }
    return waits
  }
}
