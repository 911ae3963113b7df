/// Whether the passes of a device fit a frame of some length, in shares: the time-indexed relaxation.
///
/// Its columns are plans, each with delays for the microbatches of every class; rows are the device's time and its memory
/// times time, cell by cell. Columns are generated where they are cheapest (Dantzig and Wolfe 1960), at prices between
/// the programme's and the best known (Wentges 1997). A length is refuted by prices alone: where all time and memory
/// cost less than the cheapest plan, no plans fit, nor any schedule. docs/proofs.md has the argument.
struct WindowRefutation {
  /// How finely a frame is divided.
  struct Cells {
    var time: Int
    var memory: Int
  }

  /// The passes of each class, and what the device may hold, in steps of the memory grid; infinite without a limit, and 0
  /// where nothing is held.
  let windows: [WindowPasses]
  let limit: Double
  let cells: Cells
  /// What refuted, or nearly, the last length: cell by cell the worth of all time, then of all memory times time.
  private(set) var best: [Double]
  /// Multiplications that may still be done, where no clock ends them.
  private var effort: Int

  /// Columns that are generated at most for one length.
  private static let mostRounds = 600
  /// The multiplications of a second, about.
  private static let effort = 1_000_000_000
  /// Places at which delays are looked for, until nothing cheaper is found there.
  private static let places = 600
  /// What looking at one of them costs, in multiplications.
  private static let workPerPlace = 8
  /// By how much rounding may change a sum, as a share of its terms: far more than it does.
  private static let rounding = 1e-10

  /// - Parameter known: prices of other cells to begin with.
  init(_ windows: [WindowPasses], limit: Double, cells: Cells, known: WindowRefutation? = nil) {
    self.windows = windows
    self.limit = limit
    self.cells = Cells(time: cells.time, memory: limit.isFinite && limit > 0 ? cells.memory : 0)
    let count = self.cells.time + self.cells.memory
    best = Array(repeating: 1 / Double(count), count: count)
    effort = known?.effort ?? Self.effort
    guard let known else { return }
    let (time, memory) = (known.best.prefix(known.cells.time), known.best.dropFirst(known.cells.time))
    best =
      Self.spread(Array(time), over: self.cells.time) + Self.spread(Array(memory), over: self.cells.memory)
  }

  /// How much of the worth of all time and all memory is that of memory.
  var memoryShare: Double { best.dropFirst(cells.time).reduce(0, +) / best.reduce(0, +) }

  private static func spread(_ worth: [Double], over count: Int) -> [Double] {
    (0..<count).map { worth[$0 * worth.count / count] * Double(worth.count) / Double(count) }
  }

  /// Tries to refute a length: `false` where plans fit it, in shares, or none of the prices found refutes it.
  mutating func refutes(_ length: Double, until deadline: Deadline) -> Bool {
    if windows.contains(where: { $0.span > length }) { return true }
    let frame = WindowFrame(windows, limit: limit, cells: cells, length: length)
    let places = PriceCurve.bounds(Self.places, of: length, ramp: frame.ramp)
    var program = PackingProgram(rowCount: best.count)
    let pricing = Self.workPerPlace * places.count * windows.reduce(0) { $0 + $1.passes.count }
    var priced = 0
    defer { effort -= program.work + priced }
    var (least, inertia) = (Double.infinity, 0.7)
    for _ in 0..<Self.mostRounds {
      if deadline.hasPassed || (deadline.timeLeft == nil && program.work + priced > effort) { return false }
      priced += pricing
      let worth = Self.mean(best, program.prices, inertia)
      let prices = frame.prices(worth)
      let plan = frame.cheapest(at: prices) { _ in places }
      var isGood = false
      if 1 / plan.cost < least {
        (least, best, isGood) = (1 / plan.cost, worth, true)
        if plan.cost > 1 {
          let exact = frame.cheapest(at: prices, among: prices.breakpoints(of:))
          if exact.cost > 1 + Self.rounding * frame.terms { return true }
          program.add(frame.column(exact.delays))
        }
      }
      let before = program.value
      program.add(frame.column(plan.delays))
      if program.value > 1 { return false }
      if program.value > before * (1 + 1e-9) {
        inertia = min(0.8, inertia + 0.05)
      } else if inertia > 0.05 {
        inertia *= 0.6
      } else if inertia > 0 {
        inertia = 0
      } else if !isGood {
        return false
      }
    }
    return false
  }

  /// Between two worths, as shares of their sums.
  private static func mean(_ best: [Double], _ current: [Double], _ inertia: Double) -> [Double] {
    let (all, own) = (best.reduce(0, +), current.reduce(0, +))
    guard own > 0 else { return best.map { $0 / all } }
    return best.indices.map { inertia * best[$0] / all + (1 - inertia) * current[$0] / own }
  }
}
