#if DEBUG
  import PipelineModel
  import TestSupport
  import Testing

  @testable import ScheduleSearch

  /// What must hold of data that hot loops change in place; the checks themselves stop a debug build.
  @Suite("Invariants")
  struct InvariantTests {
    /// What the timer and the greedy rules are for.
    private static let shape = RandomProblem()
      .without(.pieces, .overlap, .serialise, because: "the timer does not know them")

    @Test("the incremental timer is as if freshly loaded after every move")
    func timer() throws {
      var random = SeededGenerator(seed: 21)
      var kept = 0
      for trial in 0..<60 {
        let problem = try Self.shape.problem(using: &random)
        let model = SearchModel(problem, fused: trial % 4 == 0)
        let scheduler = GreedyScheduler(model)
        guard let order = scheduler.run(.cautious) else { continue }
        var timer = IncrementalTimer(model)
        let runs = timer.load(order)
        #expect(runs)
        for move in 0..<30 {
          let places = Int.random(in: 1...6, using: &random) * (Bool.random(using: &random) ? 1 : -1)
          let threshold = timer.value * Double.random(in: 0.95...1.3, using: &random)
          let isKept = timer.tryMove(
            at: Int.random(in: order.indices, using: &random), by: places, threshold: threshold)
          if isKept { kept += 1 }
          if move % 10 == 4 { timer.optimizeReleases(lowerBound: 0) }
          if move % 10 == 9 {
            timer.resetReleases()
            timer.timeAgain()
          }
          timer._checkInvariants(model)
        }
      }
      #expect(kept > 300)
    }

    /// Few different times, so that many are equal.
    private func time(_ random: inout SeededGenerator) -> Double {
      Double(Int.random(in: 0..<20, using: &random))
    }

    @Test("the queues of lanes keep to their room and in order")
    func laneQueues() throws {
      var random = SeededGenerator(seed: 23)
      let problem = try Self.shape.problem(using: &random)
      let model = SearchModel(problem, fused: false)
      let queues = LaneQueues(model)
      for _ in 0..<20 {
        queues.reset()
        for lane in model.lanes.indices {
          for node in 0..<Int32(model.lanes[lane].visitCount) {
            queues.append(node, to: lane, .forward, at: time(&random))
            queues._checkInvariants()
            if Bool.random(using: &random) { _ = queues.popFirst(lane, .forward) }
            queues._checkInvariants()
          }
        }
      }
    }

    @Test("the bound of a tree of routes never falls")
    func routeTree() throws {
      var random = SeededGenerator(seed: 24)
      var steps = 0
      for _ in 0..<12 {
        let problem = try RandomRouting(stages: 2...3, microbatches: 2...3, speeds: [1, 2]).problem(
          using: &random)
        let model = RoutingModel(problem, fused: false)
        guard model.refusal() == nil, let choices = RouteChoices(model, most: 100),
          let routes = problem.choices.first
        else { continue }
        let routed = try problem.problem(routes: routes)
        let search = Search(routed, options: quickly(iterations: 0)).run()
        let worst = ExactResult(
          orders: search.orders, value: 10 * search.value, lowerBound: 0, objective: .makespan, scope: .all,
          nodes: 0)
        var tree = RouteTree(
          choices, objective: .makespan, best: ExactRoutingResult(problem: routed, search: worst),
          deadline: .never)
        for _ in 0..<40 where !tree.isDone {
          let bound = tree.lowerBound
          tree.step { true }
          #expect(tree.lowerBound >= bound * (1 - 1e-9))
          steps += 1
        }
      }
      #expect(steps > 50)
    }
  }
#endif
