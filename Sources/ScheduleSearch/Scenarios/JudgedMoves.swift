/// Moves under few scenarios that keep the orders which are best under all.
struct JudgedMoves: Neighbourhood, ~Copyable {
  typealias Plan = [[BlockModel.Block]]

  private var moves: BlockMoves<ScenarioTimer>
  /// The best under all scenarios; its value is in the problem's time unit.
  private(set) var best: Candidate<Plan>?

  init(_ moves: consuming BlockMoves<ScenarioTimer>) { self.moves = moves }

  var plan: Plan { moves.plan }
  var score: Score { moves.score }

  mutating func start(from candidate: Candidate<Plan>) -> Bool {
    guard moves.start(from: candidate) else { return false }
    judge()
    return true
  }

  mutating func tryMove(heat: Double, random: inout FastRandom) -> Bool {
    moves.tryMove(heat: heat, random: &random)
  }

  mutating func settle() { judge() }

  private mutating func judge() {
    guard let value = moves.timer.valueUnderAll() else { return }
    let candidate = Candidate(plan, score: Score(value: value))
    if candidate.score.isBetter(than: best?.score ?? .none) { best = candidate }
  }
}
