import HeapModule
import PipelineModel

/// What an exact search over devices of tasks and orders found and proved.
public struct ExactTaskResult: Sendable {
  /// The problem with tasks on the best known devices, and no choice left.
  public var problem: Problem
  /// The best known orders there; its nodes are those of this tree and of all trees of orders.
  public var exact: ExactResult
}

/// Proves a schedule best over all devices that tasks may run on and all orders, or finds the best one: a tree in which one
/// piece after the other is given a device, best first.
///
/// What has no device yet hinders nothing, as in the bound on all choices; where every piece has one, an exact search goes
/// through the orders. Pieces of one copy may change places, and so may microbatches of one class with all of their copies:
/// of choices that differ in nothing else one is looked at. docs/proofs.md has the proof.
public struct ExactTaskSearch {
  private let problem: Problem
  private let options: SearchOptions
  private let known: TaskHostResult

  /// Of more pieces none is given a device: the bound is kept.
  public static let mostPieces = 48

  /// Prepares a search.
  ///
  /// - Parameters:
  ///   - options: what is short, and how many cores to use; the limits of its own do not count.
  ///   - known: what a search found; its bound says which schedules are gone through.
  public init(_ problem: Problem, options: SearchOptions, known: TaskHostResult) {
    self.problem = problem
    self.options = options
    self.known = known
  }

  /// Searches until all choices are proved no better than the best, or a limit is reached.
  ///
  /// - Parameters:
  ///   - nodeLimit: the most nodes to look at; any number if `nil`.
  ///   - progress: called a few times a second, on the calling thread; `false` ends the search.
  public func run(
    until deadline: Deadline = .never, nodeLimit: Int? = nil,
    progress: (ExactProgress) -> Bool = { _ in true }
  ) -> ExactTaskResult {
    var result = ExactTaskResult(
      problem: known.problem,
      exact: ExactResult(
        orders: known.search.orders, value: known.search.value, lowerBound: known.search.bound.value,
        objective: options.objective, scope: known.search.bound.scope, nodes: 0))
    guard let hosts = problem.taskHosts, let choices = TaskChoices(problem),
      choices.pieces.count <= Self.mostPieces
    else { return result }
    let begin = ContinuousClock.now
    var told = begin
    var open: Heap = [TaskNode(hosts: hosts, bound: known.search.bound, number: 0)]
    // What is no better than nodes that are left as they are.
    var least = Double.infinity
    func goesOn(_ nodes: Int, _ bound: Double) -> Bool {
      guard !deadline.hasPassed, nodes < nodeLimit ?? .max else { return false }
      let now = ContinuousClock.now
      guard now - told >= .milliseconds(100) else { return true }
      told = now
      return progress(
        ExactProgress(elapsed: now - begin, nodes: nodes, value: result.exact.value, lowerBound: bound))
    }
    while let node = open.popMin(), !LowerBound.isMet(node.bound.value, by: result.exact.value) {
      let bound = min(least, node.bound.value)
      guard goesOn(result.exact.nodes, bound) else {
        least = min(least, node.bound.value)
        break
      }
      guard node.depth < choices.pieces.count else {
        let (nodes, rest) = (result.exact.nodes, nodeLimit.map { $0 - result.exact.nodes })
        let closed = close(node, of: result, until: deadline, nodeLimit: rest) {
          goesOn(nodes + $0.nodes, bound)
        }
        least = min(least, closed?.exact.lowerBound ?? node.bound.value)
        result.exact.nodes += closed?.exact.nodes ?? 0
        guard let closed, closed.exact.value < result.exact.value else { continue }
        result.problem = closed.problem
        (result.exact.orders, result.exact.value) = (closed.exact.orders, closed.exact.value)
        continue
      }
      for device in choices.devices(after: node.hosts, depth: node.depth) {
        result.exact.nodes += 1
        var next = TaskNode(
          hosts: node.hosts, depth: node.depth + 1, bound: node.bound, number: result.exact.nodes)
        next.hosts[choices.pieces[node.depth].piece] = device
        if raise(&next, choices, below: result.exact.value, until: deadline) { open.insert(next) }
      }
    }
    let rest = min(least, open.min?.bound.value ?? .infinity)
    let proved = contradiction(of: result, choices, until: deadline) ?? min(rest, result.exact.value)
    result.exact.lowerBound = max(result.exact.lowerBound, proved)
    return result
  }

  /// A bound above the best value on choices that those of its own schedule belong to: it cannot hold, and is told instead of a
  /// proof. Other choices may have such bounds.
  private func contradiction(
    of result: ExactTaskResult, _ choices: TaskChoices, until deadline: Deadline
  ) -> Double? {
    guard let hosts = result.problem.taskHosts else { return nil }
    return (0...choices.pieces.count).lazy.map { depth -> Double in
      var node = TaskNode(hosts: hosts, depth: depth, bound: known.search.bound, number: 0)
      let isPossible = raise(&node, choices, below: result.exact.value, until: deadline)
      return isPossible ? node.bound.value : .infinity
    }.first { bound in
      bound > result.exact.value && !Certificate.isMet(bound, by: result.exact.value)
    }
  }

  /// Raises the bound of a node; tells whether tasks can be so.
  private func raise(
    _ node: inout TaskNode, _ choices: TaskChoices, below target: Double, until deadline: Deadline
  ) -> Bool {
    let open = Set(choices.pieces.dropFirst(node.depth).map(\.piece))
    guard let given = try? problem.with(taskHosts: node.hosts, isChoice: false, apart: open) else {
      return false
    }
    let bound = LowerBound.best(
      for: given, objective: options.objective, scope: node.bound.scope, until: target, deadline: deadline,
      threads: options.threads)
    if bound.value > node.bound.value { node.bound = bound }
    return true
  }

  /// Goes through the orders of one choice; `nil` where no orders are at hand to begin with.
  private func close(
    _ node: TaskNode, of best: ExactTaskResult, until deadline: Deadline, nodeLimit: Int?,
    progress: (ExactProgress) -> Bool
  ) -> ExactTaskResult? {
    // No rule may find orders that keep the limits although there are some.
    guard let given = try? problem.with(taskHosts: node.hosts, isChoice: false),
      (try? Search.checkScope(of: given, backward: options.backward)) != nil
    else { return nil }
    var quick = options
    (quick.iterations, quick.threads) = (Effort.movesPerTaskChoice, 1)
    let start = Search(given, options: quick, lowerBound: node.bound.value).run(until: deadline)
    // What is no better than the best of other choices is not looked for.
    let goal = (orders: start.orders, value: min(start.value, best.exact.value))
    let found = ExactSearch(
      given, objective: options.objective, incumbent: goal, lowerBound: node.bound, backward: options.backward
    ).run(timeLimit: deadline.timeLeft, nodeLimit: nodeLimit, progress: progress)
    return ExactTaskResult(problem: given, exact: found)
  }
}
