import PipelineModel

/// Numbers every visit of every microbatch, so that what is known of a visit fits flat arrays.
///
/// The visits of microbatch m are `first[m]..<first[m + 1]`, along its route. What times schedules numbers visits as
/// well; the checker does it for itself, so that no mistake is shared.
struct VisitNumbers {
  let stageCount: Int
  let microbatchCount: Int
  /// Where each microbatch's visits begin, and after the last one their end.
  let first: [Int]

  private let routeIndexes: [Int32]
  /// Where each distinct route begins in the arrays below, and after the last one its end.
  private let routeBounds: [Int]
  private let stages: [Int32]
  private let devices: [Int32]
  /// Per route, its stages in ascending order, with the place of each along the route.
  private let sorted: [(stage: Int32, offset: Int32)]
  private let needs: RouteNeeds

  init(_ problem: Problem) {
    stageCount = problem.stageCount
    microbatchCount = problem.microbatchCount
    routeIndexes = problem.routeIndexes
    let routes = problem.routes
    routeBounds = routes.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.visits.count) }
    first = routeIndexes.reduce(into: [0]) { $0.append(($0.last ?? 0) + routes[Int($1)].visits.count) }
    stages = routes.flatMap { $0.visits.map(\.stage.rawValue) }
    devices = routes.flatMap { $0.visits.map(\.device.rawValue) }
    sorted = routes.flatMap { route in
      route.visits.enumerated()
        .map { (stage: $0.element.stage.rawValue, offset: Int32($0.offset)) }
        .sorted { $0.stage < $1.stage }
    }
    needs = RouteNeeds(of: routes, stages: problem.stages)
  }

  /// The number of all visits.
  var count: Int { first[microbatchCount] }

  /// The visit of a microbatch to a stage, both of which exist; `nil` when its route leaves the stage out.
  ///
  /// O(1) on a route that visits all stages in order, O(log visits) on any other.
  func visit(stage: Int, microbatch: Int) -> Int? {
    let route = Int(routeIndexes[microbatch])
    let range = routeBounds[route]..<routeBounds[route + 1]
    if stage < range.count, stages[range.lowerBound + stage] == Int32(stage) {
      return first[microbatch] + stage
    }
    var (low, high) = (range.lowerBound, range.upperBound)
    while low < high {
      let middle = (low + high) / 2
      if Int(sorted[middle].stage) < stage { low = middle + 1 } else { high = middle }
    }
    guard low < range.upperBound, Int(sorted[low].stage) == stage else { return nil }
    return first[microbatch] + Int(sorted[low].offset)
  }

  /// The device on which a microbatch's route makes one of its visits. O(1).
  func device(ofVisit visit: Int, microbatch: Int) -> Device.ID {
    Device.ID(rawValue: devices[entry(ofVisit: visit, microbatch: microbatch)])
  }

  /// The stage that a microbatch's route meets at one of its visits. O(1).
  func stage(ofVisit visit: Int, microbatch: Int) -> Stage.ID {
    Stage.ID(rawValue: stages[entry(ofVisit: visit, microbatch: microbatch)])
  }

  /// The visits whose `F` the `F` of a visit needs. O(1).
  func inputs(ofVisit visit: Int, microbatch: Int) -> some Collection<Int> {
    visits(needs.inputs[entry(ofVisit: visit, microbatch: microbatch)], microbatch)
  }

  /// The visits whose `F` needs the `F` of a visit. O(1).
  func outputs(ofVisit visit: Int, microbatch: Int) -> some Collection<Int> {
    visits(needs.outputs[entry(ofVisit: visit, microbatch: microbatch)], microbatch)
  }

  /// The visits whose `B` or `BW` that of a visit needs. O(1).
  func gradients(ofVisit visit: Int, microbatch: Int) -> some Collection<Int> {
    visits(needs.gradients[entry(ofVisit: visit, microbatch: microbatch)], microbatch)
  }

  private func visits(_ offsets: ArraySlice<Int32>, _ microbatch: Int) -> some Collection<Int> {
    let first = first[microbatch]
    return offsets.lazy.map { first + Int($0) }
  }

  private func entry(ofVisit visit: Int, microbatch: Int) -> Int {
    routeBounds[Int(routeIndexes[microbatch])] + visit - first[microbatch]
  }
}
