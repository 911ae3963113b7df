import PipelineModel

/// What the legend of a validation explains: only what the picture shows.
struct ValidationLegend {
  /// What a sign looks like.
  enum Sign: Hashable {
    case measured, predicted, short, long, fitted, heldOut, allowed
  }

  typealias Entry = LegendEntry<Sign>

  let entries: [Entry]

  /// Collects what a chart shows.
  init(_ chart: ValidationChart) {
    var entries = [Entry(sign: .measured, text: "measured"), Entry(sign: .predicted, text: "predicted")]
    if chart.runs.contains(where: { $0.error < 0 }) {
      entries.append(Entry(sign: .short, text: "too short"))
    }
    if chart.runs.contains(where: { $0.error > 0 }) {
      entries.append(Entry(sign: .long, text: "too long"))
    }
    if chart.runs.contains(where: { $0.side == .heldOut }) {
      entries.append(Entry(sign: .heldOut, text: "held out"))
    }
    if chart.runs.contains(where: { $0.side == .fitted }) {
      entries.append(Entry(sign: .fitted, text: "fitted on"))
    }
    if let allowed = chart.allowed {
      entries.append(Entry(sign: .allowed, text: "within \(allowed.percent)"))
    }
    self.entries = entries
  }
}
