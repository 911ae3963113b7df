/// What the legend of a trade-off curve explains: only what the picture shows.
struct TradeOffLegend {
  /// One thing explained.
  struct Entry {
    /// What the sign looks like.
    enum Sign: Hashable {
      case reached, optimal, bound, undecided, mark, infeasible
    }

    let sign: Sign
    let text: String

    /// The sign's width in points.
    static let signWidth = 18.0
    /// From the sign's left end to the text.
    static let textOffset = signWidth + 5

    /// The width of sign and text in points.
    var width: Double { Self.textOffset + TextMetrics.width(of: text, size: PageMeasures.textSize) }
  }

  let entries: [Entry]

  /// Collects what a chart shows.
  init(_ chart: TradeOffChart, curves: TradeOffCurves) {
    var entries: [Entry] = []
    if chart.points.contains(where: { !$0.isOptimal }) {
      entries.append(Entry(sign: .reached, text: "best schedule found"))
    }
    if chart.points.contains(where: \.isOptimal) {
      entries.append(Entry(sign: .optimal, text: "proven optimal"))
    }
    if !chart.points.isEmpty { entries.append(Entry(sign: .bound, text: "no schedule is below")) }
    if !curves.undecided.isEmpty { entries.append(Entry(sign: .undecided, text: "undecided")) }
    if !chart.marks.isEmpty { entries.append(Entry(sign: .mark, text: "known schedules")) }
    if chart.infeasibleBelow != nil { entries.append(Entry(sign: .infeasible, text: "nothing fits")) }
    self.entries = entries
  }
}
