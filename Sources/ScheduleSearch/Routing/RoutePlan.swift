/// A path for every microbatch, the rule by which devices choose their work, and what departs from it.
struct RoutePlan: Hashable, Sendable {
  /// The lanes after the first of all microbatches, one microbatch after another.
  var paths: [Int32]
  var rule: DispatchRule
  /// How much later in turn each step of each microbatch is than the rule says, in instants; empty where none is.
  var delays: [Double] = []
}

/// How often lanes are used, against how often they may be.
struct VisitCounts: Sendable {
  private let model: RoutingModel
  private var stages: [Int]
  private var devices: [Int]
  /// By how many visits the limits are broken in all.
  private(set) var excess: Int

  init(_ model: RoutingModel) {
    self.model = model
    stages = Array(repeating: 0, count: model.bodyCount)
    stages[0] = model.microbatchCount
    devices = Array(repeating: 0, count: model.deviceCount)
    excess = zip(stages, model.stageVisits).reduce(0) { $0 + max(0, $1.1.lowerBound - $1.0) }
    excess += model.deviceVisits.reduce(0) { $0 + max(0, -$1) }
  }

  @inline(__always)
  mutating func add(_ lane: Int32) {
    let (stage, device) = (model.lanes[Int(lane)].stage, model.lanes[Int(lane)].device)
    if stages[stage] < model.stageVisits[stage].lowerBound { excess -= 1 }
    if stages[stage] >= model.stageVisits[stage].upperBound { excess += 1 }
    if devices[device] >= model.deviceVisits[device] { excess += 1 }
    stages[stage] += 1
    devices[device] += 1
  }

  @inline(__always)
  mutating func remove(_ lane: Int32) {
    let (stage, device) = (model.lanes[Int(lane)].stage, model.lanes[Int(lane)].device)
    stages[stage] -= 1
    devices[device] -= 1
    if stages[stage] < model.stageVisits[stage].lowerBound { excess += 1 }
    if stages[stage] >= model.stageVisits[stage].upperBound { excess -= 1 }
    if devices[device] >= model.deviceVisits[device] { excess -= 1 }
  }

  /// Whether no limit is passed and so many microbatches more can make up for what stages are owed, as far as the
  /// number of visits tells.
  func mayBeCompleted(by microbatches: Int) -> Bool {
    guard zip(devices, model.deviceVisits).allSatisfy({ $0 <= $1 }) else { return false }
    var owed = 0
    for (count, range) in zip(stages, model.stageVisits).dropFirst() {
      let missing = max(0, range.lowerBound - count)
      if count > range.upperBound || missing > microbatches { return false }
      owed += missing
    }
    return owed <= microbatches * model.length
  }

  /// Writes prices that make every broken limit cost `penalty`: a visit too many, or one where it helps no stage
  /// that lacks visits.
  func writePrices(to prices: inout [Double], penalty: Double) {
    for (index, lane) in model.lanes.enumerated() {
      let range = model.stageVisits[lane.stage]
      var price = 0.0
      if stages[lane.stage] >= range.upperBound {
        price += penalty
      } else if stages[lane.stage] >= range.lowerBound {
        price += 0.25 * penalty
      }
      if devices[lane.device] >= model.deviceVisits[lane.device] { price += penalty }
      prices[index] = price
    }
  }
}
