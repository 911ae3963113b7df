import PipelineModel

/// Where everything stands on the page, in points.
struct GanttLayout {
  /// Which moment stands where.
  let scale: TimeScale
  /// The page.
  let pageWidth, pageHeight: Double
  /// Where the brackets of grouped lanes are; `nil` where no lanes are grouped.
  let brackets: Double?
  /// The top of the first lane, and of the time axis under the last.
  let lanesTop, axisTop: Double
  /// From a device's lane to what is next.
  let pitch: Double
  /// Where each lane is.
  let lanes: [LanePlace]
  /// The height of a device's lane, and those of what is under it: the host's lane and the memory strip.
  let laneHeight, hostHeight, stripHeight: Double
  /// The legend's entries with their places.
  let legend: [PlacedEntry]
  /// The title and the lines under it.
  let heading: PageHeading
  /// The names of the lanes, each in its lines.
  let names: [[String]]
  /// What neighbouring lanes have in common, as the chart's `groups` are, each in its lines.
  let groups: [[String]]
  /// The remarks beside the lanes, each in its lines; none where they have no room.
  let notes: [[String]]
  /// What the time axis shows, in its lines.
  let axisTitle: [String]

  /// An entry of the legend, where its swatch begins, and its text in lines.
  struct PlacedEntry {
    let entry: GanttLegend.Entry
    let at: Drawing.Point
    let lines: [String]
  }

  /// Where a lane is, and what its operations are called.
  struct LanePlace {
    /// The lane's upper and its right edge, and its height; all lanes begin at the left.
    let top, right: Double
    let height: Double
    /// The number of the lane's device.
    let device: Int
    /// The lane's position among those of its schedule.
    let row: Int
    /// The number of its band, in a picture of several schedules.
    var band: Int?

    /// The name of the box of an operation, or of a transfer of one, in words of one letter or more.
    func id(_ word: String, _ operation: Operation) -> String {
      "\(band.map { "s\($0)." } ?? "")d\(device).\(word).s\(operation.stage).m\(operation.microbatch)"
    }

    /// The classes by which style sheets find the boxes of a device or of a microbatch.
    func classes(of operation: Operation) -> String {
      "\(band.map { " schedule\($0)" } ?? "") dev\(device) mb\(operation.microbatch)"
    }
  }

  /// The widest page chosen by itself.
  static let widestChosen = 1400.0
  /// The widest page accepted.
  static let widestPage = DiagramStyle.widestPage
  /// What a host's lane has of the height of its device's.
  static let hostShare = 0.3
  /// What the lane of a stream beside the compute stream has of the height of its device's.
  static let thinShare = 0.6
  static let columnGap = 8.0
  /// The narrowest part of a page on which time can be seen.
  static let leastChart = 100.0

  /// The times drawn.
  var range: ClosedRange<Double> { scale.range }
  /// The chart's left and right edge.
  var left: Double { scale.left }
  var right: Double { scale.right }

  /// The page position of a moment; times outside the range lie on the chart's edges.
  func x(_ time: Double) -> Double { scale.x(time) }

  /// Where what belongs to a lane begins under it: the host's lane.
  func underLane(_ index: Int) -> Double {
    lanes[index].top + lanes[index].height + 0.06 * laneHeight
  }

  /// Where the memory strip begins.
  func underHost(_ index: Int) -> Double {
    underLane(index) + (hostHeight > 0 ? hostHeight + 0.06 * laneHeight : 0)
  }

  /// Points per unit of time; 0 when the range has no length.
  var pointsPerTime: Double { scale.pointsPerTime }
}

extension GanttLayout {
  /// Lays a page out.
  ///
  /// - Throws: `DiagramError.widthOutOfRange` when the style's width cannot hold the labels.
  init(
    _ chart: GanttChart, legend: GanttLegend, bars: VisibleBars, style: DiagramStyle
  ) throws(DiagramError) {
    let hasMemory = chart.lanes.contains { !$0.memory.isEmpty }
    let scale = Self.laneScale(laneCount: chart.lanes.count)
    let laneHeight = 20 * scale
    self.laneHeight = laneHeight
    hostHeight = chart.hasTransfers ? Self.hostShare * laneHeight : 0
    stripHeight = hasMemory ? 9.5 * scale : 0
    pitch = (hasMemory ? 34 : 26) * scale + (chart.hasTransfers ? hostHeight + scale : 0)

    let margin = PageMeasures.margin(ofWidth: style.layoutWidth)
    let nameColumn = Self.names(of: chart.lanes, laneHeight: laneHeight)
    let groupColumn = LabelColumn(
      chart.groups.map(\.name), size: PageMeasures.textSize,
      heights: chart.groups.map { laneHeight * Double($0.lanes.count) }, narrow: 120)
    (names, groups) = (nameColumn.lines, groupColumn.lines)
    let groupWidth = Self.withGap(groupColumn.width)
    let left = (margin + groupWidth + Self.withGap(nameColumn.width)).rounded(.up)
    brackets = groupWidth > 0 ? margin + groupWidth - 3 : nil
    let notes = LaneNotes(
      chart.lanes.map(\.note), laneHeight: laneHeight, beside: left, margin: margin, style)
    self.notes = notes.lines
    let rightColumn = max(notes.width, margin) + margin
    let width = try Self.pageWidth(chart, bars, fixed: left + rightColumn, style)
    pageWidth = width
    self.scale = TimeScale(range: bars.range, left: left, right: width - rightColumn, fold: chart.fold)

    // A column of a paper is too narrow for text to begin where the lanes do.
    let textLeft = margin < PageMeasures.margin ? margin : left
    let textWidth = width - textLeft - margin
    heading = PageHeading(
      title: chart.title, subtitle: chart.subtitle, left: textLeft, width: textWidth, top: margin)
    let rows = legend.rows(left: textLeft, top: heading.bottom + 6, width: textWidth)
    self.legend = rows.entries
    lanesTop = rows.bottom + (legend.entries.isEmpty ? 2 : 10)
    var top = lanesTop
    let (pitch, right) = (pitch, width - rightColumn)
    lanes = chart.lanes.enumerated().map { row, lane in
      if lane.followsBreak { top += Self.breakHeight }
      let height = Self.height(of: lane, in: laneHeight)
      defer { top += lane.isThin ? height + 8 * scale : pitch }
      return LanePlace(
        top: top, right: right, height: height, device: lane.device?.index ?? row, row: row)
    }
    axisTop = top
    axisTitle = TextMetrics.wrap(
      chart.axisTitle(of: bars.range), size: PageMeasures.smallSize, width: width - 2 * margin)
    pageHeight = (axisTop + Self.axisHeight(axisTitle, margin: margin)).rounded(.up)
  }

  /// The room under the time axis.
  static func axisHeight(_ title: [String], margin: Double) -> Double {
    let further = Double(max(0, title.count - 1)) * PageMeasures.smallLineHeight
    return (margin < PageMeasures.margin ? 26 + margin : 36) + further
  }

  /// What is put between lanes where some are left out.
  static let breakHeight = 10.0

  /// Lanes shrink when many devices would make the page taller than a reader scrolls.
  private static func laneScale(laneCount: Int) -> Double {
    min(1, max(0.1, 64 / Double(max(1, laneCount))))
  }

  /// The height of a lane, given that of a device's.
  static func height(of lane: GanttChart.Lane, in laneHeight: Double) -> Double {
    lane.isThin ? thinShare * laneHeight : laneHeight
  }

  /// The names of lanes, as wide as they take.
  static func names(of lanes: [GanttChart.Lane], laneHeight: Double) -> LabelColumn {
    LabelColumn(
      lanes.map(\.name), size: PageMeasures.textSize, heights: lanes.map { height(of: $0, in: laneHeight) })
  }

  /// The width of a column of labels with the gap beside it; 0 without any.
  static func withGap(_ width: Double) -> Double { width == 0 ? 0 : width + columnGap }

  /// The style's width, or one that gives operations room beside `fixed` points of labels, and lines of text
  /// `text` wide.
  static func pageWidth(
    _ chart: GanttChart, _ bars: VisibleBars, fixed: Double, text: Double = 0, _ style: DiagramStyle
  ) throws(DiagramError) -> Double {
    let least = (fixed + leastChart).rounded(.up)
    if let width = style.layoutWidth {
      guard width >= least, width <= widestPage else {
        throw .widthOutOfRange(width, least...widestPage)
      }
      return style.wholePoints(width)
    }
    let span = bars.range.upperBound - bars.range.lowerBound - (chart.fold?.length ?? 0)
    let units = bars.shortestCommonDuration.map { span / $0 } ?? 1
    // Ten points an operation; small schedules get roomier ones.
    let chartWidth = max(10 * units, min(18 * units, 640))
    let text = max(text, PageHeading.width(title: chart.title, subtitle: chart.subtitle))
    let chosen = max(chartWidth + fixed, text + fixed, 300 + fixed)
    return max(least, min(chosen, widestChosen)).rounded(.up)
  }
}
