import PipelineModel

extension ScheduleReport {
  /// How many devices the text lists one by one.
  static let listedDevices = 16

  /// The report for a person.
  var text: TerminalText {
    let unit = problem.timeUnit
    let figures = summary
    var table = TextTable([("", .left), ("", .left), ("", .left)])
    table.add([
      "makespan", figures.makespan.short(unit),
      "makespanBubble \(figures.makespanBubble.percent)\(addedWork)",
    ])
    table.add([
      "period", figures.period.short(unit),
      "periodBubble \(figures.periodBubble.percent)\(addedWork)",
    ])
    table.add([
      "longestDeviceSpan", figures.longestDeviceSpan.short(unit),
      "spanBubble \(figures.spanBubble.percent)\(addedWork)",
    ])
    table.add(["imbalance", figures.imbalance.percent, ""])
    table.add(["peakMemory", (figures.peakMemory.max() ?? 0).short(problem.memoryUnit), peakRemark])
    if let peaks = figures.peakHostMemory {
      table.add(["peakHostMemory", (peaks.max() ?? 0).short(problem.memoryUnit), ""])
    }
    if let bound = figures.lowerBound, let gap = figures.gap {
      table.add([
        "lowerBound", bound.short(unit),
        (gap == 0 ? "optimal: gap 0" : "gap \(gap.percent)")
          + (figures.objective == Objective.period.rawValue ? " (of the period)" : "")
          + (figures.backward == nil ? "" : " (of fused schedules)"),
      ])
    }
    if let filledBubble { table.add(["filledBubble", filledBubble.percent, ""]) }
    if let slopePerMicrobatch { table.add(["slopePerMicrobatch", slopePerMicrobatch.short(unit), ""]) }
    return """
      \(title) · \(heading)
      \(costs)

      \(table.text)\(proofText)
      \(scenarioText)\(deviceTable)\(streamTable)\(jobTable)\(idleText)
      \(routes?.text ?? "")\(modesText)\(partitionText)  Critical path: \(criticalPathText)

      """
  }

  /// What stands beside every bubble: recomputing is work, and a bubble can fall where it makes all longer.
  private var addedWork: String { summary.recomputeShare.map { ", recomputeShare \($0.percent)" } ?? "" }

  /// What the largest peak means where devices have no limits.
  private var peakRemark: String {
    guard let objective = summary.objective, devices.contains(where: { $0.memoryLimit == nil }) else {
      return ""
    }
    return "is enough for this \(objective)"
  }

  /// Why the bound holds, and how an exact search ended.
  private var proofText: TerminalText {
    let bound = lowerBoundArgument.map { "\n  The bound: \($0)." as TerminalText }
    let search = exactSearch.map { "\n  \($0.text)." as TerminalText }
    let lines = [bound, search].compactMap(\.self)
    return lines.isEmpty ? "" : "\(lines.joined())\n"
  }

  private var heading: String {
    let devices = problem.devices.counted("device")
    let microbatches = problem.microbatches.counted("microbatch", "microbatches")
    return ((problem.name.isEmpty ? [] : [problem.name]) + [devices, microbatches]).joined(separator: " · ")
  }

  private var scenarioText: TerminalText {
    scenarios.map { $0.text(unit: problem.timeUnit) + "\n" } ?? ""
  }

  private var idleText: TerminalText { idle.map { "\n\($0.text)" } ?? "" }

  private var partitionText: TerminalText {
    let isPeriod = summary.objective == Objective.period.rawValue
    return partition?.text(value: isPeriod ? summary.period : summary.makespan, unit: problem.timeUnit) ?? ""
  }

  private var modesText: TerminalText { modes.map { "  Modes: \($0.text)\n\n" } ?? "" }

  private var deviceTable: TerminalText {
    var table = TextTable(
      [
        ("device", .right), ("work", .right), ("span", .right), ("idle", .right), ("peak", .right),
        ("limit", .right),
      ] + (hosts == nil ? [] : [("host", .right), ("hostBusy", .right)])
        + (scenarios == nil ? [] : [("critical", .right)]))
    for line in devices.prefix(Self.listedDevices) {
      table.add(
        [
          String(line.device), line.work.short, line.span.short, line.idle.percent,
          line.peakMemory.short, line.memoryLimit?.short ?? "none",
        ] + (hosts.map { [$0.peaks[line.device].short, $0.busy[line.device].percent] } ?? [])
          + (scenarios.map { [$0.criticalShare[line.device].percent] } ?? []))
    }
    let rest = devices.count - Self.listedDevices
    return rest > 0 ? "\(table.text)  ... and \(rest) more; --json lists all\n" : table.text
  }

  private var streamTable: TerminalText {
    guard let streams else { return "" }
    var table = TextTable([("stream", .left), ("work", .right), ("busy", .right)])
    for line in streams.prefix(Self.listedDevices) {
      table.add(["device \(line.device) \(line.stream)", line.work.short, line.busy.percent])
    }
    let rest = streams.count - Self.listedDevices
    return "\n\(table.text)" + (rest > 0 ? "  ... and \(rest) more; --json lists all\n" : "")
  }

  private var jobTable: TerminalText {
    guard let jobs else { return "" }
    var table = TextTable([("job", .left), ("microbatches", .right), ("start", .right), ("end", .right)])
    for line in jobs.prefix(Self.listedDevices) {
      table.add([line.job, String(line.microbatches), line.start.short, line.end.short])
    }
    let rest = jobs.count - Self.listedDevices
    return "\n\(table.text)" + (rest > 0 ? "  ... and \(rest) more; --json lists all\n" : "")
  }

  /// What devices have on their hosts, and how busy the ways to these are.
  private var hosts: (peaks: [Double], busy: [Double])? {
    guard let peaks = summary.peakHostMemory, let busy = summary.hostBusy else { return nil }
    return (peaks, busy)
  }

  private var criticalPathText: TerminalText {
    let path = criticalPath
    let shown = path.path.count <= 6 ? path.path : Array(path.path.prefix(3)) + ["..."] + path.path.suffix(2)
    var parts = ["\(path.work.short(problem.timeUnit)) of work"]
    if path.communication > 0 {
      parts.append("\(path.communication.short(problem.timeUnit)) of communication")
    }
    if let transfers = path.hostTransfers {
      parts.append("\(transfers.short(problem.timeUnit)) of transfers to and from hosts")
    }
    if path.optimizerStep > 0 {
      parts.append("\(path.optimizerStep.short(problem.timeUnit)) of optimizer step")
    }
    let visits = shown.map { "\n    \($0)" as TerminalText }.joined()
    return "\(path.operations.counted("operation")), \(parts.joined(separator: ", "))\(visits)"
  }
}
