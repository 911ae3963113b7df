import PipelineModel

/// What the legend explains: only what the picture shows.
struct GanttLegend {
  /// One thing explained.
  struct Entry {
    /// What the sign looks like.
    enum Sign: Hashable {
      case kind(Operation.Kind, [Tint])
      case direction(GanttChart.Direction)
      case task, taskAhead, pair, moved, tooEarly, tooLate, optimizerStep, idle, host, memory, memoryLimit,
        none
    }

    let sign: Sign
    let text: String

    /// The sign's width in points; tints are shown side by side.
    var signWidth: Double {
      switch sign {
      case .kind(_, let tints): tints.count > 1 ? max(26, 10 * Double(tints.count)) : 16
      case .none: 0
      default: 16
      }
    }

    /// From the sign to the text.
    var textOffset: Double { sign == .none ? 0 : signWidth + 5 }

    /// The width of sign and text in points.
    var width: Double { textOffset + TextMetrics.width(of: text, size: PageMeasures.textSize) }
  }

  let entries: [Entry]

  /// Explains nothing.
  init() { entries = [] }

  /// Collects what a chart shows in its window.
  init(_ chart: GanttChart, bars: VisibleBars, tints: TintScale) {
    var entries: [Entry] = []
    for kind in Operation.Kind.allCases where bars.kinds.contains(kind) {
      entries.append(Entry(sign: .kind(kind, tints.tints), text: GanttPalette.name(kind)))
    }
    if let text = Self.chunksText(tints.chunkCount) { entries.append(Entry(sign: .none, text: text)) }
    if tints.hasDirections {
      entries.append(Entry(sign: .direction(.ascending), text: "forwards go down the devices"))
      entries.append(Entry(sign: .direction(.descending), text: "forwards go up the devices"))
    }
    let differences = Set(chart.lanes.flatMap(\.bars).compactMap(Self.difference))
    if differences.contains(.tooEarly) {
      entries.append(Entry(sign: .tooEarly, text: "starts earlier than measured"))
    }
    if differences.contains(.tooLate) {
      entries.append(Entry(sign: .tooLate, text: "starts later than measured"))
    }
    if chart.lanes.contains(where: { $0.bars.contains(where: \.isMoved) }) {
      entries.append(Entry(sign: .moved, text: "moved"))
    }
    if bars.hasTasks { entries.append(Entry(sign: .task, text: "task")) }
    if bars.hasTasksAhead { entries.append(Entry(sign: .taskAhead, text: "task for the next iteration")) }
    if bars.hasPairs { entries.append(Entry(sign: .pair, text: "overlapped pair")) }
    if chart.lanes.contains(where: { $0.optimizerStep.map { $0.upperBound > $0.lowerBound } ?? false }) {
      entries.append(Entry(sign: .optimizerStep, text: "optimizer step"))
    }
    entries.append(Entry(sign: .idle, text: "idle"))
    if chart.hasTransfers {
      entries.append(Entry(sign: .host, text: "to the host (above), back (below)"))
    }
    if chart.lanes.contains(where: { !$0.memory.isEmpty }) {
      entries.append(Entry(sign: .memory, text: Self.memoryText(chart)))
      if chart.lanes.contains(where: { $0.memoryLimit != nil }) {
        entries.append(Entry(sign: .memoryLimit, text: Self.limitText(chart)))
      }
    }
    self.entries = entries
  }

  /// The places of all entries, with their texts broken to the width.
  func rows(
    left: Double, top: Double, width: Double
  ) -> (entries: [GanttLayout.PlacedEntry], bottom: Double) {
    let lines = entries.map {
      TextMetrics.wrap($0.text, size: PageMeasures.textSize, width: width - $0.textOffset)
    }
    let rows = LegendRows(
      widths: entries.map { min($0.width, width) }, lineCounts: lines.map(\.count), left: left, top: top,
      width: width)
    let placed = entries.indices.map {
      GanttLayout.PlacedEntry(entry: entries[$0], at: rows.places[$0], lines: lines[$0])
    }
    return (placed, rows.bottom)
  }

  /// How an operation starts, where that is to be marked.
  private static func difference(_ bar: GanttChart.Bar) -> Entry.Sign? {
    bar.observedStart.flatMap { $0 == bar.start ? nil : bar.start < $0 ? .tooEarly : .tooLate }
  }

  /// What the tints of a kind mean, from left to right.
  private static func chunksText(_ count: Int) -> String? {
    switch count {
    case ...1: nil
    case 2: "(chunk 0 light, chunk 1 dark)"
    case 3...4: "(light to dark: \((0..<count).map { "chunk \($0)" }.joined(separator: ", ")))"
    default: "(light to dark: chunk 0, chunk 1, …, chunk \(count - 1))"
    }
  }

  private static func memoryText(_ chart: GanttChart) -> String {
    chart.memoryUnit.isEmpty ? "memory" : "memory (\(chart.memoryUnit))"
  }

  private static func limitText(_ chart: GanttChart) -> String {
    let limits = Set(chart.lanes.map(\.memoryLimit))
    guard limits.count == 1, let limit = limits.first, let limit else { return "memory limit" }
    return "memory limit \(limit.short)"
  }
}
