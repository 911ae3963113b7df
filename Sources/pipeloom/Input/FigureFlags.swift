import ArgumentParser
import Diagrams
import PipelineModel

/// How a picture is drawn, on the command line.
struct FigureFlags: ParsableArguments {
  @Option(help: Magnitude.help("Draw from this time on."))
  var from: Magnitude?

  @Option(help: Magnitude.help("Draw up to this time."))
  var to: Magnitude?

  @Flag(help: "Leave out the stretch in which the schedule repeats itself: a mark stands for it.")
  var fold = false

  @Option(help: "The colours; an SVG follows the reader's setting if left out.")
  var theme: Theme?

  @Option(
    help: ArgumentHelp(
      "The width of the page in points, 72 to the inch. From what its labels take, 180 at most, to "
        + "\(DiagramStyle.widestPage.plain), an eighth of that without a time axis."))
  var width: Magnitude?

  @Option(
    help: ArgumentHelp(
      "The size of ordinary text in points, \(PageText.usual) if left out; all but the page's width is in proportion. "
        + "From \(DiagramStyle.fontSizes.lowerBound.plain) to \(DiagramStyle.fontSizes.upperBound.plain).",
      valueName: "points"))
  var fontSize: Magnitude?

  @Option(
    help: ArgumentHelp(
      "The title; 'none' leaves it out with the lines under it.", valueName: "text|none"))
  var title: String?

  @Flag(help: "Leave the legend out.")
  var noLegend = false

  @Flag(help: "Leave remarks out: the lines under the title, those beside lanes, and figures in headings.")
  var noNotes = false

  @Flag(help: "Leave memory out.")
  var noMemory = false

  @Option(
    help: ArgumentHelp(
      "Colours of your own, such as F=#27639f,B=#e69f00, or a YAML or JSON file of them. Names: "
        + ChosenColours.names.joined(separator: ", ") + ".", valueName: "colours"))
  var colors: String?

  @Option(
    help: ArgumentHelp("What to call the schedule of a file; repeat it for others.", valueName: "file=name"))
  var label: [String] = []

  @Flag(help: "Draw an SVG even if it is larger than 20 MB.")
  var force = false

  /// What is only good for a picture, where one was given.
  var firstGiven: String? {
    [
      ("--from", from != nil), ("--to", to != nil), ("--fold", fold), ("--theme", theme != nil),
      ("--width", width != nil), ("--font-size", fontSize != nil), ("--title", title != nil),
      ("--no-legend", noLegend), ("--no-notes", noNotes), ("--no-memory", noMemory),
      ("--colors", colors != nil), ("--force", force),
    ].first(where: \.1)?.0
  }

  func validate() throws {
    guard let fontSize, !DiagramStyle.fontSizes.contains(fontSize.value) else { return }
    throw ValidationError(
      "--font-size: expected a size from \(DiagramStyle.fontSizes.lowerBound.plain) to "
        + "\(DiagramStyle.fontSizes.upperBound.plain) points, found \(fontSize.value.plain)")
  }

  /// The style, with the lanes of some devices.
  ///
  /// - Throws: `Failure` or `FormatError` for colours that cannot be read.
  func style(devices: DeviceRanges? = nil) throws -> DiagramStyle {
    var style = DiagramStyle(
      theme: theme, width: width?.value, from: from?.value, to: to?.value, forced: force)
    if let title { style.title = title == "none" ? .none : .text(title) }
    style.hasLegend = !noLegend
    style.hasNotes = !noNotes
    style.hasMemory = !noMemory
    if let fontSize { style.fontSize = fontSize.value }
    if let colors { style.colours = try ColourFlag.colours(colors) }
    style.devices = devices
    style.isFolded = fold
    return style
  }

  /// What a single file is to be called: the last label, with the file or without; `nil` without one.
  func label(of file: FilePath) -> String? {
    label.last.map { label in
      label.hasPrefix("\(file.text)=") ? String(label.dropFirst(file.text.count + 1)) : label
    }
  }

  /// What schedules are to be called, by the names that they have on the command line: of files and families.
  ///
  /// - Throws: `Failure` for a label of none of them.
  func labels(of names: [String]) throws(Failure) -> [String: String] {
    var labels: [String: String] = [:]
    for label in label {
      // A path may hold the sign as well.
      guard let name = names.first(where: { label.hasPrefix("\($0)=") }) else {
        throw Failure(
          .usage,
          "--label: expected NAME= of \(names.joined(separator: ", ")) before the label, found '\(label)'")
      }
      labels[name] = String(label.dropFirst(name.count + 1))
    }
    return labels
  }
}

/// What help says of text.
private enum PageText {
  static let usual = DiagramStyle().fontSize.plain
}

extension Theme: ExpressibleByArgument {}

extension DeviceRanges: ExpressibleByArgument {
  /// Reads `0-7,56-63`.
  public init?(argument: String) { self.init(argument) }

  /// Help for the lanes to draw.
  static let help = ArgumentHelp(
    "Draw the lanes of these devices alone, such as 0-7,56-63.", valueName: "devices")
}
