import PipelineModel

/// Why a diagram cannot be drawn.
public enum DiagramError: Error, Hashable, Sendable {
  /// A window that does not end after it starts.
  case emptyWindow(from: Double, to: Double)
  /// A window without a moment of the schedule in it.
  case windowOutside(from: Double, to: Double, schedule: ClosedRange<Double>)
  /// A window for a picture without a time axis.
  case windowWithoutTime
  /// Lanes to choose, or a fold, for a picture without a time axis.
  case lanesWithoutTime
  /// Devices to be drawn of which the picture has none.
  case noDevices(DeviceRanges, count: Int)
  /// A page width too small for the labels, or too large for any viewer.
  case widthOutOfRange(Double, ClosedRange<Double>)
  /// A picture of more pixels a side than the PNG renderer can hold.
  case imageTooLarge(width: Int, height: Int, limit: Int)
  /// An SVG that browsers would hardly open.
  case fileTooLarge(bytes: Int, limit: Int)
  /// An operation whose times are not finite, or that ends before it starts.
  case badTimes(Operation, device: Int, start: Double, end: Double)
  /// No Graphviz on the machine to draw with.
  case noGraphviz
  /// Letters to be drawn, and no font on the machine to draw them with.
  case noFonts
  /// A figure of a trade-off curve outside the range of its quantity.
  case badFigure(_ quantity: String, of: String, value: Double, ClosedRange<Double>)
  /// A path graph of more nodes or links than anybody could follow.
  case graphTooLarge(nodes: Int, links: Int)
  /// What Graphviz said when it failed, and at which step.
  case graphviz(step: String, message: String)
}

extension DiagramError: CustomStringConvertible {
  /// What is wrong, in one line.
  public var description: String {
    switch self {
    case .emptyWindow(let from, let to):
      "the window from \(from.short) to \(to.short) is empty"
    case .windowOutside(let from, let to, let schedule):
      "the window from \(from.short) to \(to.short) misses the schedule, "
        + "which runs from \(schedule.lowerBound.short) to \(schedule.upperBound.short)"
    case .windowWithoutTime, .lanesWithoutTime:
      "the picture has no time axis"
    case .noDevices(let devices, let count):
      "expected devices from 0 to \(max(0, count - 1)), found \(devices.text)"
    case .widthOutOfRange(let width, let range):
      "expected a width from \(range.lowerBound.short) to \(range.upperBound.short) points, found \(width.short)"
    case .imageTooLarge(let width, let height, let limit):
      "a PNG of \(width) x \(height) pixels exceeds \(limit) a side"
    case .fileTooLarge(let bytes, let limit):
      "an SVG of \(megabytes(bytes)) MB exceeds \(megabytes(limit)) MB"
    case .badTimes(let operation, let device, let start, let end):
      "\(operation) on device \(device) cannot be drawn from \(start.short) to \(end.short)"
    case .noGraphviz:
      "pictures are drawn by Graphviz, which is not installed: install libgvc6 (Debian, Ubuntu) or graphviz "
        + "(elsewhere); all but drawing works without"
    case .noFonts:
      "no font is installed to draw the letters with: install one, such as Liberation Sans, or write SVG"
    case .badFigure(let quantity, let name, let value, let range):
      "\(PlainText.oneLine(name)): expected a \(quantity) from \(range.lowerBound.short) to "
        + "\(range.upperBound.short), found \(value.short)"
    case .graphTooLarge(let nodes, let links):
      "a path graph of \(nodes.counted("node")) and \(links.counted("link")) cannot be read: expected at most "
        + "\(PathGraphChart.mostNodes) nodes and \(PathGraphChart.mostLinks) links"
    case .graphviz(let step, let message):
      "Graphviz failed to \(step): \(Self.explained(message))"
    }
  }

  /// Graphviz ends with a list of the plugins that it has: an empty one where it has none.
  private static func explained(_ message: String) -> String {
    if message.isEmpty { return "no reason given" }
    let list = "Use one of:"
    guard let end = message.lastIndex(where: { $0 != " " }), message[...end].hasSuffix(list) else {
      return message
    }
    return message[...end].dropLast(list.count) + "It has no plugins: install Graphviz whole, or run 'dot -c'"
  }

  private func megabytes(_ bytes: Int) -> String { (Double(bytes) / 1e6).rounded(.up).short }
}
