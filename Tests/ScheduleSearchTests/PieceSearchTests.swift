import PipelineModel
import ScheduleChecker
import ScheduleFamilies
import ScheduleSearch
import TestSupport
import Testing
import Timeline

@Suite("Search of pieces of sequences")
struct PieceSearchTests {
  @Test("finds an optimum of tiny problems in pieces with every feature", arguments: Objective.allCases)
  func bruteForce(objective: Objective) throws {
    var random = SeededGenerator(seed: 33)
    let shape = RandomProblem(devices: 1...3, microbatches: 1...2)
      .without(.modes, .modesByMicrobatch, because: "brute force tries all orders in given modes")
    var tried = 0
    while tried < 14 {
      let problem = try shape.problem(using: &random)
      guard problem.pieces > 1, let all = BruteForce(problem, limit: 200) else { continue }
      tried += 1
      let optimum = objective == .makespan ? all.optimum().makespan : all.optimum().period
      let result = Search(problem, options: quickly(objective, iterations: 3_000)).run()
      #expect(abs(result.value - optimum) <= 1e-9 * optimum, "\(problem)")
      #expect(result.bound.value <= optimum * (1 + 1e-9), "\(problem)")
      try expectSound(result, problem, objective)
    }
  }

  @Test("is never worse than seq1f1b, and its orders are sound", arguments: Objective.allCases, [2, 4])
  func sequences(objective: Objective, pieces: Int) throws {
    let family = try Families.named("seq1f1b")
    for (devices, sequences, communication) in [(2, 2, 0.0), (3, 4, 1), (4, 6, 0.5)] {
      let problem = try Problem.uniform(
        devices: devices, microbatches: sequences, forward: 10, backwardInput: 14, backwardWeight: 7,
        communication: communication
      ).cut(intoPieces: pieces)
      let known = try family.orders(for: problem)
      let timeline = try Timeline(Schedule(problem: problem, orders: known))
      let value = objective == .makespan ? timeline.makespan : timeline.summary.period
      let limited = try problem.with(memoryLimit: timeline.peakMemory.max() ?? 0)
      for problem in [problem, limited] {
        let result = Search(problem, options: quickly(objective, iterations: 500), starts: [known]).run()
        #expect(result.value <= value * (1 + 1e-9))
        try expectSound(result, problem, objective)
      }
    }
  }

  @Test("beats seq1f1b where weights can fill its bubble")
  func gains() throws {
    let problem = try Problem.uniform(devices: 4, microbatches: 4).cut(intoPieces: 2)
    let known = try Families.named("seq1f1b").orders(for: problem)
    let value = try Timeline(Schedule(problem: problem, orders: known)).makespan
    #expect(Search(problem, options: quickly(iterations: 2_000), starts: [known]).run().value < value)
  }

  @Test("keeps backwards whole or apart as asked", arguments: [SearchOptions.Backward.fused, .split])
  func backward(backward: SearchOptions.Backward) throws {
    let problem = try Problem.uniform(devices: 3, microbatches: 3, communication: 1).cut(intoPieces: 3)
    let result = Search(problem, options: quickly(backward: backward)).run()
    let kinds = Set(result.orders.operations.map(\.kind))
    #expect(kinds.contains(.backward) == (backward == .fused))
    try expectSound(result, problem, .makespan)
  }

  @Test("has an answer wherever every device holds one sequence, and refuses where one does not")
  func memory() throws {
    let problem = try Problem.uniform(devices: 3, microbatches: 4).cut(intoPieces: 2)
    let whole = problem.activationsOfOneMicrobatch.map { 2 * $0 }.max() ?? 0
    let tight = try problem.with(memoryLimit: whole)
    try Search.checkScope(of: tight)
    for objective in Objective.allCases {
      try expectSound(Search(tight, options: quickly(objective, iterations: 0)).run(), tight, objective)
    }
    let tooTight = try problem.with(memoryLimit: 0.75 * whole)
    #expect(throws: SearchError.tooLargeSequence(Device.ID(0), least: whole, limit: 0.75 * whole)) {
      try Search.checkScope(of: tooTight)
    }
    #expect(throws: SearchError.provingPieces(2)) { try Search.checkScope(of: tight, proving: true) }
  }
}
