import PipelineModel
import Timeline

/// The tree of an exact search, depth first: sets of words that are still to be looked at.
struct ExactTree {
  /// Words that keep a decision, of those that the parent has left.
  private struct Branch {
    var space: WordSpace
    var decision: WordSpace.Decision?
  }

  private let relaxation: Relaxation
  private let objective: Objective
  private var branches: [Branch] = []
  /// How many branches may wait; their prefixes take memory.
  private let mostBranches: Int
  /// The best value so far, in grid steps, and the largest length to try below it.
  private var goal: Double
  private var length: Double
  private(set) var words: Words
  private(set) var nodes = 0

  /// Prepares the root; `nil` for a problem out of scope.
  init?(_ relaxation: Relaxation, objective: Objective, words: Words, value: Double) {
    let denominator = objective == .period ? max(1, relaxation.table.activeDevices.count) : 1
    let nodeCount = relaxation.graphs.reduce(0) { $0 + ($1?.nodeCount ?? 0) }
    guard relaxation.isComplete, relaxation.table.grid.isExact,
      relaxation.edgeCount * denominator * denominator <= Size.pass,
      value * relaxation.table.grid.stepsPerUnit * Double(16 * denominator * denominator) < 1e15
    else { return nil }
    mostBranches = max(1, Size.memory / ((16 * denominator + 1) * max(1, nodeCount)))
    self.relaxation = relaxation
    self.objective = objective
    self.words = words
    (goal, length) = (0, 0)
    set(goal: value * relaxation.table.grid.stepsPerUnit)
    branches = [Branch(space: WordSpace(relaxation, objective: objective, length: length))]
  }

  private enum Size {
    /// The most edges that one pass over all pairs of frames looks at.
    static let pass = 4_000_000
    /// The edges looked at between two looks at the clock.
    static let slice = 2_000_000
    /// What the prefixes of waiting branches may take, in bytes.
    static let memory = 1 << 30
  }

  /// Why looking at a node ended.
  enum Outcome {
    case done
    case found
    case interrupted
    case full
  }

  /// Whether nothing is left to look at: no words are shorter than the best ones.
  var isEmpty: Bool { branches.isEmpty }

  /// The value of the best words, in the problem's time unit.
  var value: Double { relaxation.table.grid.units(goal) }

  /// Looks at the next node: refutes it, finds shorter words in it, or splits it.
  ///
  /// - Parameter goesOn: asked now and then; `false` leaves the node for later.
  mutating func step(while goesOn: () -> Bool) -> Outcome {
    guard var branch = branches.popLast() else { return .done }
    branch.space.shorten(to: length)
    if let decision = branch.decision { branch.space.keep(decision) }
    nodes += 1
    var outcome = Outcome.done
    while true {
      guard let isRefuted = branch.space.isRefuted(effort: Size.slice) else {
        if goesOn() { continue }
        branches.append(branch)
        return .interrupted
      }
      if isRefuted { return outcome }
      if improve(by: branch.space.earliestWords) {
        outcome = .found
        branch.space.shorten(to: length)
        continue
      }
      guard let decision = branch.space.nextDecision else { return outcome }
      guard branches.count + 2 <= mostBranches else {
        branches.append(branch)
        return .full
      }
      branches.append(Branch(space: branch.space.copy(), decision: decision.opposite))
      branches.append(Branch(space: branch.space, decision: decision))
      return outcome
    }
  }

  /// Keeps words that are shorter than the best ones; tells whether they are.
  private mutating func improve(by candidate: Words?) -> Bool {
    guard let candidate,
      let timeline = try? Timeline(Schedule(problem: relaxation.table.problem, words: candidate))
    else { return false }
    let value = objective == .makespan ? timeline.makespan : timeline.summary.period
    let steps = value * relaxation.table.grid.stepsPerUnit
    // Two possible values lie further apart than the last length tried and the goal.
    guard steps <= (length + goal) / 2 else { return false }
    words = candidate
    set(goal: steps)
    return true
  }

  private mutating func set(goal steps: Double) {
    let denominator = objective == .period ? max(1, relaxation.table.activeDevices.count) : 1
    goal = Self.fraction(nearest: steps, denominator: denominator)
    length = Raising(denominator: denominator, goal: goal).lengthBelowGoal
  }

  private static func fraction(nearest value: Double, denominator: Int) -> Double {
    (1...denominator).map { (value * Double($0)).rounded() / Double($0) }
      .min { ($0 - value).magnitude < ($1 - value).magnitude } ?? value
  }
}
