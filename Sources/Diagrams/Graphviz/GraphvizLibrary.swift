import Synchronization

/// The process's one Graphviz context, with the collection of what Graphviz complains about.
///
/// Graphviz keeps its errors, fonts and modes in global variables, so that only one thread may be inside it;
/// and its text plugin keeps a pointer into the first context it met, so that a freed one would be read again.
/// Hence the one piece of global state of this module: one context, never freed, behind one lock.
struct GraphvizLibrary {
  /// What graphs are made with.
  let functions: GraphvizFunctions
  private let context: GraphvizFunctions.Pointer?

  private init() throws(DiagramError) {
    functions = try GraphvizFunctions()
    context = functions.gvContext()
    // Called for every fragment of a message; the lock is held, since every call into Graphviz holds it.
    _ = functions.agseterrf { fragment in
      if let fragment { complaints += String(cString: fragment) }
      return 0
    }
    _ = functions.agseterr(GraphvizFunctions.warningLevel)
  }

  /// Loaded with the first picture: all but drawing does without.
  private static let shared = Mutex<GraphvizLibrary?>(nil)

  /// Runs a body while no other thread is inside Graphviz.
  ///
  /// - Throws: what the body throws, and `DiagramError.noGraphviz` where there is no Graphviz.
  static func use<Result: Sendable>(
    _ body: (GraphvizLibrary) throws(DiagramError) -> Result
  ) throws(DiagramError) -> Result {
    try shared.withLock { (shared) throws(DiagramError) in
      if let shared { return try body(shared) }
      let library = try GraphvizLibrary()
      shared = library
      return try body(library)
    }
  }

  /// Calls into Graphviz and turns its complaints, which its status alone does not tell, into an error.
  func attempt(_ step: String, _ call: () -> Int32) throws(DiagramError) {
    complaints = ""
    _ = functions.agreseterrors()
    let status = call()
    // Level 0 is a warning, such as a label wider than its box.
    guard status == 0, functions.agerrors() < 1 else {
      throw .graphviz(
        step: step, message: String(complaints.split(whereSeparator: \.isNewline).joined(separator: "; ")))
    }
  }

  /// Lays a graph out and renders it; without an engine's name by the one that takes all positions as given.
  func render(
    _ graph: borrowing GraphvizGraph, format: String, engine: String = "nop2"
  ) throws(DiagramError) -> [UInt8] {
    let graph = graph.pointer
    try attempt("lay the picture out") { functions.gvLayout(context, graph, engine) }
    defer { _ = functions.gvFreeLayout(context, graph) }
    // SVG and DOT leave the letters to the reader's own fonts.
    if format == "png" || format == "pdf", InstalledFonts.areMissing { throw .noFonts }
    var data: UnsafeMutablePointer<CChar>?
    var length: UInt = 0
    defer { if let data { functions.gvFreeRenderData(data) } }
    try attempt("render \(format)") { functions.gvRenderData(context, graph, format, &data, &length) }
    return Array(UnsafeRawBufferPointer(start: data, count: data == nil ? 0 : Int(length)))
  }
}

/// What Graphviz has said since the last attempt began; touched only under the lock.
nonisolated(unsafe) private var complaints = ""
