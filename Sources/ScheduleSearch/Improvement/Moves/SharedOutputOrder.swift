import PipelineModel

/// The stages of one device that read the same output of a stage without a backward pass there. The output is held until
/// all of them have run; a search lets them run along the route, so that the last one is known.
struct SharedOutputOrder {
  private let pairsOfRoutes: [[(Int, Int)]]

  /// O(visits and inputs of the distinct routes).
  init(_ problem: Problem) {
    pairsOfRoutes = problem.routes.map { route in
      let links = RouteLinks(of: route.visits, stages: problem.stages)
      return links.sharedOutputs(on: route.visits, stages: problem.stages).flatMap {
        Array(zip($0.consumers, $0.consumers.dropFirst()))
      }
    }
  }

  var isEmpty: Bool { pairsOfRoutes.allSatisfy(\.isEmpty) }

  /// The positions of a route of which the first comes before the second.
  func pairs(onRoute route: Int) -> [(Int, Int)] { pairsOfRoutes[route] }
}
