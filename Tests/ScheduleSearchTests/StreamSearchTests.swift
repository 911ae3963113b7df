import PipelineModel
import ScheduleChecker
@testable import ScheduleSearch
import TestSupport
import Testing
import Timeline

/// Streams, phases and tasks through every engine: what stands for them is a problem like any other.
@Suite("Streams and tasks")
struct StreamSearchTests {
  @Test("schedules are timed as the plainest simulator times them, and keep the rules as written")
  func timelines() throws {
    var problems = RandomStreams(devices: 1...4, microbatches: 1...5, seed: 161)
    var (tasks, phases, handedOver, longer) = (0, 0, 0, 0)
    var (carried, timed, several, beyond) = (0, 0, 0, 0)
    for _ in 0..<150 {
      let written = try problems.next()
      let problem = try written.lowered()
      guard let orders = try? found(problem) else { continue }
      let timeline = try Timeline(Schedule(problem: problem, orders: orders))
      let reference = try #require(ReferenceSimulator(problem, orders))
      for (position, operation) in orders.operations.enumerated() {
        let start = try #require(reference.starts[operation])
        #expect(abs(timeline.start(at: position) - start) < 1e-9, "\(problem)")
      }
      let period = try #require(ReferenceSimulator.period(problem, orders))
      #expect(abs(timeline.summary.period - period) < 1e-9 * period, "\(problem)")
      let peaks = ReferenceSimulator.peakMemory(problem, orders)
      #expect(zip(timeline.peakMemory, peaks).allSatisfy { abs($0 - $1) < 1e-9 * max(1, $1) }, "\(problem)")
      #expect(timeline.fitsMemory)
      for microbatch in problem.microbatches.indices.map({ Microbatch.ID($0) }) {
        let all = HeldOutputs(problem)
        for (position, visit) in problem.route(of: microbatch).visits.enumerated()
        where problem.stages[visit.stage.index].activationForB > 0 && all.isHeld(at: position, of: microbatch)
        {
          let readers = Set(all.readers(at: position, of: microbatch))
          carried += all.isCarried(at: position, of: microbatch) ? 1 : 0
          timed += all.isHeldByTime(at: position, of: microbatch) ? 1 : 0
          several += readers.count > 1 ? 1 : 0
          beyond += readers.contains { $0.microbatch != microbatch } ? 1 : 0
        }
      }
      #expect(ScheduleChecker(timeline.record()).violations() == [], "\(problem)")
      var alone = ProblemParts(of: problem)
      alone.handovers = []
      let other = try Timeline(Schedule(problem: try alone.problem(), orders: orders)).summary
      #expect(other.makespan == timeline.summary.makespan)
      #expect(other.period <= period * (1 + 1e-9))
      handedOver += problem.handovers.isEmpty ? 0 : 1
      longer += other.period < period * (1 - 1e-9) ? 1 : 0
      tasks += written.tasks.count
      phases += written.phases.count { !$0.arePlain }
    }
    #expect(tasks > 50 && phases > 50)
    #expect(handedOver > 20 && longer > 0)
    #expect(carried > 10 && timed > 10 && several > 10 && beyond > 10)
  }

  @Test("what is recorded earlier than its needs as written allow is reported")
  func earlyTasks() throws {
    var problems = RandomStreams(devices: 1...3, microbatches: 1...3, seed: 162)
    var reported = 0
    for _ in 0..<60 {
      let written = try problems.next()
      let problem = try written.lowered()
      guard let orders = try? found(problem) else { continue }
      var record = try Timeline(Schedule(problem: problem, orders: orders)).record()
      guard let times = record.times, let last = times.starts.indices.last(where: { times.starts[$0] > 0 })
      else {
        continue
      }
      record.times?.ends[last] -= times.starts[last]
      record.times?.starts[last] = 0
      reported += ScheduleChecker(record).violations().isEmpty ? 0 : 1
      record.summary = nil
      #expect(!ScheduleChecker(record).violations().isEmpty, "\(problem)")
    }
    #expect(reported > 20)
  }

  @Test("no bound exceeds the optimum over all orders, and an exact search reaches it")
  func bruteForce() throws {
    var problems = RandomStreams(devices: 1...2, microbatches: 1...2, seed: 163)
      .without(.serialise, because: "the orders of messages are too many")
    var sending = RandomStreams(devices: 2...2, microbatches: 1...1, seed: 164)
    var (tried, proved, chosen, held, refused, sent) = (0, 0, 0, 0, 0, 0)
    var (closed, improved) = (0, 0)
    while tried < 60 || chosen < 10 || held <= 10 || sent < 10 {
      let written = sent < 10 ? try sending.next() : try problems.next()
      let problem = try written.lowered()
      guard sent >= 10 || (written.messageStream != nil && !problem.hasTaskChoice) else { continue }
      guard let choices = problem.allTaskChoices() else { continue }
      let all = choices.compactMap { BruteForce($0, passes: .split, limit: 300) }
      guard all.count == choices.count else { continue }
      tried += 1
      sent += written.messageStream == nil ? 0 : 1
      chosen += choices.count > 1 ? 1 : 0
      let optima = all.map { $0.optimum() }
      let optimum = optima.reduce((makespan: Double.infinity, period: Double.infinity)) {
        (min($0.makespan, $1.makespan), min($0.period, $1.period))
      }
      for objective in Objective.allCases {
        let best = objective == .makespan ? optimum.makespan : optimum.period
        let bound = LowerBound.best(for: problem, objective: objective).value
        #expect(bound <= best * (1 + 1e-9), "\(problem) \(objective)")
        guard best.isFinite else { continue }
        // A search keeps room for more than some orders need.
        guard (try? Search.checkScope(of: problem, backward: .split)) != nil else {
          refused += 1
          continue
        }
        held += problem.devices.contains { $0.memoryLimit != nil } && Self.holdsForTasks(problem) ? 1 : 0
        var options = quickly(objective, backward: .split, iterations: 3_000)
        options.threads = 1
        let result =
          problem.hasTaskChoice
          ? TaskHostSearch(problem, options: options).run().search
          : Search(problem, options: options).run()
        #expect(result.value >= best * (1 - 1e-9), "\(problem) \(objective)")
        #expect(result.bound.value <= best * (1 + 1e-9), "\(problem) \(objective)")
        if result.value <= best * (1 + 1e-9) { proved += 1 }
        guard problem.hasTaskChoice else { continue }
        let exact = try exact(problem, options)
        #expect(exact.value >= best * (1 - 1e-9), "\(problem) \(objective)")
        #expect(exact.lowerBound <= best * (1 + 1e-9), "\(problem) \(objective)")
        closed += exact.isProved ? 1 : 0
        improved += exact.nodes > 0 ? 1 : 0
      }
    }
    #expect(proved > 100)
    #expect(refused < 30)
    #expect(closed > 10 && improved > 0, "\(closed) \(improved)")
  }

  /// What an exact search of some nodes proves that knows a schedule with tasks where they are dealt out, and no bound.
  private func exact(_ problem: Problem, _ options: SearchOptions) throws -> ExactResult {
    let given = try #require(problem.taskHosts.map { try problem.with(taskHosts: $0, isChoice: false) })
    guard (try? Search.checkScope(of: given, backward: .split)) != nil else {
      return ExactResult(
        orders: Orders([]), value: .infinity, lowerBound: 0, objective: options.objective, scope: .all,
        nodes: 0)
    }
    var quick = options
    quick.iterations = 1
    var known = TaskHostResult(problem: given, search: Search(given, options: quick).run())
    known.search.bound = LowerBound.nothing
    return ExactTaskSearch(problem, options: options, known: known).run(nodeLimit: 400).exact
  }

  /// Of two pieces on two devices for each of two microbatches the tuples (0, 0), (0, 1) and (1, 1) are left, and of pairs
  /// of these the ascending ones; where the microbatches differ, all nine.
  @Test("choices that are but other names of others are not looked at")
  func equalChoices() throws {
    for (scale, expected) in [(1.0, 6), (2.0, 9)] {
      let stage = Stage(forward: 1, backwardInput: 1, backwardWeight: 1)
      let plain = try Problem(
        devices: [Device(), Device()], stages: [stage, stage],
        microbatches: [Microbatch(), Microbatch(scale: Microbatch.Scale(.same(scale)))])
      let problem = try StreamedProblem(
        plain, streams: [StreamedProblem.computeStream], phases: plain.stages.map { StagePhases(of: $0) },
        tasks: [PipelineTask("task", per: .microbatch, on: .any, time: 2, pieces: 2)]
      ).lowered()
      let choices = try #require(TaskChoices(problem))
      var all = [try #require(problem.taskHosts)]
      for depth in choices.pieces.indices {
        all = all.flatMap { hosts in
          choices.devices(after: hosts, depth: depth).map { device in
            var next = hosts
            next[choices.pieces[depth].piece] = device
            return next
          }
        }
      }
      #expect(all.count == expected)
    }
  }

  /// `F` of no time, `B` of 2, `W` of 4 and two pieces of 1: with a piece behind the `B` and one behind the `W` there are
  /// gaps of 1 before each of these and no others; side by side the pieces, or the passes, have 2 or 3 between them.
  @Test("no bound counts gaps that tasks between a B and its W spare")
  func gapsBetweenParts() throws {
    let stage = Stage(forward: 0, backwardInput: 2, backwardWeight: 4)
    var parts = ProblemParts(
      of: try Problem(devices: [Device()], stages: [stage], microbatches: [Microbatch()]))
    parts.gap = Gap(forwardForward: 2, forwardBackward: 1, backwardForward: 0, backwardBackward: 3)
    let task = PipelineTask(
      "task", on: .listed([Device.ID(0)]), time: 2, pieces: 2, needs: [PipelineTask.Reference("0B")])
    let problem = try StreamedProblem(
      try parts.problem(), streams: [StreamedProblem.computeStream], phases: [StagePhases(of: stage)],
      tasks: [task]
    ).lowered()
    let result = Search(problem, options: quickly()).run()
    #expect(result.value == 10 && result.bound.value <= 10)
  }

  /// Both stages are on one device, and each is reduced once all its `W` have ended: those of the last stage take all else
  /// but `B` and `W` of the first before them, 4 a microbatch, and the reductions follow each other on their stream; the
  /// last of all operations is followed by one of them.
  @Test("W of equal cost are told apart where tasks wait for them", arguments: [2, 3, 4], [3.0, 10])
  func reductions(microbatches: Int, time: Double) throws {
    let stage = Stage(forward: 1, backwardInput: 1, backwardWeight: 1)
    let plain = try Problem(
      devices: [Device()], stages: [stage, stage],
      microbatches: Array(repeating: Microbatch(), count: microbatches), placement: .loop)
    let needs = PipelineTask.Reference.passes([.backwardWeight], stage: nil, microbatch: nil)
    let problem = try StreamedProblem(
      plain, streams: [StreamedProblem.computeStream, "net"],
      phases: plain.stages.map { StagePhases(of: $0) },
      tasks: [PipelineTask("reduce", per: .stage, on: .own, time: time, stream: 1, needs: [needs])]
    ).lowered()
    let optimum = Double(microbatches) * 4 + max(2 * time, Double(microbatches) * 2 + time)
    let result = Search(problem, options: quickly(iterations: 20_000)).run()
    #expect(result.value == optimum && result.bound.value <= optimum)
    let exact = ExactSearch(
      problem, objective: .makespan, incumbent: (result.orders, optimum + 1), lowerBound: .nothing
    ).run(nodeLimit: 1_000)
    #expect(exact.lowerBound <= optimum)
  }

  /// The task runs from 2 to 12 and is followed by a `W` of no time, whose `B` the other device does not wait for so long.
  @Test("A W of no time waits for a task, and its B does not")
  func idleWeights() throws {
    let stages = [
      Stage(forward: 1, backwardInput: 1, backwardWeight: 1),
      Stage(forward: 1, backwardInput: 1, backwardWeight: 0),
    ]
    let plain = try Problem(
      devices: [Device(), Device()], stages: stages, microbatches: [Microbatch()])
    let task = PipelineTask(
      "task", on: .listed([Device.ID(1)]), time: 10, stream: 1, needs: [PipelineTask.Reference("1F")],
      feeds: [PipelineTask.Reference("1W")])
    let problem = try StreamedProblem(
      plain, streams: [StreamedProblem.computeStream, "net"], phases: stages.map { StagePhases(of: $0) },
      tasks: [task]
    ).lowered()
    let result = Search(problem, options: quickly()).run()
    #expect(result.value == 12 && result.bound.value == 12)
  }

  /// On four devices each of four pieces has a stream of its own: no gap of 5 stands between any two of them.
  @Test("Tasks that hinder nothing have no gaps between them")
  func gapsApart() throws {
    let stage = Stage(forward: 1, backwardInput: 1, backwardWeight: 1)
    var parts = ProblemParts(
      of: try Problem(
        devices: Array(repeating: Device(), count: 4), stages: Array(repeating: stage, count: 4),
        microbatches: [Microbatch()]))
    parts.gap = Gap(forwardForward: 5, forwardBackward: 5, backwardForward: 5, backwardBackward: 5)
    let plain = try parts.problem()
    let task = PipelineTask(
      "task", on: .any, time: 4, stream: 1, pieces: 4, needs: [PipelineTask.Reference("0W")])
    let problem = try StreamedProblem(
      plain, streams: [StreamedProblem.computeStream, "net"],
      phases: plain.stages.map { StagePhases(of: $0) }, tasks: [task]
    ).lowered()
    let result = TaskHostSearch(problem, options: quickly()).run().search
    #expect(result.bound.value <= result.value)
    #expect(LowerBound.best(for: problem, objective: .makespan).value <= result.value)
  }

  /// `F` of 2 is followed by 3 elsewhere, `B` of 2 comes behind 1 elsewhere, and `W` of 1 behind all.
  @Test("The ways of a microbatch lead through phases on other streams")
  func waysThroughPhases() throws {
    let stage = Stage(forward: 5, backwardInput: 3, backwardWeight: 1)
    var phases = StagePhases(of: stage)
    phases.forward = [Phase(2), Phase(3, stream: 1)]
    phases.backwardInput = [Phase(1, stream: 2), Phase(2)]
    let plain = try Problem(devices: [Device()], stages: [stage], microbatches: [Microbatch()])
    let problem = try StreamedProblem(
      plain, streams: [StreamedProblem.computeStream, "net", "copy"], phases: [phases], tasks: []
    ).lowered()
    let visits = problem.route(of: Microbatch.ID(0)).visits
    let times = PassTimes(
      problem, along: visits, RouteLinks(of: visits, stages: problem.stages),
      passes: visits.map { problem.costs(at: $0, of: Microbatch.ID(0)).leastPasses(isFused: false) })
    let main = try #require(visits.firstIndex { problem.stages[$0.stage.index].hasBackward })
    #expect(times.untilGradient[main] == 4)
    #expect(times.afterForward[main] == 7)
    #expect(times.afterGradient[main] == 1)
    #expect(times.roundTrip == 9)
  }

  /// Whether what a task makes is held for others.
  private static func holdsForTasks(_ problem: Problem) -> Bool {
    let held = HeldOutputs(problem)
    return problem.microbatches.indices.map { Microbatch.ID($0) }.contains { microbatch in
      problem.route(of: microbatch).visits.enumerated().contains { position, visit in
        problem.stages[visit.stage.index].activationForB > 0 && held.isHeld(at: position, of: microbatch)
          && !held.readers(at: position, of: microbatch).isEmpty
      }
    }
  }

  private func found(_ problem: Problem) throws -> Orders {
    try Search.checkScope(of: problem)
    return Search(problem, options: quickly(.makespan, backward: .split, iterations: 100)).run().orders
  }
}

extension Problem {
  /// The problem with its tasks on every choice of devices, each without another; `nil` where they are many.
  fileprivate func allTaskChoices() -> [Problem]? {
    guard hasTaskChoice, let written = layout?.written, let dealt = taskHosts else { return [self] }
    var all = [dealt]
    for (task, own) in dealt.devices.enumerated() {
      guard let own, let choice = written.tasks[task].choice(in: written.plain) else { continue }
      for piece in own.indices {
        all = all.flatMap { hosts in
          choice.map { device in
            var other = hosts
            other.devices[task]?[piece] = device
            return other
          }
        }
        if all.count > 16 { return nil }
      }
    }
    // Where a device has no memory for a task, no schedule has it there.
    return all.compactMap { try? with(taskHosts: $0, isChoice: false) }
  }
}
