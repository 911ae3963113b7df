import PipelineModel

/// What the legend explains: only what the picture shows.
struct GanttLegend {
  /// One thing explained.
  struct Entry {
    /// What the sign looks like.
    enum Sign: Hashable {
      case kind(Operation.Kind, chunks: ClosedRange<Int>)
      case optimizerStep, idle, memory, memoryLimit, none
    }

    let sign: Sign
    let text: String

    /// The sign's width in points; two chunks are shown side by side.
    var signWidth: Double {
      switch sign {
      case .kind(_, let chunks): chunks.count > 1 ? 26 : 16
      case .optimizerStep, .idle, .memory, .memoryLimit: 16
      case .none: 0
      }
    }

    /// From the sign to the text.
    var textOffset: Double { sign == .none ? 0 : signWidth + 5 }

    /// The width of sign and text in points.
    var width: Double { textOffset + TextMetrics.width(of: text, size: PageMeasures.textSize) }
  }

  let entries: [Entry]

  /// Collects what a chart shows in its window.
  init(_ chart: GanttChart, bars: VisibleBars) {
    var entries: [Entry] = []
    for kind in Operation.Kind.allCases where bars.kinds.contains(kind) {
      // The tints alternate: two of them stand for any number of chunks.
      let chunks: ClosedRange<Int> =
        bars.hasEvenChunk ? (bars.hasOddChunk ? 0...1 : 0...0) : 1...1
      entries.append(Entry(sign: .kind(kind, chunks: chunks), text: GanttPalette.name(kind)))
    }
    if bars.hasOddChunk, bars.highestChunk > 0 {
      let text =
        bars.highestChunk == 1 ? "(chunk 0 light, chunk 1 dark)" : "(even chunks light, odd chunks dark)"
      entries.append(Entry(sign: .none, text: text))
    }
    if chart.lanes.contains(where: { $0.optimizerStep.map { $0.upperBound > $0.lowerBound } ?? false }) {
      entries.append(Entry(sign: .optimizerStep, text: "optimizer step"))
    }
    entries.append(Entry(sign: .idle, text: "idle"))
    if chart.lanes.contains(where: { !$0.memory.isEmpty }) {
      entries.append(Entry(sign: .memory, text: Self.memoryText(chart)))
      if chart.lanes.contains(where: { $0.memoryLimit != nil }) {
        entries.append(Entry(sign: .memoryLimit, text: Self.limitText(chart)))
      }
    }
    self.entries = entries
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
