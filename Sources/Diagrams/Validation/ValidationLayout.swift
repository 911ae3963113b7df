import PipelineModel

/// Where everything of a validation stands on the page, in points.
struct ValidationLayout {
  /// The title and the lines under it.
  let heading: PageHeading
  /// Where the legend's entries begin.
  let legendPlaces: [Drawing.Point]
  /// The part of the page with the bars.
  let times: Drawing.Rectangle
  /// The part of the page with the errors; as high as the bars.
  let errors: Drawing.Rectangle
  /// The page.
  let pageWidth, pageHeight: Double
  /// From one run to the next.
  let pitch: Double
  /// The runs' names, each in its lines; none where there is no room for text.
  let names: [[String]]
  /// The latest moment drawn; the first is zero.
  let latest: Double
  /// The largest error drawn, in either direction.
  let largestError: Double
  /// The round times marked.
  let timeTicks: AxisTicks
  /// The round errors marked, in per cent.
  let errorTicks: AxisTicks

  private static let chosenWidth = 720.0
  private static let leastTimesWidth = 140.0
  private static let errorsWidth = 150.0
  private static let panelGap = 26.0
  /// More runs than fit a page so high stand closer together.
  private static let tallest = 12_600.0

  /// Whether there is room for the runs' names and errors as text.
  var hasLabels: Bool { pitch >= PageMeasures.smallSize + 1 }

  /// The page position of a moment.
  func x(time: Double) -> Double { times.left + min(max(time / latest, 0), 1) * times.width }

  /// The page position of an error.
  func x(error: Double) -> Double {
    let share = min(max(error / largestError, -1), 1)
    return (errors.left + errors.right) / 2 + share * errors.width / 2
  }

  /// The two bars of a run, the measured one first.
  func bars(of run: Int) -> (
    measured: (top: Double, bottom: Double), predicted: (top: Double, bottom: Double)
  ) {
    let top = times.top + Double(run) * pitch
    let (height, between) = (0.31 * pitch, 0.04 * pitch)
    let first = top + (pitch - 2 * height - between) / 2
    return ((first, first + height), (first + height + between, first + 2 * height + between))
  }

  /// The middle of a run's rows.
  func y(of run: Int) -> Double { times.top + (Double(run) + 0.5) * pitch }
}

extension ValidationLayout {
  /// Lays a page out.
  ///
  /// - Throws: `DiagramError.widthOutOfRange` when the style's width cannot hold the labels.
  init(_ chart: ValidationChart, legend: ValidationLegend, style: DiagramStyle) throws(DiagramError) {
    pitch = min(22, max(2, Self.tallest / Double(max(1, chart.runs.count))))
    let margin = PageMeasures.margin
    let isLabelled = pitch >= PageMeasures.smallSize + 1
    let names = LabelColumn(
      isLabelled ? chart.runs.map(\.name) : [], size: PageMeasures.smallSize,
      heights: Array(repeating: pitch, count: chart.runs.count))
    self.names = names.lines
    let errors = TextMetrics.width(of: chart.runs.map(\.error.signedPercent), size: PageMeasures.smallSize)
    let labelWidth = isLabelled ? 1.03 * errors + 8 : 0
    let left = margin + 1.03 * names.width + (isLabelled ? 8 : 0)
    let beside = Self.panelGap + Self.errorsWidth + labelWidth + margin
    pageWidth = try style.pageWidth(
      text: PageHeading.width(title: chart.title, subtitle: chart.subtitle),
      least: left + Self.leastTimesWidth + beside, chosen: Self.chosenWidth)

    let textWidth = pageWidth - 2 * margin
    heading = PageHeading(title: chart.title, subtitle: chart.subtitle, left: margin, width: textWidth)
    let rows = LegendRows(
      widths: legend.entries.map(\.width), left: margin, top: heading.bottom + 6, width: textWidth)
    legendPlaces = rows.places
    let top = rows.bottom + 14
    let bottom = top + Double(max(1, chart.runs.count)) * pitch + 4
    times = Drawing.Rectangle(left: left, top: top, right: pageWidth - beside, bottom: bottom)
    let errorsLeft = times.right + Self.panelGap
    self.errors = Drawing.Rectangle(
      left: errorsLeft, top: top, right: errorsLeft + Self.errorsWidth, bottom: bottom)
    pageHeight = (bottom + 36).rounded(.up)

    let last = chart.runs.reduce(0) { max($0, $1.measured, $1.predicted) }
    latest = last > 0 ? last * 1.02 : 1
    let largest = chart.runs.reduce(chart.allowed ?? 0) { max($0, abs($1.error)) }
    largestError = largest > 1e-6 ? largest * 1.15 : 1e-3
    timeTicks = AxisTicks(0...latest, length: times.width, size: PageMeasures.smallSize)
    errorTicks = AxisTicks(
      -largestError * 100...largestError * 100, length: self.errors.width, spacing: 32,
      size: PageMeasures.smallSize)
  }
}
