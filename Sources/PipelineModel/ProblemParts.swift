/// The parts of a problem, to be changed and checked again as a whole.
package struct ProblemParts {
  package var name: String
  package var source: String?
  package var units: Units
  package var devices: [Device]
  package var stages: [Stage]
  package var layerCount: Int?
  package var microbatches: [Microbatch]
  package var placement: Placement
  package var communication: Communication
  package var overlap: Overlap?
  package var pieces: Int
  package var skipReorder: SkipReorderRules?
  /// `nil` for the default route.
  package var routes: (distinct: [Route], indexes: [Int])?

  /// Gathers parts.
  package init(
    name: String, source: String?, units: Units, devices: [Device], stages: [Stage],
    layerCount: Int? = nil, microbatches: [Microbatch], placement: Placement, communication: Communication,
    overlap: Overlap?, pieces: Int, skipReorder: SkipReorderRules?,
    routes: (distinct: [Route], indexes: [Int])?
  ) {
    self.name = name
    self.source = source
    self.units = units
    self.devices = devices
    self.stages = stages
    self.layerCount = layerCount
    self.microbatches = microbatches
    self.placement = placement
    self.communication = communication
    self.overlap = overlap
    self.pieces = pieces
    self.skipReorder = skipReorder
    self.routes = routes
  }

  /// Takes a problem apart. O(problem).
  package init(of problem: Problem) {
    name = problem.name
    source = problem.source
    units = problem.units
    devices = problem.devices
    stages = problem.stages
    layerCount = problem.layerCount
    microbatches = problem.microbatches
    placement = problem.placement
    communication = problem.communication
    overlap = problem.overlap
    pieces = problem.pieces
    skipReorder = problem.skipReorder
    routes = (problem.routes, problem.routeIndexes.map { Int($0) })
  }

  /// Gives every microbatch its route.
  package mutating func give(_ all: [Route]) {
    var distinct: [Route] = []
    var places: [Route: Int] = [:]
    let indexes = all.map { route in
      if let place = places[route] { return place }
      places[route] = distinct.count
      distinct.append(route)
      return distinct.count - 1
    }
    routes = (distinct, indexes)
  }

  /// Puts the parts together.
  ///
  /// - Throws: `ProblemError` when they do not fit.
  package func problem() throws(ProblemError) -> Problem {
    try Problem(
      name: name, source: source, units: units, devices: devices, stages: stages,
      layerCount: layerCount, microbatches: microbatches, placement: placement, communication: communication,
      overlap: overlap, pieces: pieces, skipReorder: skipReorder, routes: routes)
  }
}
