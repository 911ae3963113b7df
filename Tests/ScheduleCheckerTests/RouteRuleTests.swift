import PipelineModel
import Testing

@testable import ScheduleChecker

@Suite("Rules of routes")
struct RouteRuleTests {
  /// Two origins that host stage 0 and the head, stage 4; stages 1 to 3 on two devices each.
  private let hosts = [[0, 1], [2, 3], [4, 5], [6, 7], [0, 1]]

  /// A problem with routes given as stage-and-device pairs.
  private func problem(
    _ routes: [[(Int, Int)]], origin: Int? = nil, _ change: (inout SkipReorderRules) -> Void = { _ in }
  ) throws -> Problem {
    var rules = SkipReorderRules(
      stagesPerMicrobatch: 3, head: Stage.ID(4), maxSwaps: 1, visitsPerStage: .balanced)
    change(&rules)
    return try Problem(
      devices: Array(repeating: Device(), count: 8),
      stages: Array(repeating: Stage(forward: 1, backwardInput: 1, backwardWeight: 0), count: 5),
      microbatches: routes.map { _ in Microbatch(origin: origin.map { Device.ID($0) }) },
      placement: .explicit(hosts.map { $0.map { Device.ID($0) } }), skipReorder: rules,
      routes: (
        routes.map { route in
          Route(visits: route.map { Route.Visit(stage: Stage.ID($0.0), device: Device.ID($0.1)) })
        }, Array(routes.indices)
      ))
  }

  /// The violations of such routes.
  private func violations(
    _ routes: [[(Int, Int)]], origin: Int? = nil, _ change: (inout SkipReorderRules) -> Void = { _ in }
  ) throws -> [String] {
    RouteRules(try problem(routes, origin: origin, change))?.violations().map { "\($0)" } ?? []
  }

  private let up = [(0, 0), (1, 2), (2, 4), (4, 0)]
  private let swapped = [(0, 1), (3, 6), (2, 5), (4, 1)]
  private let last = [(0, 0), (1, 3), (3, 7), (4, 0)]

  @Test("routes that keep every rule")
  func kept() throws {
    // Every skippable stage twice.
    #expect(try violations([up, swapped, last]).isEmpty)
  }

  @Test("a stage trained less than the others")
  func unbalanced() throws {
    #expect(
      try violations([up, up, last]) == [
        "stage 1 is visited 3 times, but the rules ask for 2",
        "stage 3 is visited 1 times, but the rules ask for 2",
      ])
    #expect(
      try violations([up, up, last]) { $0.visitsPerStage = .atMost([3, 2, 2, 2]) }
        == ["stage 1 is visited 3 times, but the rules ask for 0 to 2"])
    #expect(
      try violations([up, up, last]) {
        $0.visitsPerStage = .any
        $0.maxSkips = [3, 3, 3, 1]
      } == ["stage 3 is visited 1 times, but the rules ask for 2 to 3"])
  }

  @Test("a device visited too often, its head's visits not counted")
  func crowded() throws {
    #expect(
      try violations([up, swapped, last]) { $0.visitsPerDevice = [1, 1, 1, 1, 1, 1, 1, 1] }
        == ["device 0: is visited 2 times, over its 1"])
  }

  @Test("a route that breaks a rule, with its microbatch")
  func routes() throws {
    #expect(
      try violations([up, swapped, last]) { $0.maxSwaps = 0 }
        == ["microbatch 1: breaks a rule of its route: expected at most 0 swaps, found 1"])
    #expect(
      try violations([up, swapped, Array(last.dropLast()) + [(4, 1)]]) == [
        "microbatch 2: breaks a rule of its route: expected to end with the head, stage 4, on its origin, "
          + "device 0"
      ])
    #expect(
      try violations([up, last, swapped], origin: 0)
        == ["microbatch 2: starts on device 1, but its origin is 0"])
  }

  @Test("every way to break a rule, alone and with what follows from it")
  func everyBreach() throws {
    func found(_ route: [(Int, Int)], _ change: (inout SkipReorderRules) -> Void = { _ in }) throws
      -> [RouteBreach]
    {
      let problem = try problem([route]) { rules in
        rules.visitsPerStage = .any
        change(&rules)
      }
      return RouteRules(problem)?.violations().compactMap {
        if case .breaksRoute(let breach) = $0.kind { breach } else { nil }
      } ?? []
    }
    #expect(try found(up).isEmpty)
    // Device 2 hosts no head.
    #expect(
      try found([(1, 2), (2, 4), (3, 6), (4, 0)])
        == [.startsAt(stage: 1), .lacksHead(stage: 4, origin: 2), .skips(stage: 0)])
    #expect(try found([(0, 0), (1, 2), (2, 4)]) == [.lacksHead(stage: 4, origin: 0)])
    #expect(try found([(0, 0), (4, 0), (1, 2), (2, 4)]) == [.lacksHead(stage: 4, origin: 0)])
    #expect(try found([(0, 0), (1, 2), (2, 4), (4, 1)]) == [.lacksHead(stage: 4, origin: 0)])
    #expect(try found([(0, 0), (1, 2), (4, 0)]) == [.stageCount(2, expected: 3)])
    #expect(try found([(0, 0), (1, 2), (2, 4), (3, 6), (4, 0)]) == [.stageCount(4, expected: 3)])
    #expect(try found(up) { $0.alwaysVisit = [Stage.ID(3)] } == [.skips(stage: 3)])
    #expect(
      try found([(0, 0), (3, 6), (1, 2), (4, 0)]) == [.swapsTooFar(stage: 1, frontier: 3, limit: 1)])
    #expect(
      try found([(0, 0), (3, 6), (2, 4), (1, 2), (4, 0)]) {
        $0.stagesPerMicrobatch = 4
        $0.maxSwapDistance = 2
      } == [.swaps(2, limit: 1)])
    #expect(try found(swapped) { $0.maxForwardJump = 2 } == [.jumpsTooFar(stage: 3, frontier: 0, limit: 2)])
    // The frontier stays where it was during a swap.
    #expect(try found([(0, 0), (2, 4), (1, 2), (4, 0)]) { $0.maxForwardJump = 2 } == [])
    #expect(
      try found(up) { $0.sequences = [[0, 2, 3].map { Stage.ID($0) }] } == [.otherSequence([0, 1, 2])])
  }

  @Test("stages that are never skipped have no cap")
  func keptStages() throws {
    #expect(
      try violations([up, swapped, last]) {
        $0.alwaysVisit = []
        $0.visitsPerStage = .atMost([0, 2, 2, 2])
      } == [])
  }
}
