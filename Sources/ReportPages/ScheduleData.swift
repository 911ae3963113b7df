import FoundationEssentials
import PipelineModel
import Timeline

/// One schedule as columns.
struct ScheduleData: Encodable {
  private let title: String
  private let timeUnit: String
  private let memoryUnit: String
  private let makespan: Double
  private let devices: [DeviceData]
  private let tints: [Int]
  private let bounds: [Int]
  private let kind, stage, microbatch, start, end, half: Data
  private let hasPairs: Bool
  private let memory: Memory
  private let streams: Spans
  private let gaps: Spans

  private struct DeviceData: Encodable {
    let limit: Double?

    private enum CodingKeys: CodingKey { case limit }

    /// A device without a limit says so.
    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(limit, forKey: .limit)
    }
  }

  private struct Memory: Encodable {
    let bounds: [Int]
    let time, level: Data
  }

  /// Stretches of time of each device, each with an operation, where there is one.
  private struct Spans: Encodable {
    var bounds = [0]
    var start, end, stage, microbatch, kind: Data
    var cause: Data?
    var device: Data?
  }

  /// Takes a schedule. O(operations + memory steps).
  init(_ entry: ReportPage.Entry) {
    let timeline = entry.timeline
    let (problem, orders) = (timeline.schedule.problem, timeline.schedule.orders)
    title = entry.title
    (timeUnit, memoryUnit) = (problem.units.time, problem.units.memory)
    makespan = timeline.makespan
    devices = problem.devices.map { DeviceData(limit: $0.memoryLimit) }
    tints = StageTints(problem).tints
    bounds = orders.bounds
    kind = .column(orders.operations.map { $0.kind.place })
    stage = .column(orders.operations.map { UInt16(truncatingIfNeeded: $0.stage.index) })
    microbatch = .column(orders.operations.map { UInt16(truncatingIfNeeded: $0.microbatch.index) })
    start = .column(orders.operations.indices.map(timeline.start(at:)))
    end = .column(orders.operations.indices.map(timeline.end(at:)))
    var halves = [UInt8](repeating: 0, count: orders.operations.count)
    hasPairs = problem.overlap != nil && !orders.pairs.isEmpty
    if hasPairs { for first in orders.pairs { (halves[first], halves[first + 1]) = (1, 2) } }
    half = .column(halves)
    let profiles = problem.devices.indices.map { timeline.memoryProfile(of: Device.ID($0)) }
    memory = Memory(
      bounds: profiles.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) },
      time: .column(profiles.joined().map(\.time)), level: .column(profiles.joined().map { Float($0.memory) })
    )
    streams = Self.streams(timeline)
    gaps = Self.gaps(entry.gaps, in: timeline)
  }

  private static func streams(_ timeline: Timeline) -> Spans {
    let transfers = timeline.transfersOfHosts.sorted {
      ($0.device.index, $0.start, $0.end) < ($1.device.index, $1.start, $1.end)
    }
    return Spans(
      bounds: bounds(transfers.map(\.device), in: timeline), start: .column(transfers.map(\.start)),
      end: .column(transfers.map(\.end)),
      stage: .column(transfers.map { UInt16(truncatingIfNeeded: $0.operation.stage.index) }),
      microbatch: .column(transfers.map { UInt16(truncatingIfNeeded: $0.operation.microbatch.index) }),
      kind: .column(transfers.map { UInt8(HostTransfer.Way.allCases.firstIndex(of: $0.way) ?? 0) }))
  }

  private static func gaps(_ stretches: [ReportPage.Gap], in timeline: Timeline) -> Spans {
    let awaited = stretches.map(\.awaited)
    return Spans(
      bounds: bounds(stretches.map(\.device), in: timeline), start: .column(stretches.map(\.start)),
      end: .column(stretches.map(\.end)),
      stage: .column(awaited.map { UInt16(truncatingIfNeeded: $0?.operation.stage.index ?? 0) }),
      microbatch: .column(awaited.map { UInt16(truncatingIfNeeded: $0?.operation.microbatch.index ?? 0) }),
      kind: .column(awaited.map { $0?.operation.kind.place ?? none }),
      cause: .column(stretches.map { UInt8(truncatingIfNeeded: $0.cause) }),
      device: .column(awaited.map { UInt16(truncatingIfNeeded: $0?.device.index ?? 0) }))
  }

  /// No operation, where a kind stands.
  private static let none: UInt8 = 0xFF

  /// Where the entries of each device begin, of a list in the order of devices.
  private static func bounds(_ devices: [Device.ID], in timeline: Timeline) -> [Int] {
    var counts = [Int](repeating: 0, count: timeline.schedule.problem.deviceCount)
    for device in devices { counts[device.index] += 1 }
    return counts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
  }
}

extension Operation.Kind {
  /// Its place among all kinds.
  fileprivate var place: UInt8 { UInt8(Self.allCases.firstIndex(of: self) ?? 0) }
}

extension Data {
  /// Numbers, the least significant byte first; an encoder writes them in base64.
  fileprivate static func column<Number>(_ values: [Number]) -> Data where Number: BitwiseCopyable {
    // All machines that Swift runs on have this order.
    values.withUnsafeBytes { Data($0) }
  }
}
