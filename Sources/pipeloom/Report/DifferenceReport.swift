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
  /// The time unit of the first schedule; not part of the machine form.
  let unit: String

  private enum CodingKeys: String, CodingKey { case a, b, devices, moved, onlyInA, onlyInB }

  /// One of the two schedules.
  struct Side: Encodable {
    let file: String
    let title: String
    let summary: SummaryFigures
    /// The idle time of all devices by what they wait for.
    let idleByCause: [String: Double]
    /// Of its times; not part of the machine form.
    let unit: String

    private enum CodingKeys: String, CodingKey { case file, title, summary, idleByCause }

    init(file: String, title: String, _ timeline: Timeline) {
      self.file = file
      self.title = title
      summary = SummaryFigures(timeline.summary)
      idleByCause = timeline.idleTime.sumsByCause
      unit = timeline.schedule.problem.units.time
    }
  }

  /// One device.
  struct DeviceLine: Encodable {
    let device: Int
    let firstDifference: FirstDifference?
    let moved: Int
    let onlyInA: Int
    let onlyInB: Int
    let earlier: Int
    let later: Int

    private enum CodingKeys: String, CodingKey {
      case device, firstDifference, moved, onlyInA, onlyInB, earlier, later
    }

    /// Every device has all keys: where its orders do not differ, the first difference is `null`.
    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(device, forKey: .device)
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
    let device: Int
    let op: String
    let stage: Int
    let microbatch: Int
    let position: Int
    let start: Double

    init(_ place: ScheduleDifference.Place) {
      device = place.device.index
      op = place.operation.kind.symbol
      stage = place.operation.stage.index
      microbatch = place.operation.microbatch.index
      position = place.position
      start = place.start
    }
  }

  /// An operation and where it was and is.
  struct MoveLine: Encodable {
    /// The device in the first schedule.
    let device: Int
    let op: String
    let stage: Int
    let microbatch: Int
    /// The device in the second schedule, where it is another.
    let toDevice: Int?
    let positionA: Int
    let positionB: Int
    let startA: Double
    let startB: Double

    init(_ move: ScheduleDifference.Move) {
      let operation = move.from.operation
      device = move.from.device.index
      op = operation.kind.symbol
      stage = operation.stage.index
      microbatch = operation.microbatch.index
      toDevice = move.to.device == move.from.device ? nil : move.to.device.index
      (positionA, positionB) = (move.from.position, move.to.position)
      (startA, startB) = (move.from.start, move.to.start)
    }
  }

  /// Words what differs.
  init(_ difference: ScheduleDifference, _ a: Side, _ b: Side) {
    self.a = a
    self.b = b
    unit = a.unit
    devices = difference.devices.map(DeviceLine.init)
    moved = difference.devices.flatMap(\.moved).map(MoveLine.init)
    onlyInA = difference.devices.flatMap(\.onlyInFirst).map(PlaceLine.init)
    onlyInB = difference.devices.flatMap(\.onlyInSecond).map(PlaceLine.init)
  }
}

extension DifferenceReport.DeviceLine {
  init(_ line: ScheduleDifference.OnDevice) {
    device = line.device.index
    firstDifference = line.firstDifference.map {
      DifferenceReport.FirstDifference(
        position: $0.position, isPairing: $0.isPairing, a: $0.first.map(DifferenceReport.PlaceLine.init),
        b: $0.second.map(DifferenceReport.PlaceLine.init))
    }
    moved = line.moved.count
    onlyInA = line.onlyInFirst.count
    onlyInB = line.onlyInSecond.count
    earlier = line.earlierCount
    later = line.laterCount
  }
}
