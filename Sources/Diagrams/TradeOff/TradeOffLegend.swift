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
      entries.append(Entry(sign: .reached, text: chart.wording.points))
    }
    if chart.points.contains(where: \.isOptimal) {
      entries.append(Entry(sign: .optimal, text: "proven optimal"))
    }
    if curves.hasBounds { entries.append(Entry(sign: .bound, text: "no schedule is below")) }
    if !curves.undecided.isEmpty { entries.append(Entry(sign: .undecided, text: "undecided")) }
    if !chart.marks.isEmpty { entries.append(Entry(sign: .mark, text: chart.wording.marks)) }
    if chart.infeasibleBelow != nil { entries.append(Entry(sign: .infeasible, text: "nothing fits")) }
    self.entries = entries
  }
}
