import PipelineModel

/// 364 results of published schedule generators, as plain facts.
///
/// Source: the project's reference study of pipeline schedules, reference/families.csv: orders of published
/// generators, and of the zero-bubble paper's rules for ZB-H1 and ZB-H2, timed by one simulator. `zb-auto` is
/// that paper's heuristic under a memory limit, `zbv` the heuristic of its sequel for the V placement.
public struct PublishedFamily: Sendable {
  /// The generator: `1f1b`, `interleaved`, `grouped-interleaved`, `zb-h1`, `zb-h1-light`, `zb-h2`, `zb-auto`,
  /// `zbv`, `v-half` or `v-min`.
  public let scheduler: String
  /// The group size, where the generator takes one.
  public let groupSize: Int?
  /// The limit given to the generator; `nil` where it takes none or was given none.
  public let memoryLimit: Double?
  /// p.
  public let devices: Int
  /// m.
  public let microbatches: Int
  /// v: 1, or 2 for the schedulers on a loop or V.
  public let chunks: Int
  /// F, B and W of one chunk on one device.
  public let times: [Double]
  /// The latency of every message.
  public let latency: Double
  /// The latest end; the first operation starts at 0.
  public let makespan: Double
  /// The longest device span of the order's earliest-start timeline.
  public let longestDeviceSpan: Double
  /// The largest device peak, where every chunk holds 2 until its `B` ends and 1 until its `W` ends.
  public let peakMemory: Double

  /// What tests call the row.
  public var name: String {
    let group = groupSize.map { " group \($0)" } ?? ""
    let limit = memoryLimit.map { " limit \($0)" } ?? ""
    return "\(scheduler)\(group)\(limit) \(devices)x\(microbatches) \(times) \(latency)"
  }

  /// All rows.
  public static let all: [PublishedFamily] = table.split(separator: "\n").flatMap { line in
    let columns = line.split(separator: " ")
    return profiles.indices.compactMap { profile in
      let results = columns[5 + profile].split(separator: ",").compactMap { Double($0) }
      return results.isEmpty ? nil : PublishedFamily(columns, profiles[profile], results)
    }
  }

  /// The rows of one scheduler.
  public static func rows(of scheduler: String) -> [PublishedFamily] {
    all.filter { $0.scheduler == scheduler }
  }

  /// The problem, with the row's memory limit on every device.
  public func problem() throws -> Problem {
    let placements: [String: Placement] = [
      "interleaved": .loop, "grouped-interleaved": .loop, "zbv": .v, "v-half": .v, "v-min": .v,
    ]
    return try Problem(
      devices: Array(repeating: Device(memoryLimit: memoryLimit), count: devices),
      stages: Array(
        repeating: Stage(
          forward: times[0], backwardInput: times[1], backwardWeight: times[2], activationForB: 2,
          activationForW: 1), count: chunks * devices),
      microbatches: Array(repeating: Microbatch(), count: microbatches),
      placement: placements[scheduler] ?? .sequential, communication: .uniform(latency))
  }

  private init(
    _ columns: [Substring], _ profile: (times: [Double], isScaled: Bool, latency: Double), _ results: [Double]
  ) {
    scheduler = String(columns[0])
    groupSize = Int(columns[1])
    memoryLimit = Double(columns[2])
    devices = Int(columns[3]) ?? 0
    microbatches = Int(columns[4]) ?? 0
    let chunks = scheduler.contains("interleaved") || scheduler.hasPrefix("v-") || scheduler == "zbv" ? 2 : 1
    self.chunks = chunks
    times = profile.times.map { profile.isScaled ? $0 / Double(chunks) : $0 }
    latency = profile.latency
    makespan = results[0]
    longestDeviceSpan = results[1]
    peakMemory = results[2]
  }

  /// Three profiles: equal times, and those of one stage cut in chunks, without and with latency.
  private static let profiles: [(times: [Double], isScaled: Bool, latency: Double)] = [
    ([1, 1, 1], false, 0), ([10, 14, 7], true, 0), ([10, 14, 7], true, 1),
  ]
}
