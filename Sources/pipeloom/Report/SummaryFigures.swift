import PipelineModel

/// A summary under the keys of the schedule file.
struct SummaryFigures: Encodable {
  let makespan: Double
  let period: Double
  let longestDeviceSpan: Double
  let makespanBubble: Double
  let periodBubble: Double
  let spanBubble: Double
  let imbalance: Double
  let peakMemory: [Double]
  let recomputeShare: Double?
  let peakHostMemory: [Double]?
  let hostBusy: [Double]?
  let objective: String?
  let backward: String?
  let lowerBound: Double?
  let gap: Double?
  let optimal: Bool?

  /// Spells a summary out.
  init(_ summary: Summary) {
    makespan = summary.makespan
    period = summary.period
    longestDeviceSpan = summary.longestDeviceSpan
    makespanBubble = summary.makespanBubble
    periodBubble = summary.periodBubble
    spanBubble = summary.spanBubble
    imbalance = summary.imbalance
    peakMemory = summary.peakMemory
    recomputeShare = summary.recomputeShare
    peakHostMemory = summary.peakHostMemory
    hostBusy = summary.hostBusy
    objective = summary.certificate?.objective.rawValue
    backward = summary.certificate.flatMap { $0.scope == .all ? nil : $0.scope.rawValue }
    lowerBound = summary.certificate?.lowerBound
    gap = summary.certificate?.gap
    optimal = summary.certificate?.optimal
  }
}
