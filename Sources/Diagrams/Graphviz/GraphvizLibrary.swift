import CGraphviz
import Synchronization

/// The process's one Graphviz context, with the collection of what Graphviz complains about.
///
/// Graphviz keeps its errors, fonts and modes in global variables, so that only one thread may be inside it;
/// and its text plugin keeps a pointer into the first context it met, so that a freed one would be read again.
/// Hence the one piece of global state of this module: one context, never freed, behind one lock.
struct GraphvizLibrary {
  private let context = gvContext()

  private init() {
    // Called for every fragment of a message; the lock is held, since every call into Graphviz holds it.
    _ = agseterrf { fragment in
      if let fragment { complaints += String(cString: fragment) }
      return 0
    }
    agseterr(AGWARN)
  }

  private static let shared = Mutex(GraphvizLibrary())

  /// Runs a body while no other thread is inside Graphviz.
  static func use<Result: Sendable>(
    _ body: (GraphvizLibrary) throws(DiagramError) -> Result
  ) throws(DiagramError) -> Result {
    try shared.withLock { (library) throws(DiagramError) in try body(library) }
  }

  /// Calls into Graphviz and turns its complaints, which its status alone does not tell, into an error.
  func attempt(_ step: String, _ call: () -> Int32) throws(DiagramError) {
    complaints = ""
    _ = agreseterrors()
    let status = call()
    // Level 0 is a warning, such as a label wider than its box.
    guard status == 0, agerrors() < 1 else {
      throw .graphviz(
        step: step, message: String(complaints.split(whereSeparator: \.isNewline).joined(separator: "; ")))
    }
  }

  /// Lays a graph out and renders it; without an engine's name by the one that takes all positions as given.
  func render(
    _ graph: borrowing GraphvizGraph, format: String, engine: String = "nop2"
  ) throws(DiagramError) -> [UInt8] {
    let graph = graph.pointer
    try attempt("lay the picture out") { gvLayout(context, graph, engine) }
    defer { _ = gvFreeLayout(context, graph) }
    // SVG and DOT leave the letters to the reader's own fonts.
    if format == "png" || format == "pdf", InstalledFonts.areMissing { throw .noFonts }
    var data: UnsafeMutablePointer<CChar>?
    var length: UInt32 = 0
    defer { if let data { gvFreeRenderData(data) } }
    try attempt("render \(format)") { gvRenderData(context, graph, format, &data, &length) }
    return Array(UnsafeRawBufferPointer(start: data, count: data == nil ? 0 : Int(length)))
  }
}

/// What Graphviz has said since the last attempt began; touched only under the lock.
nonisolated(unsafe) private var complaints = ""
