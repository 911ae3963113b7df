/// Lets sequences in, in turn, while every device has memory for all of each of them: what is in never waits for
/// memory, so that it comes to its end. Where nothing is in, the next one enters, as every device of a problem holds
/// one sequence. So all come in, whatever their routes.
struct RouteAdmission {
  private let model: SearchModel
  /// What the microbatches that are in may come to hold, device by device.
  private var reserved: [Double] = []
  /// The microbatches in the order in which they enter, and how many have.
  private var order: [Int] = []
  private var entered = 0
  private var done = 0
  private var nodesLeft: [Int] = []
  private let microbatchOfVisit: [Int32]

  init(_ model: SearchModel) {
    self.model = model
    microbatchOfVisit = model.problem.microbatches.indices.flatMap { microbatch in
      Array(
        repeating: Int32(microbatch),
        count: Int(model.firstVisit[microbatch + 1] - model.firstVisit[microbatch]))
    }
  }

  mutating func reset(_ order: [Int]) {
    self.order = order
    (entered, done) = (0, 0)
    reserved = Array(repeating: 0, count: model.deviceCount)
    nodesLeft = order.indices.map {
      let visits = visits(of: $0)
      return Int(model.firstNode[visits.upperBound] - model.firstNode[visits.lowerBound])
    }
  }

  /// The microbatches that enter now, all pieces of a sequence at once. O(visits of each, and of the next ones).
  mutating func admit() -> ArraySlice<Int> {
    let first = entered
    while entered < order.count {
      let next = order[entered..<entered + model.problem.pieces]
      guard entered == done || hasRoom(for: next) else { break }
      for microbatch in next { reserve(microbatch, factor: 1) }
      entered += next.count
    }
    return order[first..<entered]
  }

  /// Notes that an operation runs; tells whether it is its microbatch's last.
  mutating func record(_ node: Int32) -> Bool {
    let microbatch = Int(microbatchOfVisit[Int(model.nodes[Int(node)].visit)])
    nodesLeft[microbatch] -= 1
    guard nodesLeft[microbatch] == 0 else { return false }
    reserve(microbatch, factor: -1)
    done += 1
    return true
  }

  private func hasRoom(for microbatches: ArraySlice<Int>) -> Bool {
    var reserved = reserved
    for visit in microbatches.lazy.flatMap(visits) {
      let lane = model.lanes[Int(model.laneOfVisit[visit])]
      reserved[lane.device] += lane.growth
      if reserved[lane.device] > model.capacities[lane.device] { return false }
    }
    return true
  }

  private mutating func reserve(_ microbatch: Int, factor: Double) {
    for visit in visits(of: microbatch) {
      let lane = model.lanes[Int(model.laneOfVisit[visit])]
      reserved[lane.device] += factor * lane.growth
    }
  }

  private func visits(of microbatch: Int) -> Range<Int> {
    Int(model.firstVisit[microbatch])..<Int(model.firstVisit[microbatch + 1])
  }
}
