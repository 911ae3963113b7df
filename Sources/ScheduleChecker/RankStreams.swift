import PipelineModel

/// How far the streams of a rank have come in their orders, and up to where they have waited for each other.
struct RankStreams {
  /// Two streams, as devices of the problem.
  private struct Streams: Hashable {
    var waiting: Device.ID
    var awaited: Device.ID
  }

  private let schedule: Schedule
  private let rank: Device.ID
  private let devices: [Device.ID]
  /// The position of the next operation of each stream.
  private var next: [Device.ID: Int] = [:]
  /// Where the rank's work stands in the orders.
  private var positions: [ProgramWork: Int] = [:]
  private var waited: [Streams: Int] = [:]

  private var problem: Problem { schedule.problem }

  init(of rank: Device.ID, in schedule: Schedule) {
    self.schedule = schedule
    self.rank = rank
    let layout = schedule.problem.layout
    devices =
      layout.map { layout in
        layout.written.streams.indices.map { layout.device(rank, stream: $0) }
      } ?? [rank]
    for device in devices {
      let range = schedule.orders.range(of: device)
      next[device] = range.lowerBound
      guard devices.count > 1 else { continue }
      for position in range {
        positions[problem.programWork(of: schedule.orders.operations[position])] = position
      }
    }
  }

  /// Goes on by a piece of work; `nil` where a stream's order has another.
  mutating func next(_ work: ProgramWork, on stream: String?) -> Int? {
    guard let device = device(stream), let position = next[device],
      position < schedule.orders.range(of: device).upperBound,
      problem.programWork(of: schedule.orders.operations[position]) == work
    else { return nil }
    next[device] = position + 1
    return position
  }

  /// That a stream has other work to do than a program says.
  func otherOrder(on stream: String?) -> CommunicationFault {
    let done = device(stream).map { (next[$0] ?? 0) - schedule.orders.range(of: $0).lowerBound } ?? 0
    return .otherOrder(rank, stream: stream, position: done)
  }

  /// What is left to do at the end; `nil` for nothing.
  var unfinished: CommunicationFault? {
    let left = devices.first { next[$0] != schedule.orders.range(of: $0).upperBound }
    return left.map { otherOrder(on: problem.programPlace(of: $0).stream) }
  }

  /// Notes that a stream waits for work of another one; tells whether there are such.
  mutating func wait(_ wait: StreamWait) -> Bool {
    guard let waiting = device(wait.stream), let position = positions[wait.work] else { return false }
    let streams = Streams(waiting: waiting, awaited: schedule.orders.device(at: position))
    waited[streams] = max(waited[streams] ?? .min, number(position, wait.isAhead))
    return true
  }

  /// Whether a stream has waited for an operation, or for a later one of its stream.
  func hasWaited(_ stream: String?, for position: Int, isAhead: Bool) -> Bool {
    guard let waiting = device(stream) else { return false }
    let streams = Streams(waiting: waiting, awaited: schedule.orders.device(at: position))
    return waited[streams].map { $0 >= number(position, isAhead) } ?? false
  }

  /// Operations of the iteration before stand before all of this one.
  private func number(_ position: Int, _ isAhead: Bool) -> Int {
    isAhead ? position - schedule.orders.operations.count : position
  }

  private func device(_ stream: String?) -> Device.ID? { problem.device(ofRank: rank, stream: stream) }
}
