import FoundationEssentials
import PipelineModel
import Timeline

/// One schedule as columns.
struct ScheduleData: Encodable {
  private let title: String
  private let timeUnit: String
  private let memoryUnit: String
  private let makespan: Double
  private let devices: [PageLane]
  private let tints: [Int]
  private let bounds: [Int]
  private let kind, stage, microbatch, start, end, half: Data
  private let hasPairs: Bool
  private let names: [String]?
  private let memory: Memory
  private let streams: Spans
  private let gaps: Spans

  private struct Memory: Encodable {
    let bounds: [Int]
    let time, level: Data
  }

  /// Stretches of time of each lane, each with an operation, where there is one.
  private struct Spans: Encodable {
    var bounds = [0]
    var start, end, stage, microbatch, kind: Data
    var cause: Data?
    var device: Data?
    var names: [String]?
  }

  /// Takes a schedule, lane by lane. O(operations + memory steps).
  init(_ entry: ReportPage.Entry) {
    let timeline = entry.timeline
    let (problem, orders) = (timeline.schedule.problem, timeline.schedule.orders)
    let lanes = PageLane.all(of: timeline.schedule)
    let positions = lanes.flatMap { orders.range(of: $0.id) }
    let works = positions.map { PageWork(orders.operations[$0], in: problem) }
    title = entry.title
    (timeUnit, memoryUnit) = (problem.units.time, problem.units.memory)
    makespan = timeline.makespan
    devices = lanes
    tints = StageTints(problem.asWritten).tints
    bounds = Self.bounds(lanes.map { orders.range(of: $0.id).count })
    kind = .column(works.map(\.kind.place))
    stage = .column(works.map { UInt16(truncatingIfNeeded: $0.stage.index) })
    microbatch = .column(works.map { $0.microbatch.map { UInt16(truncatingIfNeeded: $0.index) } ?? .max })
    start = .column(positions.map(timeline.start(at:)))
    end = .column(positions.map(timeline.end(at:)))
    names = problem.layout.map { _ in works.map { $0.name ?? "" } }
    var halves = [UInt8](repeating: 0, count: orders.operations.count)
    hasPairs = problem.overlap != nil && !orders.pairs.isEmpty
    if hasPairs { for first in orders.pairs { (halves[first], halves[first + 1]) = (1, 2) } }
    half = .column(positions.map { halves[$0] })
    // What a device holds is shown once, beside its compute stream.
    let profiles = lanes.map { $0.stream == nil ? timeline.memoryProfile(of: $0.id) : [] }
    memory = Memory(
      bounds: Self.bounds(profiles.map(\.count)),
      time: .column(profiles.joined().map(\.time)), level: .column(profiles.joined().map { Float($0.memory) })
    )
    streams = Self.transfers(timeline, lanes)
    gaps = Self.gaps(entry.gaps, in: problem, lanes)
  }

  private static func transfers(_ timeline: Timeline, _ lanes: [PageLane]) -> Spans {
    let byDevice = Dictionary(grouping: timeline.transfersOfHosts, by: \.device)
    let rows = lanes.map { lane in
      (byDevice[lane.id] ?? []).sorted { ($0.start, $0.end) < ($1.start, $1.end) }
    }
    let transfers = rows.joined()
    return Spans(
      bounds: bounds(rows.map(\.count)), start: .column(transfers.map(\.start)),
      end: .column(transfers.map(\.end)),
      stage: .column(transfers.map { UInt16(truncatingIfNeeded: $0.operation.stage.index) }),
      microbatch: .column(transfers.map { UInt16(truncatingIfNeeded: $0.operation.microbatch.index) }),
      kind: .column(transfers.map { UInt8(HostTransfer.Way.allCases.firstIndex(of: $0.way) ?? 0) }))
  }

  private static func gaps(
    _ stretches: [ReportPage.Gap], in problem: Problem, _ lanes: [PageLane]
  ) -> Spans {
    let byDevice = Dictionary(grouping: stretches, by: \.device)
    let rows = lanes.map { byDevice[$0.id] ?? [] }
    let stretches = rows.joined()
    let works = stretches.map { $0.awaited.map { PageWork($0.operation, in: problem) } }
    let places = Dictionary(uniqueKeysWithValues: lanes.enumerated().map { ($1.id, $0) })
    return Spans(
      bounds: bounds(rows.map(\.count)), start: .column(stretches.map(\.start)),
      end: .column(stretches.map(\.end)),
      stage: .column(works.map { UInt16(truncatingIfNeeded: $0?.stage.index ?? 0) }),
      microbatch: .column(works.map { UInt16(truncatingIfNeeded: $0?.microbatch?.index ?? 0) }),
      kind: .column(works.map { $0?.kind.place ?? none }),
      cause: .column(stretches.map { UInt8(truncatingIfNeeded: $0.cause) }),
      device: .column(
        stretches.map { UInt16(truncatingIfNeeded: $0.awaited.flatMap { places[$0.device] } ?? 0) }),
      names: problem.layout.map { _ in works.map { $0?.name ?? "" } })
  }

  /// No operation, where a kind stands.
  private static let none: UInt8 = 0xFF

  /// Where the entries of each lane begin, of which each has so many.
  private static func bounds(_ counts: [Int]) -> [Int] {
    counts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
  }
}

extension Data {
  /// Numbers, the least significant byte first; an encoder writes them in base64.
  fileprivate static func column<Number>(_ values: [Number]) -> Data where Number: BitwiseCopyable {
    // All machines that Swift runs on have this order.
    values.withUnsafeBytes { Data($0) }
  }
}
