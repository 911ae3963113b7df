import HeapModule
import PipelineModel

/// The tree of an exact search over routes, the node with the least bound first.
struct RouteTree {
  /// What is known of a node.
  enum Stage {
    /// The bound is that of the node it was split from.
    case inherited
    /// The bound is its own.
    case bounded
    /// So many sets of orders were not enough to decide the orders of complete routes.
    case tried(Int)
  }

  /// Less is what is looked at first: the least bound, of equal ones the node with most routes, of these by number.
  struct Node: Comparable {
    var bound: Double
    /// The routes of the first microbatches in turn, by number.
    var chosen: [Int32]
    var stage: Stage

    static func < (left: Node, right: Node) -> Bool {
      if left.bound != right.bound { return left.bound < right.bound }
      if left.chosen.count != right.chosen.count { return left.chosen.count > right.chosen.count }
      return left.chosen.lexicographicallyPrecedes(right.chosen)
    }

    /// No routes are chosen in two nodes.
    static func == (left: Node, right: Node) -> Bool {
      left.bound == right.bound && left.chosen == right.chosen
    }
  }

  private let choices: RouteChoices
  private let objective: Objective
  private let deadline: Deadline
  private var waiting: Heap<Node>
  /// The least bound of routes whose orders cannot be decided.
  private var undecided = Double.infinity
  private let rootBound: Double
  private(set) var best: ExactRoutingResult
  /// The nodes looked at.
  private(set) var nodeCount = 0

  /// More nodes would not fit in memory.
  private static let mostWaiting = 4_000_000
  /// How many sets of orders are looked at in the first try.
  private static let firstOrders = 64

  /// Begins with no routes chosen.
  ///
  /// - Parameter deadline: when bounds of nodes end with what is known by then.
  init(_ choices: RouteChoices, objective: Objective, best: ExactRoutingResult, deadline: Deadline) {
    self.choices = choices
    self.deadline = deadline
    self.objective = objective
    self.best = best
    rootBound = best.search.lowerBound
    waiting = [Node(bound: rootBound, chosen: [], stage: .bounded)]
  }

  /// No routes and orders are shorter.
  var lowerBound: Double {
    max(rootBound, min(waiting.min?.bound ?? .infinity, undecided, best.search.value))
  }

  /// Whether looking at more nodes proves no more.
  var isDone: Bool {
    guard let next = waiting.min else { return true }
    return !isShort(next.bound) || next.bound >= undecided || waiting.count > Self.mostWaiting
  }

  /// Whether a length is below the best known value.
  private func isShort(_ length: Double) -> Bool { !LowerBound.isMet(length, by: best.search.value) }

  /// Bounds, splits or decides the node with the least bound.
  mutating func step(while goesOn: () -> Bool) {
    guard let node = waiting.popMin() else { return }
    switch node.stage {
    case .inherited: bound(node)
    case .bounded where node.chosen.count < choices.order.count: split(node)
    case .bounded: decide(node, orders: Self.firstOrders, while: goesOn)
    case .tried(let orders): decide(node, orders: 4 * orders, while: goesOn)
    }
  }

  private mutating func bound(_ node: Node) {
    nodeCount += 1
    var node = node
    node.stage = .bounded
    if let problem = choices.problem(node.chosen) {
      let bound = LowerBound.best(
        for: problem, objective: objective, scope: best.search.scope, until: best.search.value,
        deadline: deadline)
      node.bound = max(node.bound, bound.value)
    }
    if isShort(node.bound) { waiting.insert(node) }
  }

  private mutating func split(_ node: Node) {
    for index in choices.next(after: node.chosen) {
      waiting.insert(Node(bound: node.bound, chosen: node.chosen + [index], stage: .inherited))
    }
  }

  /// Decides the orders of complete routes, or puts them back with more effort to come.
  private mutating func decide(_ node: Node, orders nodeLimit: Int, while goesOn: () -> Bool) {
    guard let problem = choices.problem(node.chosen) else { return }
    switch best.decide(problem, above: node.bound, nodes: nodeLimit, while: goesOn) {
    case true?: return
    case nil: undecided = min(undecided, node.bound)
    case false?:
      waiting.insert(Node(bound: node.bound, chosen: node.chosen, stage: .tried(nodeLimit)))
    }
  }
}
