#if DEBUG
  import PipelineModel
  import TestSupport
  import Testing
  import Timeline

  @testable import ScheduleSearch

  @Suite("Parameters of greedy runs")
  struct ParameterSearchTests {
    /// A search after its greedy rules, and after its parameters.
    private func run<Space: SearchSpace>(
      _ problem: Problem, in space: Space, _ options: SearchOptions, until deadline: Deadline = .never
    ) -> (rules: Double, run: SearchRun<Space>) {
      var run = SearchRun(
        problem, in: space, options: options, bound: .nothing, isBoundKnown: true, since: .now,
        until: deadline, progress: { _ in true })
      run.constructFirst()
      run.construct()
      let rules = run.value
      run.searchParameters()
      return (rules, run)
    }

    private func run(_ problem: Problem, _ options: SearchOptions) -> (
      rules: Double, run: SearchRun<OperationSpace>
    ) {
      run(problem, in: OperationSpace(problem, options: options), options)
    }

    /// Two stages on each of four devices, at three quarters of 1F1B's memory.
    private func loop(_ microbatches: Int) throws -> Problem {
      try Problem(
        devices: Array(repeating: Device(memoryLimit: 6), count: 4),
        stages: Array(
          repeating: Stage(
            forward: 5, backwardInput: 7, backwardWeight: 3.5, activationForB: 1, activationForW: 0.5),
          count: 8),
        microbatches: Array(repeating: Microbatch(), count: microbatches), placement: .loop,
        communication: .uniform(1))
    }

    @Test("are the same for any number of threads", arguments: Objective.allCases)
    func threads(objective: Objective) throws {
      let problem = try loop(12)
      let found = [1, 2, 4].map { threads in
        run(
          problem, SearchOptions(objective: objective, iterations: 40_000, seed: 3, threads: threads)
        ).run
      }
      for other in found.dropFirst() {
        #expect(other.bestParameters == found[0].bestParameters && other.moves == found[0].moves)
        #expect(other.portfolio.best?.plan == found[0].portfolio.best?.plan)
      }
      #expect(found[0].moves > 0 && found[0].moves <= 40_000)
    }

    @Test(
      "are never worse than the rules and often better, with every feature", arguments: Objective.allCases)
    func random(objective: Objective) throws {
      var random = SeededGenerator(seed: 61)
      let shape = RandomProblem(devices: 2...4, microbatches: 4...8)
        .without(.overlap, .serialise, because: "such problems are searched without them first")
      var better = 0
      for _ in 0..<40 {
        let problem = try shape.problem(using: &random)
        let options = SearchOptions(objective: objective, iterations: 12_000)
        guard (try? Search.checkScope(of: problem)) != nil else { continue }
        let value: Double
        let rules: Double
        let orders: Orders?
        if IncrementalTimer.knows(problem, options) {
          let outcome = run(problem, options)
          (value, rules, orders) = (outcome.run.value, outcome.rules, outcome.run.result?.orders)
        } else if problem.hasPreparations {
          let outcome = run(problem, in: ModeSpace(problem, extent: nil, options: options), options)
          (value, rules, orders) = (outcome.run.value, outcome.rules, outcome.run.result?.orders)
        } else {
          let outcome = run(problem, in: BlockSpace(problem, options: options), options)
          (value, rules, orders) = (outcome.run.value, outcome.rules, outcome.run.result?.orders)
        }
        #expect(value <= rules)
        if value < rules * (1 - 1e-9) { better += 1 }
        let result = SearchResult(
          orders: try #require(orders), value: value, objective: objective, bound: .nothing, iterations: 0,
          modes: problem.modes)
        try expectSound(result, problem, objective)
      }
      #expect(better >= 4, "\(better)")
    }

    @Test("are shorter by far than those of any rule where several stages share little memory")
    func gain() throws {
      let (rules, run) = run(try loop(16), SearchOptions(iterations: 150_000))
      #expect(run.value < rules * 0.985, "\(rules) \(run.value)")
    }

    @Test("microbatches enter at a pace at the earliest, and all run")
    func pace() throws {
      let problem = try loop(12)
      let model = SearchModel(problem, fused: false)
      let scheduler = GreedyScheduler(model)
      for pace in [3.0, 40] {
        var parameters = GreedyParameters(.cautious, for: model)
        parameters.admission = .byDevice
        parameters.entryTimes = (0..<12).map { Double($0) * pace }
        guard scheduler.run(parameters) else { continue }
        let orders = model.orders(of: Array(scheduler.order))
        let timeline = try Timeline(Schedule(problem: problem, orders: orders))
        #expect(timeline.fitsMemory)
        #expect(timeline.makespan <= (scheduler.devices.map(\.freeAt).max() ?? 0) / model.stepsPerUnit + 1e-9)
        #expect((scheduler.devices.map(\.freeAt).max() ?? 0) >= 11 * pace)
      }
    }

    @Test("a greedy run is broken off above a threshold and not at it")
    func threshold() throws {
      let model = SearchModel(try loop(6), fused: false)
      let scheduler = GreedyScheduler(model)
      for rule in GreedyRule.family(for: model).prefix(40) {
        let parameters = GreedyParameters(rule, for: model)
        guard scheduler.run(parameters) else { continue }
        let end = scheduler.devices.map(\.freeAt).max() ?? 0
        #expect(scheduler.run(parameters, within: end))
        #expect(!scheduler.run(parameters, within: end - 1))
      }
    }

    @Test("the device that decides next is the first of the earliest")
    func wakeTimes() {
      var random = SeededGenerator(seed: 62)
      for count in [1, 2, 3, 7, 8, 13] {
        let wakes = WakeTimes(deviceCount: count)
        var times = [Double](repeating: .infinity, count: count)
        for _ in 0..<300 {
          let device = Int.random(in: 0..<count, using: &random)
          let time = Double(Int.random(in: 0..<9, using: &random))
          if Bool.random(using: &random) {
            wakes.set(device, to: time)
            times[device] = time
          } else {
            wakes.wake(device, at: time)
            times[device] = min(times[device], time)
          }
          let first = times.indices.min { (times[$0], $0) < (times[$1], $1) } ?? 0
          #expect(wakes.first == (first, times[first]))
        }
      }
    }
  }
#endif
