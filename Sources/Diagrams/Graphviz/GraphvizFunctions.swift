#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The functions of Graphviz's libraries that draw, looked up by name when the first picture is drawn.
///
/// Linking the libraries would keep a machine without them from timing, searching and checking, too. Types and numbers
/// are those of Graphviz's own `gvc.h` and `cgraph.h`, versions 2.30 to 12 (`libgvc.so.6`) and 13 (`libgvc.so.7`):
/// graphs, nodes, edges and attributes are pointers that only Graphviz follows.
struct GraphvizFunctions {
  typealias Pointer = UnsafeMutableRawPointer
  typealias Text = UnsafePointer<CChar>

  /// The kinds of what has attributes: `AGRAPH`, `AGNODE` and `AGEDGE`.
  enum Kind: Int32 {
    case graph, node, edge
  }

  /// `AGWARN`, the level from which complaints are told.
  static let warningLevel: Int32 = 0

  let gvContext: @convention(c) () -> Pointer?
  let gvLayout: @convention(c) (Pointer?, Pointer, Text) -> Int32
  let gvFreeLayout: @convention(c) (Pointer?, Pointer) -> Int32
  /// The length is an `unsigned int` up to version 12 and a `size_t` since: a `UInt` that was zero holds either.
  let gvRenderData:
    @convention(c) (
      Pointer?, Pointer, Text, UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>, UnsafeMutablePointer<UInt>
    ) -> Int32
  let gvFreeRenderData: @convention(c) (UnsafeMutablePointer<CChar>) -> Void

  /// Opens a graph; its kind, a structure of one word in bits, is passed as a number is.
  let agopen: @convention(c) (Text, UInt32, Pointer?) -> Pointer?
  let agmemread: @convention(c) (Text) -> Pointer?
  let agclose: @convention(c) (Pointer) -> Int32
  let agsubg: @convention(c) (Pointer, Text, Int32) -> Pointer?
  let agnode: @convention(c) (Pointer, Text, Int32) -> Pointer?
  let agedge: @convention(c) (Pointer, Pointer, Pointer, Text?, Int32) -> Pointer?
  let agnnodes: @convention(c) (Pointer) -> Int32
  let agattr: @convention(c) (Pointer, Int32, Text, Text) -> Pointer?
  let agxset: @convention(c) (Pointer, Pointer, Text) -> Int32

  let agseterr: @convention(c) (Int32) -> Int32
  let agseterrf: @convention(c) (@convention(c) (UnsafePointer<CChar>?) -> Int32) -> UnsafeRawPointer?
  let agerrors: @convention(c) () -> Int32
  let agreseterrors: @convention(c) () -> Int32

  /// The kind of graphs whose edges have directions: the value of `Agdirected`.
  let directed: UInt32

  /// Loads the libraries, which stay loaded.
  ///
  /// - Throws: `DiagramError.noGraphviz` where they are not installed, or lack a function.
  init() throws(DiagramError) {
    let library = try Library()
    gvContext = try library.function("gvContext")
    gvLayout = try library.function("gvLayout")
    gvFreeLayout = try library.function("gvFreeLayout")
    gvRenderData = try library.function("gvRenderData")
    gvFreeRenderData = try library.function("gvFreeRenderData")
    agopen = try library.function("agopen")
    agmemread = try library.function("agmemread")
    agclose = try library.function("agclose")
    agsubg = try library.function("agsubg")
    agnode = try library.function("agnode")
    agedge = try library.function("agedge")
    agnnodes = try library.function("agnnodes")
    agattr = try library.function("agattr")
    agxset = try library.function("agxset")
    agseterr = try library.function("agseterr")
    agseterrf = try library.function("agseterrf")
    agerrors = try library.function("agerrors")
    agreseterrors = try library.function("agreseterrors")
    directed = try library.symbol("Agdirected").load(as: UInt32.self)
  }
}

/// Graphviz's main library; it brings the one of graphs along.
private struct Library {
  #if canImport(Glibc)
    private static let names = ["libgvc.so.6", "libgvc.so.7"]
  #else
    // Homebrew's folders are not among those that are searched.
    private static let names = ["/opt/homebrew/lib/libgvc.dylib", "/usr/local/lib/libgvc.dylib"]
  #endif

  private let handle: UnsafeMutableRawPointer

  init() throws(DiagramError) {
    guard let handle = Self.names.lazy.compactMap({ dlopen($0, RTLD_NOW) }).first else { throw .noGraphviz }
    self.handle = handle
  }

  func symbol(_ name: String) throws(DiagramError) -> UnsafeMutableRawPointer {
    guard let symbol = dlsym(handle, name) else { throw .noGraphviz }
    return symbol
  }

  func function<Function>(_ name: String) throws(DiagramError) -> Function {
    unsafeBitCast(try symbol(name), to: Function.self)
  }
}
