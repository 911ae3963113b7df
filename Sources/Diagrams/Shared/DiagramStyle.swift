/// How a chart is drawn.
public struct DiagramStyle: Hashable, Sendable {
  /// The widest page with a time axis: eight times what a viewer of PDF must open.
  public static let widestPage = 115_200.0

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

  /// Refuses a window, for a picture without a time axis.
  func refuseWindow() throws(DiagramError) {
    guard from == nil, to == nil else { throw .windowWithoutTime }
  }
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
