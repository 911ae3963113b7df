import PipelineModel
import ScheduleChecker
import ScheduleFamilies
import TestSupport
import Testing
import Timeline

@Suite("Families run the passes that stages have")
struct MissingPassesTests {
  /// Equal stages laid out as a family needs them, whose backward passes `backward` names by stage.
  private func problem(
    _ family: any Family, devices: Int = 4, microbatches: Int = 8, _ backward: (Int) -> Stage.Backward
  ) throws -> Problem {
    var parts = ProblemParts(
      of: try family.layout.arranging(.uniform(devices: devices, microbatches: microbatches), parts: 2))
    for stage in parts.stages.indices {
      parts.stages[stage].backward = backward(stage)
      if case .split = backward(stage) { continue }
      parts.stages[stage].activationForW = 0
    }
    return try parts.problem()
  }

  private func checked(_ family: any Family, _ problem: Problem) throws -> Orders {
    let orders = try family.orders(for: problem)
    let timeline = try Timeline(Schedule(problem: problem, orders: orders))
    #expect(ScheduleChecker(timeline.record()).violations() == [], "\(family.name)")
    return orders
  }

  @Test(
    "frozen weights, frozen encoders and pipelines that only run forward", arguments: Families.all.map(\.name)
  )
  func missing(name: String) throws {
    let family = try Families.named(name)
    let frozen = try checked(family, problem(family) { _ in .input(1) })
    #expect(!frozen.operations.contains { $0.kind == .backwardWeight || $0.kind == .backward })
    #expect(frozen.pairs.isEmpty)
    let forward = try checked(family, problem(family) { _ in .none })
    #expect(forward.operations.allSatisfy { $0.kind == .forward })
    let mixed = try checked(
      family, problem(family) { $0 == 0 ? .none : $0 == 1 ? .input(1) : .split(input: 1, weight: 1) })
    #expect(!mixed.operations.contains { $0.stage == Stage.ID(0) && $0.kind != .forward })
  }

  @Test("whole backward passes suit families that never split them", arguments: Families.all.map(\.name))
  func whole(name: String) throws {
    let family = try Families.named(name)
    let split = try family.orders(for: problem(family) { _ in .split(input: 1, weight: 1) })
    let splits = split.operations.contains { $0.kind == .backwardInput }
    #expect(family.splitsBackward == splits)
    let wholes = try problem(family) { $0 == 2 ? .whole(2) : .split(input: 1, weight: 1) }
    guard splits else {
      let orders = try checked(family, wholes)
      #expect(orders == split)
      return
    }
    #expect(throws: FamilyError.needsParts(family: family.title, stage: Stage.ID(2))) {
      try family.orders(for: wholes)
    }
  }

  @Test("GPipe of a pipeline that only runs forward is all forwards")
  func forwardOnly() throws {
    let family = try Families.named("gpipe")
    let orders = try family.orders(for: problem(family, devices: 2, microbatches: 3) { _ in .none })
    let expected = (0..<2).map { stage in
      (0..<3).map { Operation(.forward, stage: Stage.ID(stage), microbatch: Microbatch.ID($0)) }
    }
    #expect(orders == Orders(expected))
  }

  @Test(
    "inputs that make a chain change nothing, and others are refused in one line",
    arguments: Families.all.map(\.name))
  func inputs(name: String) throws {
    let family = try Families.named(name)
    var parts = ProblemParts(of: try problem(family) { _ in .split(input: 1, weight: 1) })
    let plain = try family.orders(for: parts.problem())
    for stage in parts.stages.indices { parts.stages[stage].inputs = stage == 0 ? [] : [Stage.ID(stage - 1)] }
    #expect(try family.orders(for: parts.problem()) == plain)
    parts.stages[2].inputs = [Stage.ID(0), Stage.ID(1)]
    let graph = try parts.problem()
    #expect(throws: FamilyError.needsChain(family: family.title)) { try family.orders(for: graph) }
    #expect(!FamilyError.needsChain(family: family.title).description.contains("\n"))
  }

  @Test(
    "cost-aware families time the passes that there are, under scales, factors and checkpoints",
    arguments: [("zb-auto", 1), ("zb-v-auto", 2)])
  func costAware(name: String, chunks: Int) throws {
    let family = try Families.named(name)
    var parts = ProblemParts(
      of: try problem(family) {
        $0 < chunks ? .none : $0 < 2 * chunks ? .input(1.5) : .split(input: 1, weight: 2)
      })
    for stage in parts.stages.indices where stage >= chunks { parts.stages[stage].checkpoint = 0.25 }
    for index in parts.microbatches.indices {
      parts.microbatches[index].scale = .init(
        forward: .same(1 + Double(index % 3)), backwardInput: 1,
        backwardWeight: .each(Array(repeating: 0.5, count: parts.stages.count)))
      parts.microbatches[index].memory = index.isMultiple(of: 2) ? 1 : 2
    }
    let problem = try parts.problem()
    _ = try checked(family, problem)
    let peak = try #require(
      Timeline(Schedule(problem: problem, orders: family.orders(for: problem))).peakMemory.max())
    _ = try checked(family, problem.with(memoryLimit: peak))
  }
}
