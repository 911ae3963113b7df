/// What the legend of a trade-off curve explains: only what the picture shows.
struct TradeOffLegend {
  /// What a sign looks like.
  enum Sign: Hashable {
    case reached, optimal, bound, undecided, mark, infeasible
  }

  typealias Entry = LegendEntry<Sign>

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
