/// All ways to cut layers into stages of which several share a device, the most even first.
struct BalanceTree {
  private let stageCount: Int
  private let leastCount: Int
  private let cuts: [Int]
  private let hosts: [[Int]]
  private let capacities: [Double]?
  private let speeds: [Double]
  /// By place: the work of all layers from it on.
  private let workBehind: [Double]
  /// By stage: the devices that host it or a later one.
  private let laterDevices: [[Int]]
  private var works: [Double]
  private var memories: [Double]
  private var ends: [Int] = []
  /// The largest work of a device in the best way found.
  private(set) var least = Double.infinity
  private var visits = 0
  /// Where all stages but the last end, in the best way found.
  private(set) var best: [Int]?

  /// Whether no way was left out that may be better.
  var isComplete: Bool { best != nil && visits < Self.mostVisits }

  /// So many ways are begun.
  private static let mostVisits = 100_000

  init(
    stageCount: Int, leastCount: Int, cuts: [Int], hosts: [[Int]], capacities: [Double]?,
    workBehind: [Double],
    speeds: [Double]
  ) {
    self.stageCount = stageCount
    self.leastCount = leastCount
    self.cuts = cuts
    self.hosts = hosts
    self.capacities = capacities
    self.speeds = speeds
    self.workBehind = workBehind
    laterDevices = hosts.indices.map { Array(Set(hosts[$0...].joined())) }
    works = speeds.map { _ in 0 }
    memories = works
  }

  /// Searches.
  ///
  /// - Parameter load: the work and the memory of a stage whose layers lie between two places.
  mutating func run(_ load: (_ start: Int, _ end: Int, _ stage: Int) -> (work: Double, memory: Double)) {
    // With a small bound in hand first, little is left to try: bounds grow until one can be met.
    var bound = workBehind[0] / speeds.reduce(0, +)
    let largest = 2 * workBehind[0] / (speeds.min() ?? 1)
    while best == nil, bound < largest {
      bound *= Self.growth
      begin(below: bound, load)
    }
    begin(below: best == nil ? .infinity : least, load)
  }

  private mutating func begin(
    below bound: Double, _ load: (_ start: Int, _ end: Int, _ stage: Int) -> (work: Double, memory: Double)
  ) {
    least = bound
    visits = 0
    place(0, from: 0, load)
  }

  private static let growth = 1.02

  /// Tries all ends of a stage that begins at a place, and goes on with the next stage.
  private mutating func place(
    _ stage: Int, from start: Int,
    _ load: (_ start: Int, _ end: Int, _ stage: Int) -> (work: Double, memory: Double)
  ) {
    visits += 1
    let room = laterDevices[stage].reduce(0) { $0 + (least - works[$1]) * speeds[$1] }
    guard visits < Self.mostVisits, room >= workBehind[start] else { return }
    let isLast = stage == stageCount - 1
    let last = cuts.count - 1 - leastCount * (stageCount - 1 - stage)
    let first = isLast ? last : start + leastCount
    guard first <= last else { return }
    let devices = hosts[stage]
    let (before, heldBefore) = (devices.map { works[$0] }, devices.map { memories[$0] })
    for end in first...last {
      let (work, memory) = load(start, end, stage)
      var isTooMuch = false
      for (index, device) in devices.enumerated() {
        works[device] = before[index] + work
        memories[device] = heldBefore[index] + memory
        isTooMuch = isTooMuch || works[device] >= least || memories[device] > capacities?[device] ?? .infinity
      }
      if isTooMuch { break }
      if isLast {
        least = works.max() ?? 0
        best = ends
      } else {
        ends.append(cuts[end])
        place(stage + 1, from: end, load)
        ends.removeLast()
      }
    }
    for (index, device) in devices.enumerated() {
      (works[device], memories[device]) = (before[index], heldBefore[index])
    }
  }
}
