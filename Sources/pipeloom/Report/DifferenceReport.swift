import PipelineModel
import ScheduleStudies
import Timeline

/// What two schedules do differently, for people and for machines.
struct DifferenceReport: Encodable {
  /// The first schedule.
  let a: Side
  /// The second schedule.
  let b: Side
  /// Where the orders of each device differ first.
  let devices: [DeviceLine]
  /// The operations of both schedules that have another place in the second.
  let moved: [MoveLine]
  /// The operations that the first schedule has alone.
  let onlyInA: [PlaceLine]
  /// The operations that the second schedule has alone.
  let onlyInB: [PlaceLine]
  private enum CodingKeys: String, CodingKey { case a, b, devices, moved, onlyInA, onlyInB }

  /// One of the two schedules.
  struct Side: Encodable {
    let file: String
    let title: String
    let summary: SummaryFigures
    /// The idle time of all devices by what they wait for.
    let idleByCause: [String: Double]
    /// What names its operations; not part of the machine form.
    let problem: Problem

    private enum CodingKeys: String, CodingKey { case file, title, summary, idleByCause }

    init(file: String, title: String, _ timeline: Timeline) {
      self.file = file
      self.title = title
      summary = SummaryFigures(timeline.summary)
      idleByCause = timeline.idleTime.sumsByCause
      problem = timeline.schedule.problem
    }
  }

  /// One device.
  struct DeviceLine: Encodable {
    let device: NamedDevice
    let firstDifference: FirstDifference?
    let moved: Int
    let onlyInA: Int
    let onlyInB: Int
    let earlier: Int
    let later: Int

    private enum CodingKeys: String, CodingKey {
      case firstDifference, moved, onlyInA, onlyInB, earlier, later
    }

    /// Every device has all keys: where its orders do not differ, the first difference is `null`.
    func encode(to encoder: any Encoder) throws {
      try device.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(firstDifference, forKey: .firstDifference)
      for (key, count) in [
        (CodingKeys.moved, moved), (.onlyInA, onlyInA), (.onlyInB, onlyInB), (.earlier, earlier),
        (.later, later),
      ] {
        try container.encode(count, forKey: key)
      }
    }
  }

  /// Where two orders differ first.
  struct FirstDifference: Encodable {
    let position: Int
    /// Whether the operations are the same, and one schedule alone runs them as an overlapped pair.
    let isPairing: Bool
    let a: PlaceLine?
    let b: PlaceLine?

    private enum CodingKeys: String, CodingKey { case position, pairing, a, b }

    /// An order that has ended has `null` there.
    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(position, forKey: .position)
      if isPairing { try container.encode(true, forKey: .pairing) }
      try container.encode(a, forKey: .a)
      try container.encode(b, forKey: .b)
    }
  }

  /// An operation and where it is.
  struct PlaceLine: Encodable {
    let device: NamedDevice
    let operation: NamedOperation
    let position: Int
    let start: Double

    private enum CodingKeys: CodingKey { case position, start }

    init(_ place: ScheduleDifference.Place, in problem: Problem) {
      device = NamedDevice(place.device, in: problem)
      operation = NamedOperation(place.operation, in: problem)
      position = place.position
      start = place.start
    }

    func encode(to encoder: any Encoder) throws {
      try device.encode(to: encoder)
      try operation.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(position, forKey: .position)
      try container.encode(start, forKey: .start)
    }
  }

  /// An operation and where it was and is.
  struct MoveLine: Encodable {
    /// The device in the first schedule.
    let device: NamedDevice
    let operation: NamedOperation
    /// The device in the second schedule, where it is another.
    let toDevice: NamedDevice?
    let positionA: Int
    let positionB: Int
    let startA: Double
    let startB: Double

    private enum CodingKeys: CodingKey { case toDevice, positionA, positionB, startA, startB }

    init(_ move: ScheduleDifference.Move, _ a: Problem, _ b: Problem) {
      device = NamedDevice(move.from.device, in: a)
      operation = NamedOperation(move.from.operation, in: a)
      let other = NamedDevice(move.to.device, in: b)
      toDevice = other == device ? nil : other
      (positionA, positionB) = (move.from.position, move.to.position)
      (startA, startB) = (move.from.start, move.to.start)
    }

    func encode(to encoder: any Encoder) throws {
      try device.encode(to: encoder)
      try operation.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encodeIfPresent(toDevice?.device, forKey: .toDevice)
      try container.encode(positionA, forKey: .positionA)
      try container.encode(positionB, forKey: .positionB)
      try container.encode(startA, forKey: .startA)
      try container.encode(startB, forKey: .startB)
    }
  }

  /// Words what differs.
  init(_ difference: ScheduleDifference, _ a: Side, _ b: Side) {
    self.a = a
    self.b = b
    devices = difference.devices.map { DeviceLine($0, a.problem, b.problem) }
    moved = difference.devices.flatMap(\.moved).map { MoveLine($0, a.problem, b.problem) }
    onlyInA = difference.devices.flatMap(\.onlyInFirst).map { PlaceLine($0, in: a.problem) }
    onlyInB = difference.devices.flatMap(\.onlyInSecond).map { PlaceLine($0, in: b.problem) }
  }
}

extension DifferenceReport.DeviceLine {
  init(_ line: ScheduleDifference.OnDevice, _ a: Problem, _ b: Problem) {
    device = NamedDevice(line.device, in: line.device.index < a.deviceCount ? a : b)
    firstDifference = line.firstDifference.map {
      DifferenceReport.FirstDifference(
        position: $0.position, isPairing: $0.isPairing,
        a: $0.first.map { DifferenceReport.PlaceLine($0, in: a) },
        b: $0.second.map { DifferenceReport.PlaceLine($0, in: b) })
    }
    moved = line.moved.count
    onlyInA = line.onlyInFirst.count
    onlyInB = line.onlyInSecond.count
    earlier = line.earlierCount
    later = line.laterCount
  }
}
