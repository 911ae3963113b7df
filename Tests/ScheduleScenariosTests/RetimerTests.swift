import OperationGraph
import PipelineModel
import TestSupport
import Testing

@testable import ScheduleScenarios
@testable import Timeline

/// The kernel under scenarios against the slow simulator of the problem that each scenario makes.
@Suite("orders timed under scenarios")
struct RetimerTests {
  @Test("any orders of any problem take what the problem written out takes", arguments: 0..<120)
  func againstReference(seed: Int) throws {
    var random = SeededGenerator(seed: seed + 5_000)
    let problem = try RandomProblem()
      .without(.recompute, because: "a scale has one factor for F and R, a scenario one for each")
      .problem(using: &random)
    let orders = problem.randomOrders(using: &random)
    let timeline = try Timeline(Schedule(problem: problem, orders: orders))
    let table = PassTable(problem)
    let retimer = Retimer(timeline, table: table)
    // The first changes nothing, and what one changes is gone with the next.
    for round in 0..<4 {
      var scenario = Scenario(placeCount: table.placeCount)
      if round > 0 {
        for pass in table.passes { scenario.factors[pass.place] = random.decimal(in: 1...9, decimals: 2) / 4 }
      }
      if round > 1, let link = table.links.indices.randomElement(using: &random) {
        scenario.links = [
          Scenario.LinkChange(link: link, delays: table.delays(of: table.links[link]) { 3 * $0 + 1 })
        ]
      }
      let changed = scenario.links.first.map { table.links[$0.link] }
      let written = try problem.under { kind, stage, microbatch in
        table.place(of: kind, stage: stage, microbatch: microbatch).map { scenario.factors[$0] }
          // Of a `BW` that cannot be taken apart, `B` tells the factor.
          ?? table.place(of: .backward, stage: stage, microbatch: microbatch).map { scenario.factors[$0] }
          ?? 1
      } latency: { from, to, own in
        changed == PassTable.Link(from, to) ? 3 * own + 1 : own
      }
      let makespan = try #require(ReferenceSimulator.makespan(written, orders))
      let period = try #require(ReferenceSimulator.period(written, orders))
      retimer.take(scenario)
      #expect(abs(try #require(retimer.makespan()) - makespan) <= 1e-9 * makespan)
      #expect(abs(retimer.period() - period) <= 1e-9 * period)
      if round == 0 { #expect(abs(makespan - timeline.makespan) <= 1e-9 * makespan) }
    }
  }

  @Test("a recorded duration takes the place of the problem's own, whatever that is", arguments: 0..<40)
  func recordings(seed: Int) throws {
    var random = SeededGenerator(seed: seed + 6_000)
    let problem = try RandomProblem()
      .without(.endDurations, because: "a first operation would have to be told from others")
      .without(.zeroDurations, because: "no factor makes time of none")
      .without(.recompute, because: "a scale has one factor for F and R, a scenario one for each")
      .problem(using: &random)
    let orders = problem.randomOrders(using: &random)
    let table = PassTable(problem)
    let retimer = Retimer(try Timeline(Schedule(problem: problem, orders: orders)), table: table)
    var scenario = Scenario(placeCount: table.placeCount)
    let recorded = table.passes.filter { _ in Bool.random(using: &random) }
    let steps = table.lowered.grid.stepsPerUnit
    for pass in recorded {
      scenario.recordings.append(Scenario.Recording(place: pass.place, duration: 2.5 * steps))
    }
    let factors = Dictionary(uniqueKeysWithValues: recorded.map { ($0.place, 2.5 * steps / $0.duration) })
    let written = try problem.under { kind, stage, microbatch in
      let place =
        table.place(of: kind, stage: stage, microbatch: microbatch)
        ?? table.place(of: .backward, stage: stage, microbatch: microbatch)
      return place.flatMap { factors[$0] } ?? 1
    }
    retimer.take(scenario)
    let makespan = try #require(ReferenceSimulator.makespan(written, orders))
    #expect(abs(try #require(retimer.makespan()) - makespan) <= 1e-9 * makespan)
  }

  @Test("the critical device is the one on which the critical path works longest", arguments: 0..<60)
  func criticalDevice(seed: Int) throws {
    var random = SeededGenerator(seed: seed + 7_000)
    let problem = try RandomProblem()
      .without(.overlap, because: "a pair is one step of the path that names two operations")
      .problem(using: &random)
    let timeline = try Timeline(
      Schedule(problem: problem, orders: problem.randomOrders(using: &random)))
    let table = PassTable(problem)
    let retimer = Retimer(timeline, table: table)
    var path = retimer.makePathRecorder()
    retimer.take(Scenario(placeCount: table.placeCount))
    let found = try #require(retimer.makespan(recording: &path))
    let critical = timeline.criticalPath
    var work = [Double](repeating: 0, count: problem.deviceCount)
    for link in critical.links { work[link.device.index] += link.end - link.start }
    #expect(work[found.criticalDevice] >= (work.max() ?? 0) * (1 - 1e-9))
  }
}
