#if DEBUG
  import PipelineModel
  import TestSupport
  import Testing
  import Timeline

  @testable import ScheduleSearch

  @Suite("Moves of modes and orders")
  struct ModeMovesTests {
    /// Stages that may recompute, fold or offload, of unequal figures.
    private func problem(
      placement: Placement = .sequential, gap: Double = 0, limit: Double = 9, devices: Int = 2,
      stages: Int = 2,
      microbatches: Int = 4
    ) throws -> Problem {
      let all = (0..<stages).map { number -> Stage in
        let forward = Double(5 + number)
        let folded = Stage.Backward.split(input: 2 * forward + 1, weight: 3)
        let modes = [
          Mode(name: "full", checkpoint: 1, recompute: forward),
          Mode(name: "folded", backward: folded, activationForB: 3, checkpoint: 1),
          Mode(name: "host", offload: 3),
        ]
        var stage = Stage(
          forward: forward, backward: .split(input: forward + 1, weight: Double(3 + number % 2)),
          activationForB: Double(4 + number % 3), activationForW: 2, modes: modes)
        stage.firstForward = number == 0 ? 9 : nil
        stage.lastBackward = number == 1 ? 2 : nil
        return stage
      }
      return try Problem(
        Instance(
          devices: Array(repeating: Device(memoryLimit: limit, host: HostLink(bandwidth: 2)), count: devices),
          stages: all, microbatches: Array(repeating: Microbatch(), count: microbatches),
          placement: placement,
          communication: .uniform(1), modesPer: .microbatch, gap: Gap(gap)))
    }

    @Test(
      "time as timelines do, and keep limits",
      arguments: [(Placement.sequential, 0.0, 9.0, 2), (.v, 1, 16, 4), (.sequential, 2, 9, 2)],
      Objective.allCases)
    func values(shape: (placement: Placement, gap: Double, limit: Double, stages: Int), objective: Objective)
      throws
    {
      let problem = try problem(
        placement: shape.placement, gap: shape.gap, limit: shape.limit, stages: shape.stages)
      let options = SearchOptions(objective: objective, iterations: 1)
      let space = ModeSpace(problem, extent: .microbatch, options: options)
      var builder = space.makeBuilder()
      let rule = try #require(space.surestRule)
      let first = try #require(space.plan(ofRule: rule, with: &builder, until: .never))
      var moves = ModeMoves(ModeModel(problem, backward: .auto), extent: .microbatch, objective: objective)
      let isStarted = moves.start(from: Candidate(first))
      #expect(isStarted)
      var random = FastRandom(seed: 5, chain: 0, for: .modes)
      var (kept, seen): (Int, Set<[UInt8]>) = (0, [])
      for move in 0..<4_000 where moves.tryMove(heat: move % 400 < 200 ? 3 : 0.01, random: &random) {
        kept += 1
        seen.insert(moves.plan.modes)
        guard kept % 20 == 0 else { continue }
        let chosen = try problem.with(modes: space.modes(of: moves.plan))
        let timeline = try Timeline(Schedule(problem: chosen, orders: space.orders(of: moves.plan)))
        #expect(timeline.fitsMemory)
        for (device, peak) in timeline.peakMemory.enumerated() {
          #expect(peak <= chosen.devices[device].capacity)
        }
        let score = space.grid.units(moves.score.value)
        #expect(abs(timeline.value(of: objective) - score) < 1e-9)
      }
      #expect(kept > 200 && seen.count > 10)
    }

    @Test("of modes bring the operations that the modes demand")
    func parts() throws {
      let model = ModeModel(try problem(), backward: .auto)
      #expect(model.parts(of: 0, mode: 0) == [.forward, .backward, .weight])
      #expect(model.parts(of: 0, mode: 1) == [.forward, .recompute, .backward, .weight])
      #expect(model.parts(of: 0, mode: 2) == [.forward, .backward, .weight])
      #expect(model.parts(of: 0, mode: 3) == [.forward, .reload, .backward, .weight])
      var plan = ModePlan(
        modes: Array(repeating: 0, count: model.visits.count),
        orders: [[.forward, .backward, .weight].map { ModeModel.token(0, $0) }, []])
      ModeChange.set(0, to: 3, in: &plan, model)
      #expect(plan.orders[0].map(model.kind) == [.forward, .reload, .backwardInput, .backwardWeight])
      ModeChange.set(0, to: 1, in: &plan, model)
      #expect(plan.orders[0].map(model.kind) == [.forward, .recompute, .backwardInput, .backwardWeight])
      ModeChange.set(0, to: 2, in: &plan, model)
      #expect(plan.orders[0].map(model.kind) == [.forward, .backwardInput, .backwardWeight])
    }

    @Test("delay forward passes where memory has become short")
    func repair() throws {
      let problem = try problem()
      let model = ModeModel(problem, backward: .auto)
      // Four checkpoints fit; of the activations of plain microbatches only two do.
      let tokens =
        (0..<4).map { ModeModel.token(model.firstVisit[$0], .forward) }
        + (0..<4).flatMap { microbatch in
          [.recompute, .backward, .weight].map { ModeModel.token(model.firstVisit[microbatch], $0) }
        }
      var plan = ModePlan(modes: Array(repeating: 1, count: model.visits.count), orders: [tokens, []])
      let before = plan
      #expect(ModeRepair(model, on: 0).mend(&plan) && plan == before)
      for microbatch in 0..<4 { ModeChange.set(model.firstVisit[microbatch], to: 0, in: &plan, model) }
      #expect(ModeRepair(model, on: 0).mend(&plan))
      let kinds = plan.orders[0].map(model.kind)
      #expect(kinds.prefix(2) == [.forward, .forward] && kinds[2] == .backwardInput)
      #expect(Set(plan.orders[0]).count == 12)
    }

    @Test("end at the same plan for any number of threads", arguments: Mode.Extent.allCases)
    func threads(extent: Mode.Extent) throws {
      let problem = try problem().with(modesPer: extent)
      let found = [1, 2, 4].map { threads in
        Search(problem, options: SearchOptions(iterations: 4_000, seed: 2, threads: threads)).run()
      }
      for result in found { try expectSound(result, problem, .makespan) }
      #expect(found.allSatisfy { $0.iterations <= 4_000 && $0.iterations == found[0].iterations })
      #expect(found.allSatisfy { problem.allows($0.modes) })
    }
  }
#endif
