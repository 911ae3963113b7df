import Diagrams
import PipelineModel
import Timeline

/// How the page shows kinds of operations: in the colours of all diagrams.
enum PageKinds {
  /// The class of a kind's boxes in the still picture and the legend.
  static func className(_ kind: Operation.Kind) -> String { "k\(kind.rawValue)" }

  /// The colours of the classes, in both themes.
  static var styles: String {
    func rules(_ theme: Theme) -> String {
      Operation.Kind.allCases.map { kind in
        let colour = GanttColours.fill(kind, chunk: 0, of: 1).hex(theme)
        return
          ".legend .\(className(kind)) { background: \(colour) }\nsvg .\(className(kind)) { stroke: \(colour) }\n"
      }.joined()
    }
    return rules(.light) + "@media screen and (prefers-color-scheme: dark) {\n" + rules(.dark) + "}\n"
  }
}
