import Diagrams
import PipelineModel
import Timeline

/// What the page shows in one colour: a kind of operation, or tasks; in the colours of all diagrams.
enum PageKind: Hashable, CaseIterable {
  case pass(Operation.Kind)
  case task

  static var allCases: [Self] { Operation.Kind.allCases.map(Self.pass) + [.task] }

  /// Its place among all.
  var place: UInt8 { UInt8(Self.allCases.firstIndex(of: self) ?? 0) }

  /// Its sign, as `F`.
  var symbol: String {
    switch self {
    case .pass(let kind): kind.symbol
    case .task: "T"
    }
  }

  /// What it is.
  var title: String {
    switch self {
    case .pass(let kind): kind.traits.title
    case .task: "task"
    }
  }

  /// The class of its boxes in the still picture and the legend.
  var className: String { "k\(place)" }

  /// Its colour on one of a number of chunks, and that of letters on it.
  func colours(chunk: Int, of count: Int) -> (fill: Paint, letters: Paint) {
    switch self {
    case .pass(let kind):
      (
        GanttColours.fill(kind, chunk: chunk, of: count), GanttColours.letters(kind, chunk: chunk, of: count)
      )
    case .task: (GanttColours.task, GanttColours.taskLetters)
    }
  }

  /// The colours of the classes, in both themes.
  static var styles: String {
    func rules(_ theme: Theme) -> String {
      allCases.map { kind in
        let (colour, name) = (kind.colours(chunk: 0, of: 1).fill.hex(theme), kind.className)
        return ".legend .\(name) { background: \(colour) }\nsvg .\(name) { stroke: \(colour) }\n"
      }.joined()
    }
    return rules(.light) + "@media screen and (prefers-color-scheme: dark) {\n" + rules(.dark) + "}\n"
  }
}
