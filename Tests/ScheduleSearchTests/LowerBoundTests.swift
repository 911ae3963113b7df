import PipelineModel
import ScheduleFamilies
import ScheduleSearch
import TestSupport
import Testing
import Timeline

@Suite("Lower bounds")
struct LowerBoundTests {
  @Test("never exceed a schedule that takes all the memory there is")
  func valid() throws {
    let shape = RandomProblem(devices: 1...3, microbatches: 1...2)
      .without(.memoryLimit, because: "the limit is what a schedule holds")
    var random = SeededGenerator(seed: 41)
    for _ in 0..<50 {
      let unlimited = try shape.problem(using: &random)
      // Without limits the graphs of bounds grow fast.
      guard unlimited.visitCount <= 8 else { continue }
      let orders = unlimited.randomOrders(using: &random)
      let free = try Timeline(Schedule(problem: unlimited, orders: orders)).summary
      // A route that no microbatch takes may need more: such a problem is no problem.
      guard let problem = try? unlimited.with(memoryLimit: free.peakMemory.max() ?? 0) else { continue }
      for (objective, value) in [(Objective.makespan, free.makespan), (.period, free.period)] {
        let simple = LowerBound.simple(for: problem, objective: objective).value
        let best = LowerBound.best(for: problem, objective: objective, until: value).value
        #expect(simple <= best && best <= value * (1 + 1e-9), "\(problem) \(objective)")
      }
    }
  }

  @Test("are met by ZB-H1 at equal times: 3m + p - 1", arguments: [(2, 4), (4, 8), (8, 24)])
  func tight(p: Int, m: Int) throws {
    let problem = try Problem.uniform(devices: p, microbatches: m)
    let orders = try Families.named("zb-h1").orders(for: problem)
    let makespan = try Timeline(Schedule(problem: problem, orders: orders)).makespan
    let bound = LowerBound.best(for: problem, objective: .makespan, until: makespan)
    let certificate = try bound.certificate(of: makespan, objective: .makespan)
    #expect(certificate.lowerBound == Double(3 * m + p - 1))
    #expect(certificate.optimal && certificate.gap == 0)
  }

  @Test("know how long memory is held, below any schedule of many microbatches")
  func memoryIsValid() throws {
    let shape = RandomProblem(devices: 1...3, microbatches: 8...16)
      .without(.memoryLimit, because: "the limit is drawn so tight that it matters")
    var random = SeededGenerator(seed: 21)
    var binding = 0
    for _ in 0..<300 {
      let unlimited = try shape.problem(using: &random)
      let least = unlimited.leastMemory.max() ?? 0
      guard let problem = try? unlimited.with(memoryLimit: least * Double.random(in: 1...2, using: &random))
      else { continue }
      let timeline = try Timeline(
        Schedule(problem: problem, orders: problem.randomOrders(using: &random)))
      // Pieces of a sequence need room for all of them.
      guard timeline.fitsMemory else { continue }
      let summary = timeline.summary
      for (objective, value) in [(Objective.makespan, summary.makespan), (.period, summary.period)] {
        let bound = LowerBound.simple(for: problem, objective: objective)
        if isOfMemory(bound) { binding += 1 }
        #expect(bound.value <= value * (1 + 1e-9), "\(problem) \(objective)")
      }
    }
    #expect(binding > 0)
  }

  /// Whether a bound rests on how long memory is held, in given modes or in the least of all.
  private func isOfMemory(_ bound: LowerBound) -> Bool {
    switch bound.argument {
    case .memory: true
    case .leastModes(let least): isOfMemory(least)
    default: false
    }
  }

  @Test("are all round trips one after the other where memory holds one: 5 m for two devices at equal times")
  func oneAtATime() throws {
    let problem = try Problem.uniform(devices: 2, microbatches: 10, activationForW: 1, memoryLimit: 1)
    for objective in [Objective.makespan, .period] {
      #expect(LowerBound.simple(for: problem, objective: objective).value == 50)
    }
  }

  @Test("for few microbatches are the round trip: p(F+B) + W for one")
  func roundTrip() throws {
    let problem = try Problem.uniform(
      devices: 4, microbatches: 1, forward: 10, backwardInput: 14, backwardWeight: 7, communication: 1)
    let bound = LowerBound.simple(for: problem, objective: .makespan)
    #expect(bound.value == 4 * 24 + 6 + 7)
  }

  @Test("are 3vm + p - 1 for a fold at equal times and 1F1B's memory, as ZB-V attains")
  func fold() throws {
    // Zero bubble schedules, section 5: two chunks a device, 2p activations of a chunk, F = B = W.
    let devices = 4
    for microbatches in [4, 8] {
      let problem = try Problem(
        devices: Array(repeating: Device(memoryLimit: Double(2 * devices)), count: devices),
        stages: Array(
          repeating: Stage(forward: 1, backwardInput: 1, backwardWeight: 1), count: 2 * devices),
        microbatches: Array(repeating: Microbatch(), count: microbatches), placement: .v)
      let bound = LowerBound.best(for: problem, objective: .makespan)
      #expect(bound.value == Double(6 * microbatches + devices - 1))
    }
  }

  @Test(
    "of fused schedules are (m + p - 1)(F + B + W) at 1F1B's memory, as 1F1B attains",
    arguments: [(2, 4), (4, 8), (8, 24)])
  func fused(p: Int, m: Int) throws {
    let problem = try Problem.uniform(
      devices: p, microbatches: m, forward: 10, backwardInput: 14, backwardWeight: 7, memoryLimit: Double(p))
    let bound = LowerBound.best(for: problem, objective: .makespan, scope: .fused)
    #expect(bound.value == Double(31 * (m + p - 1)))
    #expect(bound.scope == .fused)
  }

  @Test("of fused schedules name F and BW")
  func fusedWording() throws {
    // Two forwards there, then F and BW of 2 and 3 each, then two backwards home: 2 x 2 + 4 x 5 + 2 x 3.
    let problem = try Problem.uniform(
      devices: 3, microbatches: 4, forward: 2, backwardInput: 1, backwardWeight: 2)
    let bound = LowerBound.simple(for: problem, objective: .makespan, scope: .fused)
    #expect(bound.value == 30)
    #expect(
      bound.explanation
        == "device 2: work arrives after 4, then 20 of F and BW, then 6 back to the first stage")
  }

  @Test("name the work that binds in words")
  func wording() throws {
    // Three forwards lead to the last device, which then works on 8 microbatches for 3 each.
    let problem = try Problem.uniform(devices: 4, microbatches: 8)
    let bound = LowerBound.best(for: problem, objective: .makespan)
    #expect(bound.explanation == "device 3: 3 until its first F can start, then 24 of work")
  }

  @Test("count an optimizer step after the last operation and hold for microbatches of unequal scale")
  func unequal() throws {
    // By hand: one device and two microbatches, 1.5 times 3 of work and a step of 2.
    let problem = try Problem(
      devices: [Device(optimizerStep: 2)],
      stages: [Stage(forward: 1, backwardInput: 1, backwardWeight: 1)],
      microbatches: [Microbatch(), Microbatch(scale: 0.5)])
    #expect(LowerBound.best(for: problem, objective: .makespan).value == 6.5)
    #expect(LowerBound.best(for: problem, objective: .period).value == 6.5)
  }
}
