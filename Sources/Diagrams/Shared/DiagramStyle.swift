/// How a chart is drawn.
public struct DiagramStyle: Hashable, Sendable {
  /// The widest page with a time axis: eight times what a viewer of PDF must open.
  public static let widestPage = 115_200.0
  /// The font sizes that can be chosen: below them the smallest text falls below `smallestLabel`.
  public static let fontSizes = 6.0...36

  /// What stands above the picture.
  public enum Title: Hashable, Sendable {
    /// The chart's own title and the lines under it.
    case own
    /// Another title; the lines under it stay.
    case text(String)
    /// Nothing: neither the title nor the lines under it.
    case none
  }

  /// Light or dark; `nil` is light, and an SVG follows the reader's own preference.
  public var theme: Theme?
  /// The width of the page in points; `nil` chooses one by the shortest common operation.
  public var width: Double?
  /// The first moment to draw; `nil` for the schedule's start.
  public var from: Double?
  /// The last moment to draw; `nil` for the schedule's end.
  public var to: Double?
  /// Whether an SVG over the size limit is written all the same.
  public var forced: Bool
  /// What stands above the picture.
  public var title = Title.own
  /// Whether there is a legend.
  public var hasLegend = true
  /// Whether there are remarks: the lines under the title, those beside lanes, figures in headings.
  public var hasNotes = true
  /// Whether memory is drawn.
  public var hasMemory = true
  /// The size of ordinary text in points, within `fontSizes`: everything but the page's width is in proportion to it.
  public var fontSize = PageMeasures.textSize
  /// Colours of the user's own.
  public var colours = ChosenColours()
  /// The devices whose lanes are drawn; `nil` for all.
  public var devices: DeviceRanges?
  /// Whether the stretch in which a schedule repeats itself is left out.
  public var isFolded = false

  /// Chooses how to draw; without arguments the whole schedule on a page of fitting width.
  public init(
    theme: Theme? = nil, width: Double? = nil, from: Double? = nil, to: Double? = nil, forced: Bool = false
  ) {
    self.theme = theme
    self.width = width
    self.from = from
    self.to = to
    self.forced = forced
  }

  /// Refuses what only a picture with a time axis can show.
  func refuseWindow() throws(DiagramError) {
    guard from == nil, to == nil else { throw .windowWithoutTime }
    guard devices == nil, !isFolded else { throw .lanesWithoutTime }
  }
}

extension DiagramStyle {
  /// How much larger all is than on a page with the usual sizes.
  var scale: Double { fontSize / PageMeasures.textSize }

  /// The smallest number in a box, before the page is scaled: smaller ones could not be read.
  var smallestLabel: Double { Self.smallestOutput / scale }

  /// In points of the page as it comes out.
  private static let smallestOutput = 5.0

  /// The width of the page before it is scaled.
  var layoutWidth: Double? { width.map { $0 / scale } }

  /// A given width as pages have it, in whole points; where the page is scaled, these are those of the scaled one.
  func wholePoints(_ width: Double) -> Double { scale == 1 ? width.rounded(.up) : width }
}

/// Whether a picture is drawn for a light or a dark page.
public enum Theme: String, Hashable, Sendable, CaseIterable {
  /// Dark ink on white.
  case light
  /// Light ink on near black.
  case dark
}

/// A file format that diagrams can be written in.
public enum DiagramFormat: String, Hashable, Sendable, CaseIterable {
  /// Vector graphics for browsers, with an identifier, classes and a tooltip per operation.
  case svg
  /// Vector graphics for papers.
  case pdf
  /// Pixels, two per point.
  case png
  /// Graphviz's own language with all positions, so that `dot -Tsvg` draws the same picture.
  case dot
}
