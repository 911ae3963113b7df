/// A problem taken apart, to be changed and checked again as a whole.
@dynamicMemberLookup
package struct ProblemParts {
  /// All but the routes.
  package var instance: Instance
  /// `nil` for the default route.
  package var routes: (distinct: [Route], indexes: [Int])?
  /// `nil` for mode 0, or the modes that hold least where that does not fit.
  package var modes: ModeChoice?

  /// Gathers parts.
  package init(
    _ instance: Instance, routes: (distinct: [Route], indexes: [Int])? = nil, modes: ModeChoice? = nil
  ) {
    self.instance = instance
    self.routes = routes
    self.modes = modes
  }

  /// Takes a problem apart. O(problem).
  package init(of problem: Problem) {
    self.init(
      problem.instance, routes: (problem.routes, problem.routeIndexes.map { Int($0) }),
      modes: problem.listsModes ? problem.modes : nil)
  }

  package subscript<Fact>(dynamicMember fact: WritableKeyPath<Instance, Fact>) -> Fact {
    get { instance[keyPath: fact] }
    set { instance[keyPath: fact] = newValue }
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
    try Problem(instance, routes: routes, modes: modes)
  }
}
