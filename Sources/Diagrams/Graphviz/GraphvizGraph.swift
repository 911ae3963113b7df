/// A graph under construction; used only inside `GraphvizLibrary.use`.
///
/// Graphviz draws node edges true to a whole unit only. A unit here is a tenth of a point, and the graph's
/// `size` shrinks the finished picture to a tenth.
struct GraphvizGraph: ~Copyable {
  /// A graph, a node, an edge or an attribute, as Graphviz knows it.
  typealias Pointer = GraphvizFunctions.Pointer

  /// The unfinished graph itself.
  let pointer: Pointer
  private let functions: GraphvizFunctions
  private var nodeAttributes: [String: Pointer] = [:]
  private var edgeAttributes: [String: Pointer] = [:]

  /// Opens an empty graph.
  ///
  /// - Throws: `DiagramError.graphviz` for want of memory.
  init(named name: String, in library: GraphvizLibrary) throws(DiagramError) {
    let functions = library.functions
    try self.init(adopting: functions.agopen(name, functions.directed, nil), functions)
  }

  /// Reads a graph from DOT.
  ///
  /// - Throws: `DiagramError.graphviz` where the text has none.
  init(reading dot: String, in library: GraphvizLibrary) throws(DiagramError) {
    try self.init(adopting: library.functions.agmemread(dot), library.functions)
  }

  /// Takes over a graph and closes it in the end.
  private init(adopting pointer: Pointer?, _ functions: GraphvizFunctions) throws(DiagramError) {
    guard let pointer else { throw .graphviz(step: "open a graph", message: "") }
    self.pointer = pointer
    self.functions = functions
  }

  deinit { _ = functions.agclose(pointer) }

  /// Sets an attribute of the graph.
  func set(_ attribute: String, _ value: String) { _ = declare(.graph, attribute, value, in: pointer) }

  /// Declares an attribute of nodes with the value of those that set none.
  mutating func declare(_ attribute: String, _ initial: String = "") {
    nodeAttributes[attribute] = declare(.node, attribute, initial, in: pointer)
  }

  /// Declares an attribute of edges with the value of those that set none.
  mutating func declareOfEdges(_ attribute: String, _ initial: String) {
    edgeAttributes[attribute] = declare(.edge, attribute, initial, in: pointer)
  }

  private func declare(
    _ kind: GraphvizFunctions.Kind, _ attribute: String, _ initial: String, in graph: Pointer
  ) -> Pointer? {
    functions.agattr(graph, kind.rawValue, attribute, initial)
  }

  /// Adds a node; when the name is taken it gets a number.
  func addNode(_ name: String) -> Pointer? {
    let count = functions.agnnodes(pointer)
    let node = functions.agnode(pointer, name, 1)
    guard functions.agnnodes(pointer) == count else { return node }
    return functions.agnode(pointer, "\(name).\(count)", 1)
  }

  /// Sets a declared attribute of a node.
  func set(_ attribute: String, of node: Pointer, _ value: String) {
    guard let attribute = nodeAttributes[attribute] else { return }
    _ = functions.agxset(node, attribute, value)
  }

  /// Adds nodes that `dot` puts on one rank; no two of the graph have one name.
  func addRank(_ name: String, of nodes: [String]) -> [Pointer?] {
    guard let rank = functions.agsubg(pointer, name, 1) else { return nodes.map { _ in nil } }
    _ = declare(.graph, "rank", "same", in: rank)
    return nodes.map { functions.agnode(rank, $0, 1) }
  }

  /// Joins two nodes, and sets declared attributes of the edge.
  func addEdge(_ tail: Pointer?, _ head: Pointer?, _ values: KeyValuePairs<String, String> = [:]) {
    guard let tail, let head, let edge = functions.agedge(pointer, tail, head, nil, 1) else { return }
    for (name, value) in values {
      guard let attribute = edgeAttributes[name] else { continue }
      _ = functions.agxset(edge, attribute, value)
    }
  }
}
