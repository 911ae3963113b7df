import Diagrams
import PipelineModel
import Timeline

/// Schedules as one page of HTML that needs nothing else: a chart to zoom, pan and ask, the figures as tables, and a
/// still picture where scripts are off and on paper.
public struct ReportPage: Sendable {
  /// A table for people.
  public struct Table: Sendable {
    /// What the table is about.
    public var caption: String
    /// The titles of its columns, and whether each holds numbers.
    public var columns: [(title: String, isNumber: Bool)]
    /// A row with a cell for each column.
    public var rows: [[String]]

    /// Joins the parts of a table.
    public init(caption: String, columns: [(title: String, isNumber: Bool)], rows: [[String]]) {
      self.caption = caption
      self.columns = columns
      self.rows = rows
    }
  }

  /// A stretch of time in which a device does not work.
  public struct Gap: Sendable {
    /// The device.
    public var device: Device.ID
    /// When it begins and ends, in the problem's time unit.
    public var start, end: Double
    /// Which of the page's causes it has.
    public var cause: Int
    /// The operation that is waited for and its device, where there is one.
    public var awaited: (operation: Operation, device: Device.ID)?

    /// Describes a stretch.
    public init(
      device: Device.ID, start: Double, end: Double, cause: Int,
      awaited: (operation: Operation, device: Device.ID)?
    ) {
      self.device = device
      self.start = start
      self.end = end
      self.cause = cause
      self.awaited = awaited
    }
  }

  /// One schedule.
  public struct Entry: Sendable {
    /// What it is called.
    public var title: String
    /// Its problem and what it costs, in one line.
    public var heading: String
    /// The schedule with its times.
    public var timeline: Timeline
    /// The idle time of its devices, device by device in the order of time.
    public var gaps: [Gap]
    /// What is known of the best possible, a paragraph each.
    public var certificate: [String]
    /// Its figures.
    public var tables: [Table]

    /// Joins a schedule to what is said of it.
    public init(
      title: String, heading: String, timeline: Timeline, gaps: [Gap], certificate: [String], tables: [Table]
    ) {
      self.title = title
      self.heading = heading
      self.timeline = timeline
      self.gaps = gaps
      self.certificate = certificate
      self.tables = tables
    }
  }

  /// The first line.
  public var title: String
  /// All schedules side by side.
  public var overview: Table
  /// Why devices can be idle, in words behind which the operation that is waited for follows.
  public var causes: [String]
  /// The schedules, on one axis.
  public var entries: [Entry]

  /// Joins the parts of a page.
  public init(title: String, overview: Table, causes: [String], entries: [Entry]) {
    self.title = title
    self.overview = overview
    self.causes = causes
    self.entries = entries
  }

  /// The page. O(operations + memory steps).
  ///
  /// - Throws: `EncodingError`, which finite times never do.
  public func html() throws -> [UInt8] {
    let still = StillPicture(entries)
    var page = HTMLText()
    page.raw(
      """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; \
      script-src 'unsafe-inline'; img-src data:">
      <link rel="icon" href="data:,">
      <title>
      """)
    page.text(title)
    page.raw("</title>\n<style>\n")
    page.bytes(PackageResources.style_css)
    page.raw(PageKind.styles)
    page.raw("</style>\n</head>\n<body>\n<h1>")
    page.text(title)
    page.raw("</h1>\n")
    write(overview, to: &page)
    page.raw(Self.tools)
    writeLegend(to: &page)
    page.raw(Self.chart)
    page.raw("<div class=\"still\">\n")
    for (entry, picture) in zip(entries, still.pictures) {
      page.raw("<figure>\n")
      page.bytes(picture)
      page.raw("<figcaption>")
      page.text(
        "\(entry.title): each lane is a device or a stream, from left to right its operations in time")
      page.raw("</figcaption>\n</figure>\n")
    }
    page.raw("</div>\n")
    for entry in entries { write(entry, to: &page) }
    page.raw("<script type=\"application/json\" id=\"data\">")
    page.bytes(try PageData(entries, causes: causes).json())
    page.raw("</script>\n<script>\n\"use strict\";\n(() => {\n")
    for script in [
      PackageResources.model_js, PackageResources.view_js, PackageResources.paint_js, PackageResources.act_js,
    ] { page.bytes(script) }
    page.raw("})();\n</script>\n</body>\n</html>\n")
    return page.bytes
  }

  private func write(_ entry: Entry, to page: inout HTMLText) {
    page.raw("<section>\n<h2>")
    page.text(entry.title)
    page.raw("</h2>\n<p class=\"costs\">")
    page.text(entry.heading)
    page.raw("</p>\n")
    for paragraph in entry.certificate {
      page.raw("<p>")
      page.text(paragraph)
      page.raw("</p>\n")
    }
    for table in entry.tables { write(table, to: &page) }
    page.raw("</section>\n")
  }

  private func write(_ table: Table, to page: inout HTMLText) {
    page.raw("<div class=\"wide\"><table>\n<caption>")
    page.text(table.caption)
    page.raw("</caption>\n<thead><tr>")
    for column in table.columns {
      page.raw(column.isNumber ? "<th class=\"number\" scope=\"col\">" : "<th scope=\"col\">")
      page.text(column.title)
      page.raw("</th>")
    }
    page.raw("</tr></thead>\n<tbody>\n")
    for row in table.rows {
      page.raw("<tr>")
      for (cell, column) in zip(row, table.columns) {
        page.raw(column.isNumber ? "<td class=\"number\">" : "<td>")
        page.text(cell)
        page.raw("</td>")
      }
      page.raw("</tr>\n")
    }
    page.raw("</tbody></table></div>\n")
  }

  private func writeLegend(to page: inout HTMLText) {
    page.raw("<ul class=\"legend\">\n")
    let used = Set(
      entries.flatMap { entry in
        let schedule = entry.timeline.schedule
        return schedule.orders.operations.map { PageWork($0, in: schedule.problem).kind }
      })
    for kind in PageKind.allCases where used.contains(kind) && kind != .pass(.reload) {
      page.raw("<li><i class=\"\(kind.className)\"></i>")
      page.text("\(kind.symbol)  \(kind.title)")
      page.raw("</li>\n")
    }
    page.raw("</ul>\n")
  }

  private static let tools = """
    <form class="tools" onsubmit="return false">
    <button type="button" id="closer" aria-label="zoom in">+</button>
    <button type="button" id="farther" aria-label="zoom out">−</button>
    <button type="button" id="all">all</button>
    <label>devices <input type="text" id="devices" placeholder="all, or 0-7,56-63"></label>
    <label>microbatch <input type="number" id="microbatch" min="0" max="65535" placeholder="none"></label>
    <label><input type="checkbox" id="memory"> memory</label>
    </form>

    """

  private static let chart = """
    <canvas id="chart" tabindex="0" role="img" aria-label="Gantt chart of all schedules on one time axis; \
    keys: plus and minus zoom, arrows move, n and p go along a device, j and k across devices, Enter marks a microbatch"></canvas>
    <div id="status" role="status"></div>
    <div id="tip" hidden></div>
    <p class="help">Wheel: zoom. Drag, or shift and wheel: move. Click: mark a microbatch's way. Keys on the chart: + − zoom,
    arrows move, n p j k go from operation to operation, Enter marks, m memory, 0 all, Esc nothing marked.</p>

    """
}
