import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// An SVG file as an XML parser reads it, with what the tests ask about.
final class DrawnSVG: NSObject, XMLParserDelegate {
  struct Operation {
    var id = ""
    var classes = ""
    var tooltip: String?
    var points: [(x: Double, y: Double)] = []
    var attributes: [String: String] = [:]
    var label: String?
    var labelAttributes: [String: String] = [:]

    /// Edges in points: the picture is drawn in tenths.
    var left: Double { (points.map(\.x).min() ?? .nan) / 10 }
    var right: Double { (points.map(\.x).max() ?? .nan) / 10 }
  }

  private(set) var root: [String: String] = [:]
  private(set) var operations: [Operation] = []
  /// The dots and the diamonds of a trade-off curve.
  private(set) var points: [Operation] = []
  private(set) var marks: [Operation] = []
  private(set) var texts: [(string: String, x: Double)] = []
  private(set) var fills: [String: Int] = [:]
  private(set) var title = ""
  private(set) var summary = ""
  private(set) var styleSheet = ""
  private(set) var transform = ""
  private(set) var failure: (any Error)?

  private var characters = ""
  private var text: [String: String] = [:]
  private var isInOperation = false
  private var depth = 0
  private var operationDepth = 0

  init(_ bytes: [UInt8]) {
    super.init()
    let parser = XMLParser(data: Data(bytes))
    parser.delegate = self
    if !parser.parse() { failure = parser.parserError ?? CocoaError(.fileReadCorruptFile) }
  }

  var operationsByID: [String: Operation] {
    Dictionary(operations.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    depth += 1
    characters = ""
    switch name {
    case "svg": root = attributes
    case "text": text = attributes
    case "g" where attributes["id"] == "graph0": transform = attributes["transform"] ?? ""
    case "g" where attributes["class"]?.hasPrefix("node op") ?? false:
      operations.append(Operation(id: attributes["id"] ?? "", classes: attributes["class"] ?? ""))
      isInOperation = true
      operationDepth = depth
    case "g" where attributes["class"]?.hasPrefix("node point") ?? false:
      points.append(Operation(id: attributes["id"] ?? "", classes: attributes["class"] ?? ""))
    case "g" where attributes["class"]?.hasPrefix("node mark") ?? false:
      marks.append(Operation(id: attributes["id"] ?? "", classes: attributes["class"] ?? ""))
    case "a" where attributes["xlink:title"] != nil && !isInOperation:
      // Marks are drawn after all points; a path graph has neither.
      if marks.isEmpty, !points.isEmpty {
        points[points.count - 1].tooltip = attributes["xlink:title"]
      } else if !marks.isEmpty {
        marks[marks.count - 1].tooltip = attributes["xlink:title"]
      }
    case "a" where isInOperation: operations[operations.count - 1].tooltip = attributes["xlink:title"]
    case "polygon":
      fills[attributes["fill"] ?? "", default: 0] += 1
      if isInOperation {
        operations[operations.count - 1].attributes = attributes
        operations[operations.count - 1].points = points(attributes["points"] ?? "")
      }
    default: break
    }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { characters += string }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    switch name {
    case "title" where title.isEmpty: title = characters
    case "desc": summary = characters
    case "style": styleSheet = characters
    case "text" where isInOperation:
      operations[operations.count - 1].label = characters
      operations[operations.count - 1].labelAttributes = text
    case "text": texts.append((characters, (Double(text["x"] ?? "") ?? .nan) / 10))
    case "g" where isInOperation && depth == operationDepth: isInOperation = false
    default: break
    }
    depth -= 1
  }

  private func points(_ list: String) -> [(x: Double, y: Double)] {
    list.split(separator: " ").compactMap { pair in
      let numbers = pair.split(separator: ",").compactMap { Double($0) }
      return numbers.count == 2 ? (numbers[0], numbers[1]) : nil
    }
  }
}
