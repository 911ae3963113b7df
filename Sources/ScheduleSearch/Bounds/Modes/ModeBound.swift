import HeapModule
import PipelineModel

/// Bounds on all choices of modes that a problem allows: a search tree over sets of them, best first.
///
/// A node lets each stage take some of its modes. It is closed once its bound reaches the value of a known schedule; where
/// every stage has one mode left, the bounds of a problem with given modes say more. docs/proofs.md has the proofs.
public struct ModeBound {
  /// One mode for every stage, and what no schedule in them goes below.
  public struct Choice: Sendable {
    /// By stage the number of its mode.
    public var modes: [Int]
    /// No schedule in these modes is shorter.
    public var bound: LowerBound
  }

  private struct Node: Comparable {
    var sets: ModeSets
    var bound: LowerBound
    var stage: Stage
    var number: Int

    /// What has been looked at.
    enum Stage: Int { case inherited, cheap, raised }

    /// Less is what is looked at first: of equal bounds what is nearest to the leaves.
    static func < (left: Node, right: Node) -> Bool {
      (left.bound.value, -left.stage.rawValue, -left.number) < (
        right.bound.value, -right.stage.rawValue, -right.number
      )
    }
    static func == (left: Node, right: Node) -> Bool { left.number == right.number }
  }

  private let problem: Problem
  private let objective: Objective
  private let scope: Certificate.Scope
  private let target: Double?
  /// The modes of the known schedule that has the target's value.
  private let incumbent: ModeChoice?
  private let limit: Int?
  private let threads: Int
  private let ground: ModeRelaxation.Ground?
  private var open: Heap<Node> = []
  /// The stages in the order in which their modes are fixed.
  private var order: [Int]
  private var isOrdered = false
  /// The sets looked at.
  public private(set) var count = 0
  /// A bound above the value of the known schedule, of a set that its modes belong to: it cannot hold.
  private var contradiction: LowerBound?

  /// So many sets are looked at where nothing says how many: some tenths of a second on small problems.
  static let fewSets = 64

  /// The best proved bound on all choices of modes.
  ///
  /// - Parameters:
  ///   - scope: the schedules that it is to hold for.
  ///   - target: the value of a known schedule; nothing better is looked for than a bound that reaches it.
  ///   - incumbent: the modes of that schedule, where they are known: a bound of theirs that is above it is told.
  ///   - limit: how many sets of modes to look at, at most; `nil` for as many as are worth while.
  ///   - deadline: when to end with the best bound known by then.
  ///   - threads: how many cores to use; the bound is the same with any.
  public static func best(
    for problem: Problem, objective: Objective, scope: Certificate.Scope = .all, until target: Double? = nil,
    incumbent: ModeChoice? = nil, limit: Int? = nil, deadline: Deadline = .never, threads: Int = 1
  ) -> LowerBound {
    guard problem.hasModes else {
      return .best(
        for: problem, objective: objective, scope: scope, until: target, deadline: deadline, threads: threads)
    }
    var tree = ModeBound(
      problem, objective: objective, scope: scope, until: target, incumbent: incumbent, limit: limit,
      threads: threads)
    return tree.raise(until: deadline)
  }

  /// Begins with all modes.
  ///
  /// - Parameters:
  ///   - scope: the schedules that bounds are to hold for.
  ///   - target: the value of a known schedule; sets whose bound reaches it are left out.
  ///   - incumbent: the modes of that schedule, where they are known.
  ///   - limit: how many sets of modes to look at, at most; `nil` for as many as are worth while.
  ///   - threads: how many cores to use.
  public init(
    _ problem: Problem, objective: Objective, scope: Certificate.Scope = .all, until target: Double? = nil,
    incumbent: ModeChoice? = nil, limit: Int? = nil, threads: Int = 1
  ) {
    self.limit = limit
    self.incumbent = incumbent
    self.problem = problem
    self.objective = objective
    self.scope = scope
    self.target = target
    self.threads = threads
    ground = ModeRelaxation.Ground(problem, isFused: scope.isFused)
    order = Array(problem.stages.indices)
    let all = ModeSets(problem.stages.map(\.choices))
    let roots =
      problem.instance.modesPer == .problem
      ? problem.choicesOfOneName.map { ModeSets($0.distinct[0].map { [$0] }) } : [ModeSets(of: problem)]
    if problem.hasModes {
      for sets in roots { add(sets, .nothing) }
    } else {
      add(all, .nothing)
    }
  }

  private mutating func add(_ sets: ModeSets, _ bound: LowerBound, _ stage: Node.Stage = .inherited) {
    count += stage == .inherited ? 1 : 0
    open.insert(Node(sets: sets, bound: bound, stage: stage, number: count))
  }

  /// Looks at sets of modes until the least bound of all is that of a single choice, or reaches the target.
  public mutating func raise(until deadline: Deadline = .never) -> LowerBound {
    let leaf = nextChoice(until: deadline)
    if let contradiction { return contradiction }
    if let leaf { return covering(leaf.bound.value, leaf.bound) }
    guard let least = open.min?.bound else { return covering(target ?? .infinity, nil) }
    return covering(least.value, least)
  }

  /// A bound of all sets together, none of which is less.
  private func covering(_ value: Double, _ least: LowerBound?) -> LowerBound {
    // Of a single set the bound itself is told.
    if count == 1, let least { return least }
    return LowerBound(value: value, argument: .anyModes(sets: count), scope: scope)
  }

  /// Goes through choices in the order of their bounds, until none is left that could be better than the best of all;
  /// returns a bound on all choices together.
  ///
  /// - Parameters:
  ///   - most: how many choices to go through.
  ///   - prove: what is found in a choice, and no schedule in it is shorter than; `nil` ends it with the choice open.
  public mutating func close(
    until deadline: Deadline = .never, atMost most: Int = .max,
    _ prove: (Choice) -> (value: Double, bound: Double)?
  ) -> LowerBound {
    var (best, least, closed) = (target ?? .infinity, Double.infinity, 0)
    while closed < most, let choice = nextChoice(until: deadline) {
      let isOpen = !LowerBound.isMet(choice.bound.value, by: best)
      guard isOpen, !choice.modes.isEmpty, let found = prove(choice) else {
        least = min(least, choice.bound.value)
        break
      }
      closed += 1
      best = min(best, found.value)
      least = min(least, max(choice.bound.value, found.bound))
    }
    if let contradiction { return contradiction }
    // What was left out is no better than the target.
    let value = min(least, target ?? .infinity, open.min?.bound.value ?? .infinity)
    return LowerBound(value: value, argument: .anyModes(sets: count), scope: scope)
  }

  /// The choice with the least bound of those not told yet; `nil` where the others are no better than the target, or the
  /// deadline has passed.
  public mutating func nextChoice(until deadline: Deadline = .never) -> Choice? {
    while let node = open.popMin() {
      if let target, LowerBound.isMet(node.bound.value, by: target) {
        // Rounding apart, the set of the known schedule has no such bound.
        let isOfIncumbent = incumbent.map { node.sets.hold($0, of: problem) } ?? false
        if isOfIncumbent, !Certificate.isMet(node.bound.value, by: target) { contradiction = node.bound }
        continue
      }
      if !node.bound.value.isFinite { continue }
      if deadline.hasPassed {
        open.insert(node)
        return nil
      }
      switch node.stage {
      case .inherited: put(cheaply(node, deadline), back: node, as: .cheap)
      case .cheap: put(raised(node, deadline), back: node, as: .raised)
      case .raised:
        if let modes = node.sets.only { return Choice(modes: modes, bound: node.bound) }
        guard split(node, deadline) else { return Choice(modes: [], bound: node.bound) }
      }
    }
    return nil
  }

  private mutating func put(_ bound: LowerBound?, back node: Node, as stage: Node.Stage) {
    var known = node
    known.stage = stage
    if let bound, bound.value > node.bound.value { known.bound = bound }
    known.bound.scope = scope
    open.insert(known)
  }

  /// Splits a set by the modes of a stage, or by the next mode of a microbatch where each has its own; tells whether it can.
  private mutating func split(_ node: Node, _ deadline: Deadline) -> Bool {
    guard count < min(mostSets, limit ?? .max) else { return false }
    if problem.instance.modesPer == .microbatch {
      let parts = node.sets.assigningNext(of: problem.microbatchCount)
      for part in parts { add(part, node.bound) }
      return !parts.isEmpty
    }
    if !isOrdered { putInOrder(node.sets, deadline) }
    guard let stage = order.first(where: { node.sets.allowed[$0].count > 1 }) else { return false }
    for mode in node.sets.allowed[stage] { add(node.sets.keeping([mode], on: stage), node.bound) }
    return true
  }

  /// So many sets are looked at and no more. Microbatches with modes of their own are told apart where they are few, and
  /// alike otherwise.
  private var mostSets: Int {
    guard problem.instance.modesPer == .microbatch else { return Self.mostChoices }
    let isSmall = problem.visitCount <= Self.mostVisitsAssigned && problem.classRepresentatives.count == 1
    return isSmall && !hasEndDurations ? Self.mostAssignments : 0
  }

  /// The least of the first and last durations of stages is not a mode's to tell.
  private var hasEndDurations: Bool { problem.stages.contains(where: \.hasEndDurations) }

  private static var mostChoices: Int { 20_000 }
  private static var mostAssignments: Int { 4_000 }
  private static var mostVisitsAssigned: Int { 128 }

  /// Fixes those stages first whose modes are all worse than what is known with all open.
  private mutating func putInOrder(_ sets: ModeSets, _ deadline: Deadline) {
    isOrdered = true
    let soon = deadline.share(0.1)
    let least = sets.allowed.indices.map { stage -> Double in
      guard sets.allowed[stage].count > 1, !soon.hasPassed else { return 0 }
      return sets.allowed[stage].reduce(.infinity) { least, mode in
        min(least, graphBound(of: sets.keeping([mode], on: stage), until: nil, soon) ?? 0)
      }
    }
    order.sort { (least[$1], $0) < (least[$0], $1) }
  }

  /// Work, memory times time, and the ways of microbatches; then graphs, but nothing that is raised.
  private func cheaply(_ node: Node, _ deadline: Deadline) -> LowerBound? {
    if let modes = node.sets.only {
      guard let given = problem.inModes(modes) else { return LowerBound(value: .infinity, argument: .given) }
      return .simple(for: given, objective: objective, scope: scope)
    }
    if !node.sets.assigned.isEmpty {
      return problem.withLeastModes(besideAssignedOf: node.sets)
        .map { .simple(inModesOf: $0, objective: objective, scope: scope) }
    }
    let simple = node.sets.simpleBound(for: problem, objective: objective, scope: scope)
    guard let graph = graphBound(of: node.sets, until: nil, deadline), graph > simple.value else {
      return simple
    }
    return LowerBound(value: graph, argument: .anyModes(sets: 1))
  }

  /// What refutations prove, of given modes with all that is known of such problems.
  private func raised(_ node: Node, _ deadline: Deadline) -> LowerBound? {
    if let modes = node.sets.only {
      guard let given = problem.inModes(modes) else { return nil }
      let best = LowerBound.best(
        for: given, objective: objective, scope: scope, until: target, deadline: deadline, threads: threads)
      // Graphs of given modes know more, but nothing of hosts.
      guard problem.hasHosts(in: node.sets), best.value < target ?? .infinity,
        let value = graphBound(of: node.sets, until: target ?? .infinity, deadline), value > best.value
      else { return best }
      return LowerBound(value: value, argument: .anyModes(sets: 1))
    }
    if !node.sets.assigned.isEmpty {
      return problem.withLeastModes(besideAssignedOf: node.sets).map {
        .best(
          inModesOf: $0, objective: objective, scope: scope, until: target, deadline: deadline,
          threads: threads)
      }
    }
    return graphBound(of: node.sets, until: target ?? .infinity, deadline).map {
      LowerBound(value: $0, argument: .anyModes(sets: 1))
    }
  }

  private func graphBound(of sets: ModeSets, until target: Double?, _ deadline: Deadline) -> Double? {
    guard let ground else { return nil }
    var best: Double?
    for tracksHosts in ground.lowered.problem.hasHosts(in: sets) ? [false, true] : [false] {
      guard let graphs = try? ModeRelaxation(ground, sets, tracksHosts: tracksHosts, deadline: deadline),
        let bound = try? graphs.bound(on: objective, until: target)
      else { break }
      best = max(best ?? 0, bound)
      if let target, bound >= target { break }
    }
    return best
  }
}

extension Problem {
  /// Whether any of the modes offloads anything.
  fileprivate func hasHosts(in sets: ModeSets) -> Bool {
    zip(stages, sets.allowed).contains { stage, modes in modes.contains { stage.inMode($0).offload > 0 } }
  }
}
