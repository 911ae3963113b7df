import PipelineModel

/// The figures of orders that can run, worked out from the orders alone.
struct Figures {
  private let summary: Summary

  /// Runs the orders as early as they allow and measures them. O(n) besides the period.
  init(of problem: Problem, graph: OrderGraph, executionOrder: [Int32], memory: MemoryProfile) {
    var simulation = Simulation(of: problem, graph: graph, executionOrder: executionOrder)
    var ends = [Double](repeating: 0, count: problem.deviceCount)
    simulation.run(&ends)
    let starts = simulation.activeDevices.map { simulation.firstStart(on: $0) }
    let spans = zip(simulation.activeDevices, starts).map { ends[$0] - $1 }
    let makespan = (ends.max() ?? 0) - (starts.min() ?? 0) + problem.tail
    let longestSpan = spans.max() ?? 0
    let work = simulation.deviceWork
    let period = simulation.period(deviceCount: problem.deviceCount) + problem.tail

    let totalWork = work.reduce(0, +)
    let largestWork = work.max() ?? 0
    let devices = Double(problem.deviceCount)
    summary = Summary(
      makespan: makespan, period: period, longestDeviceSpan: longestSpan,
      makespanBubble: Self.rate(totalWork, of: devices * makespan),
      periodBubble: Self.rate(totalWork, of: devices * period),
      spanBubble: Self.rate(largestWork, of: longestSpan),
      imbalance: Self.rate(totalWork, of: devices * largestWork),
      peakMemory: memory.peaks)
  }

  /// The part of a whole that is not used; 0 for an empty whole.
  private static func rate(_ used: Double, of whole: Double) -> Double {
    whole > 0 ? 1 - used / whole : 0
  }
}

extension Figures {
  /// Every recorded figure that differs from its own recomputation. O(devices).
  func violations(_ recorded: Summary) -> [Violation] {
    var found: [Violation] = []
    func compare(_ figure: Violation.Figure, _ path: KeyPath<Summary, Double>, size: Double? = nil) {
      found += Self.compare(figure, recorded[keyPath: path], summary[keyPath: path], .schedule, size: size)
    }
    compare(.makespan, \.makespan)
    compare(.period, \.period)
    compare(.longestDeviceSpan, \.longestDeviceSpan)
    compare(.makespanBubble, \.makespanBubble, size: 1)
    compare(.periodBubble, \.periodBubble, size: 1)
    compare(.spanBubble, \.spanBubble, size: 1)
    compare(.imbalance, \.imbalance, size: 1)
    found += peakViolations(recorded.peakMemory)
    if let certificate = recorded.certificate { found += violations(of: certificate) }
    return found
  }

  private static func compare(
    _ figure: Violation.Figure, _ recorded: Double, _ expected: Double, _ subject: Violation.Subject,
    size: Double? = nil
  ) -> [Violation] {
    if recorded.agrees(with: expected, size: size) { return [] }
    return [Violation(subject, .wrongFigure(figure, recorded: recorded, expected: expected))]
  }

  private func peakViolations(_ recorded: [Double]) -> [Violation] {
    let peaks = summary.peakMemory
    guard recorded.count == peaks.count else {
      return [Violation(.schedule, .wrongPeakCount(recorded: recorded.count, expected: peaks.count))]
    }
    return peaks.indices.flatMap { device in
      Self.compare(.peakMemory, recorded[device], peaks[device], .device(Device.ID(device)))
    }
  }

  /// Whether the bound can be one, and what is said of it follows; that it is proved cannot be seen here.
  private func violations(of certificate: Certificate) -> [Violation] {
    let value =
      switch certificate.objective {
      case .makespan: summary.makespan
      case .period: summary.period
      }
    let bound = certificate.lowerBound
    guard bound.isFinite, !bound.isClearlyBelow(0), !value.isClearlyBelow(bound) else {
      let kind = Violation.Kind.impossibleBound(certificate.objective, lowerBound: bound, value: value)
      return [Violation(.schedule, kind)]
    }
    let gap = bound.isClearlyBelow(value) ? (value - bound) / value : 0
    var found = Self.compare(.gap, certificate.gap, gap, .schedule, size: 1)
    if certificate.optimal != (gap == 0) {
      found.append(
        Violation(.schedule, .wrongOptimality(recorded: certificate.optimal, gap: gap)))
    }
    return found
  }
}
