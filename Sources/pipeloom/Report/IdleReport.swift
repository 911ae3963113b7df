import PipelineModel
import Timeline

/// Why the devices of a schedule are idle, for people and for machines.
struct IdleReport {
  /// What devices wait for, stretch by stretch.
  let gaps: [GapLine]
  /// The idle time of all devices by cause; every cause has its sum, of nothing 0.
  let byCause: [String: Double]

  private let idle: IdleTime
  private let makespan: Double
  private let problem: Problem

  /// One stretch of idle time.
  struct GapLine: Encodable {
    let device: Int
    let start: Double
    let end: Double
    let cause: IdleStretch.Cause
    /// What is waited for.
    let waitsFor: Awaited?

    /// The operation that is waited for, and where it runs.
    struct Awaited: Encodable {
      let operation: NamedOperation
      let device: NamedDevice

      func encode(to encoder: any Encoder) throws {
        try operation.encode(to: encoder)
        try device.encode(to: encoder)
      }
    }

    private enum CodingKeys: String, CodingKey {
      case device, start, end, cause, waitsFor
    }

    /// Every gap has all keys: what waits for nothing waits for `null`.
    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(device, forKey: .device)
      try container.encode(start, forKey: .start)
      try container.encode(end, forKey: .end)
      try container.encode(cause, forKey: .cause)
      try container.encode(waitsFor, forKey: .waitsFor)
    }
  }

  /// Explains a timed schedule. O(operations).
  init(_ timeline: Timeline) {
    let idle = timeline.idleTime
    self.idle = idle
    makespan = timeline.makespan
    problem = timeline.schedule.problem
    gaps = idle.stretches.map { [problem] in GapLine($0, in: problem) }
    byCause = idle.sumsByCause
  }
}

extension IdleTime {
  /// The idle time of all devices under the name of every cause.
  var sumsByCause: [String: Double] {
    let sums = byCause()
    return Dictionary(
      uniqueKeysWithValues: IdleStretch.Cause.allCases.map { ($0.rawValue, sums[$0] ?? 0) })
  }
}

extension IdleReport.GapLine {
  init(_ stretch: IdleStretch, in problem: Problem) {
    device = stretch.device.index
    start = stretch.start
    end = stretch.end
    cause = stretch.cause
    waitsFor = stretch.awaited.map { awaited in
      Awaited(
        operation: NamedOperation(awaited.operation, in: problem),
        device: NamedDevice(awaited.device, in: problem))
    }
  }
}

extension IdleReport {
  /// The sums for a person: by cause with the longest wait of each, and by device.
  var text: TerminalText {
    let total = idle.total()
    guard total > 0 else { return "  No device is ever idle.\n" }
    let share = makespan > 0 ? total / (makespan * Double(problem.computeDevices.count)) : 0
    let sums = idle.byCause()
    let causes = IdleStretch.Cause.allCases.filter { sums[$0] != nil }
    var table = TextTable([("waits for", .left), ("time", .right), ("share", .right), ("longest", .left)])
    for cause in causes {
      let time = sums[cause] ?? 0
      table.add([cause.rawValue, time.short, (time / total).percent, longest(cause)])
    }
    return """
        Idle: \(total.short) of all devices' time, \(share.percent) of it
      \(table.text)
      \(deviceTable(causes))
      """
  }

  private func longest(_ cause: IdleStretch.Cause) -> String {
    let stretches = idle.stretches.filter { $0.cause == cause }
    guard
      let longest = stretches.first.map({ first in
        stretches.reduce(first) { $1.end - $1.start > $0.end - $0.start ? $1 : $0 }
      })
    else { return "" }
    let waiting = longest.waiting.map { problem.name(of: $0) } ?? "the optimizer step"
    let what = longest.awaited.map {
      ": \(waiting) waits for \(problem.name(of: $0.operation)) on device \(problem.name(of: $0.device))"
    }
    return "device \(longest.device), \(longest.start.short) to \(longest.end.short)\(what ?? "")"
  }

  private func deviceTable(_ causes: [IdleStretch.Cause]) -> TerminalText {
    var table = TextTable(
      [("device", .right)] + causes.map { ($0.rawValue, .right) } + [("idle time", .right)])
    for device in problem.computeDevices.prefix(ScheduleReport.listedDevices).map({ Device.ID($0) }) {
      let sums = idle.byCause(on: device)
      table.add(
        [String(device.index)] + causes.map { (sums[$0] ?? 0).short } + [idle.total(on: device).short])
    }
    return table.text
  }
}
