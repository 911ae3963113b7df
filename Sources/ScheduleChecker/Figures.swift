import PipelineModel

/// The figures of orders that can run, worked out from the orders alone.
struct Figures {
  private let summary: Summary

  /// Runs the orders as early as they allow and measures them. O(n) besides the period.
  init(
    of schedule: Schedule, graph: OrderGraph, executionOrder: [Int32], memory: MemoryProfile,
    _ timed: HeldByTime?
  ) {
    let problem = schedule.problem
    var simulation = Simulation(of: problem, graph: graph, executionOrder: executionOrder)
    var clocks = simulation.beginning
    simulation.run(&clocks)
    let ends = clocks.prefix(problem.deviceCount)
    let starts = simulation.activeDevices.map { simulation.firstStart(on: $0) }
    // Of devices with streams, the first are their compute streams.
    let computing = 0..<(problem.layout?.deviceCount ?? problem.deviceCount)
    let spans = zip(simulation.activeDevices, starts).filter { computing.contains($0.0) }.map {
      ends[$0] - $1
    }
    let makespan = (ends.max() ?? 0) - (starts.min() ?? 0) + problem.tail
    let longestSpan = spans.max() ?? 0
    let work = Array(simulation.deviceWork[computing])
    let peaks =
      timed?.peaks ?? memory.peaks(starts: simulation.start, transferEnds: simulation.transferEnds)
    let hosts = HostUse(of: schedule.orders, graph.hosts, ends: simulation.transferEnds)
    let period = simulation.period() + problem.tail

    let totalWork = work.reduce(0, +)
    let largestWork = work.max() ?? 0
    let devices = Double(computing.count)
    summary = Summary(
      makespan: makespan, period: period, longestDeviceSpan: longestSpan,
      makespanBubble: Self.rate(totalWork, of: devices * makespan),
      periodBubble: Self.rate(totalWork, of: devices * period),
      spanBubble: Self.rate(largestWork, of: longestSpan),
      imbalance: Self.rate(totalWork, of: devices * largestWork),
      peakMemory: Array(peaks[computing]),
      recomputeShare: totalWork > 0 ? Durations(of: problem).addedWork() / totalWork : 0,
      peakHostMemory: Array(hosts.peaks[computing]),
      hostBusy: hosts.busy[computing].map { makespan > 0 ? $0 / makespan : 0 })
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
    found += compareEach(.peakMemory, recorded.peakMemory, summary.peakMemory)
    // What is left out is 0.
    let nothing = summary.peakMemory.map { _ in 0.0 }
    found += Self.compare(
      .recomputeShare, recorded.recomputeShare ?? 0, summary.recomputeShare ?? 0, .schedule, size: 1)
    found += compareEach(
      .peakHostMemory, recorded.peakHostMemory ?? nothing, summary.peakHostMemory ?? nothing)
    found += compareEach(.hostBusy, recorded.hostBusy ?? nothing, summary.hostBusy ?? nothing, size: 1)
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

  /// Compares a figure of every device.
  private func compareEach(
    _ figure: Violation.Figure, _ recorded: [Double], _ expected: [Double], size: Double? = nil
  ) -> [Violation] {
    guard recorded.count == expected.count else {
      return [Violation(.schedule, .wrongCount(figure, recorded: recorded.count, expected: expected.count))]
    }
    return expected.indices.flatMap { device in
      Self.compare(figure, recorded[device], expected[device], .device(Device.ID(device)), size: size)
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
