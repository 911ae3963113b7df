import PipelineModel

/// Moves of single operations within their order, timed by the incremental timer.
struct OperationMoves: Neighbourhood, ~Copyable {
  private let objective: Objective
  private let largestWork: Double
  /// The mean duration of an operation, in which heat is measured.
  private let unit: Double
  private var timer: IncrementalTimer
  private let model: SearchModel
  private let exchange: MicrobatchExchange?
  private var keptSinceReleases = 0

  /// Makes room for a model's orders; they are loaded afterwards.
  init(_ model: SearchModel, objective: Objective) {
    self.objective = objective
    largestWork = model.work.max() ?? 0
    unit = model.nodes.reduce(0) { $0 + $1.duration } / Double(model.nodes.count)
    timer = IncrementalTimer(model)
    timer.value = .infinity
    // An exchange sorts and times all operations, a move mostly nothing.
    exchange = MicrobatchExchange(model.problem, cost: 2 * model.nodes.count)
    self.model = model
  }

  /// The nodes of all orders, device by device.
  var plan: [Int32] { timer.orders }

  @inline(__always)
  var score: Score { Score(value: timer.value) }

  mutating func start(from candidate: Candidate<[Int32]>) -> Bool {
    timer.resetReleases()
    guard timer.load(candidate.plan), timer.fitsMemory else { return false }
    settle()
    return true
  }

  @inline(__always)
  mutating func tryMove(heat: Double, random: inout FastRandom) -> Bool {
    if let exchange, exchange.isDue(&random) { return tryExchange(exchange, heat: heat, &random) }
    let position = pick(&random)
    let places = 1 + random.index(below: random.next() & 3 == 0 ? 16 : 4)
    let threshold = timer.value * (1 + 1e-12) + unit * heat * random.exponential()
    let isKept = timer.tryMove(
      at: position, by: random.next() & 1 == 0 ? places : -places, threshold: threshold)
    if isKept, objective.countsFromOwnStart {
      keptSinceReleases += 1
      if keptSinceReleases >= Effort.movesPerRelease { settle() }
    }
    return isKept
  }

  @inline(never)
  private mutating func tryExchange(
    _ exchange: MicrobatchExchange, heat: Double, _ random: inout FastRandom
  ) -> Bool {
    let before = timer.orders
    let threshold = timer.value * (1 + 1e-12) + unit * heat * random.exponential()
    let pair = exchange.draw(&random)
    let changed = zip(model.bounds, model.bounds.dropFirst()).flatMap { first, end in
      MicrobatchExchange.exchanging(pair, in: before[first..<end], microbatch: model.microbatch)
    }
    if timer.load(changed), timer.fitsMemory, timer.value <= threshold { return true }
    _ = timer.load(before)
    return false
  }

  /// Releases the devices at the best times for the present orders.
  mutating func settle() {
    guard objective.countsFromOwnStart else { return }
    keptSinceReleases = 0
    timer.optimizeReleases(lowerBound: largestWork)
  }

  /// A position, most often on a longest path.
  @inline(__always)
  private func pick(_ random: inout FastRandom) -> Int {
    var position = random.index(below: timer.nodeCount)
    if random.next() & 3 == 0 { return position }
    for _ in 0..<16 where !timer.isCritical(at: position) { position = random.index(below: timer.nodeCount) }
    return position
  }
}
