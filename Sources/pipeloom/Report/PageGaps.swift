import PipelineModel
import ReportPages
import Timeline

extension IdleStretch.Cause {
  /// What a device waits for, in words behind which the operation that is waited for follows.
  fileprivate var sentence: String {
    switch self {
    case .data: "waits for what is not computed yet"
    case .memory: "waits for memory until an offload has ended"
    case .link: "waits for what is on its way"
    case .gap: "the least time between two operations"
    case .barrier: "the optimizer step waits for other devices"
    case .nothingLeft: "nothing is left to do"
    }
  }
}

extension ReportPage {
  /// Why devices can be idle, in the order in which gaps name them.
  static let idleCauses = IdleStretch.Cause.allCases.map(\.sentence)

  /// How many gaps the page lists; the chart tells of all.
  private static let listedGaps = 20

  /// The gaps of a schedule.
  static func gaps(_ idle: IdleTime) -> [Gap] {
    idle.stretches.map { stretch in
      Gap(
        device: stretch.device, start: stretch.start, end: stretch.end,
        cause: IdleStretch.Cause.allCases.firstIndex(of: stretch.cause) ?? 0,
        awaited: stretch.awaited.map { ($0.operation, $0.device) })
    }
  }

  /// The idle time of all devices by cause, and the longest gaps; nothing where no device is ever idle.
  static func tables(_ idle: IdleTime, of problem: Problem) -> [Table] {
    let (sums, total) = (idle.byCause(), idle.total())
    guard total > 0 else { return [] }
    let causes = IdleStretch.Cause.allCases.filter { sums[$0] != nil }
    let byCause = Table(
      caption: "Idle time of all devices by what they wait for",
      columns: [("cause", false), ("", false), ("time", true), ("share", true)],
      rows: causes.map { cause in
        let time = sums[cause] ?? 0
        return [cause.rawValue, cause.sentence, time.short, (time / total).percent]
      } + [["all", "", total.short, (1.0).percent]])
    let longest = idle.stretches.sorted { one, other in
      let (length, next) = (one.end - one.start, other.end - other.start)
      return length == next
        ? (one.start, one.device.index) < (other.start, other.device.index) : length > next
    }.prefix(listedGaps)
    let gaps = Table(
      caption: idle.stretches.count > listedGaps
        ? "The longest of \(idle.stretches.count) gaps" : "Gaps, the longest first",
      columns: [
        ("device", true), ("from", true), ("to", true), ("length", true), ("cause", false),
        ("waits for", false),
      ],
      rows: longest.map { stretch in
        [
          String(stretch.device.index), stretch.start.short, stretch.end.short,
          (stretch.end - stretch.start).short, stretch.cause.rawValue,
          stretch.awaited.map { words($0, problem) } ?? "",
        ]
      })
    return [byCause, gaps]
  }

  private static func words(_ awaited: IdleStretch.Awaited, _ problem: Problem) -> String {
    let operation = awaited.operation
    let name =
      problem.layout == nil
      ? "\(operation.kind.symbol)\(operation.microbatch) of stage \(operation.stage)"
      : problem.name(of: operation)
    return "\(name) on device \(problem.name(of: awaited.device))"
  }
}
