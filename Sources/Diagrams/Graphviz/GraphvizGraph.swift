import CGraphviz

/// A graph under construction; used only inside `GraphvizLibrary.use`.
///
/// Graphviz draws node edges true to a whole unit only. A unit here is a tenth of a point, and the graph's
/// `size` shrinks the finished picture to a tenth.
struct GraphvizGraph: ~Copyable {
  /// The unfinished graph itself.
  let pointer: UnsafeMutablePointer<Agraph_t>
  private var symbols: [String: UnsafeMutablePointer<Agsym_t>] = [:]

  /// Takes over a graph and closes it in the end.
  ///
  /// - Throws: `DiagramError.graphviz` when there is none, for want of memory.
  init(adopting pointer: UnsafeMutablePointer<Agraph_t>?) throws(DiagramError) {
    guard let pointer else { throw .graphviz(step: "open a graph", message: "") }
    self.pointer = pointer
  }

  deinit { _ = agclose(pointer) }

  /// Sets an attribute of the graph.
  func set(_ attribute: String, _ value: String) {
    _ = pipeloom_declare_attribute(pointer, AGRAPH, attribute, value)
  }

  /// Declares an attribute of nodes with the value of those that set none.
  mutating func declare(_ attribute: String, _ initial: String = "") {
    symbols[attribute] = pipeloom_declare_attribute(pointer, AGNODE, attribute, initial)
  }

  /// Adds a node; when the name is taken it gets a number.
  func addNode(_ name: String) -> UnsafeMutableRawPointer? {
    let count = agnnodes(pointer)
    let node = pipeloom_add_node(pointer, name)
    guard agnnodes(pointer) == count else { return UnsafeMutableRawPointer(node) }
    return UnsafeMutableRawPointer(pipeloom_add_node(pointer, "\(name).\(count)"))
  }

  /// Sets a declared attribute of a node.
  func set(_ attribute: String, of node: UnsafeMutableRawPointer, _ value: String) {
    guard let symbol = symbols[attribute] else { return }
    _ = pipeloom_set_attribute(node, symbol, value)
  }
}
