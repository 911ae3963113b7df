import PipelineModel
import TestSupport
import Testing

@testable import ScheduleScenarios
@testable import Timeline

@Suite("the luck of scenarios")
struct DrawTests {
  @Test("the generator is SplitMix64, read at any place")
  func generator() {
    // Vigna's splitmix64.c with the seed 1234567.
    let published: [UInt64] = [
      6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
      4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
    ]
    let random = CounterRandom(key: 1_234_567)
    for (index, bits) in published.enumerated().reversed() { #expect(random.bits(UInt64(index) + 1) == bits) }
  }

  /// Mean and deviation in closed form; three standard errors of a mean of so many draws.
  @Test(
    "factors have the mean and the median of their distribution",
    arguments: [
      (Distribution.lognormal(0.15), 1.0113134, 0.1525, 1.0),
      (.uniform(0.5, 2), 1.25, 0.4331, 1.25),
      (.tail(chance: 0.1, factor: 4), 1.3, 0.9, 1), (.constant(1.5), 1.5, 0, 1.5),
    ])
  func moments(distribution: Distribution, mean: Double, deviation: Double, median: Double) throws {
    let problem = try Problem.uniform(devices: 4, microbatches: 64)
    let draws = try ScenarioDraws(
      Scenarios(rules: [.factor(distribution, on: .init())], count: 50, seed: 3), for: PassTable(problem))
    var scenario = draws.makeScenario()
    var factors: [Double] = []
    for number in 0..<50 {
      draws.draw(number, into: &scenario)
      factors += draws.table.passes.map { scenario.factors[$0.place] }
    }
    let count = Double(factors.count)
    #expect(abs(factors.reduce(0, +) / count - mean) <= 3 * deviation / count.squareRoot() + 1e-12)
    #expect(abs(factors.sorted()[factors.count / 2] - median) < 0.02)
    #expect(abs(distribution.mean - mean) < 1e-6)
  }

  @Test("a pass has the same luck in every problem that has it, and another in every scenario and rule")
  func commonNumbers() throws {
    let rule = ScenarioRule.factor(.lognormal(0.2), on: .init())
    func factors(
      _ devices: Int, _ microbatches: Int, _ rules: [ScenarioRule], _ number: Int, seed: UInt64 = 1
    )
      throws -> [Operation: Double]
    {
      let table = PassTable(try Problem.uniform(devices: devices, microbatches: microbatches))
      let draws = try ScenarioDraws(Scenarios(rules: rules, seed: seed), for: table)
      var scenario = draws.makeScenario()
      draws.draw(number, into: &scenario)
      return Dictionary(
        uniqueKeysWithValues: table.passes.map {
          (Operation($0.kind, stage: $0.stage, microbatch: $0.microbatch), scenario.factors[$0.place])
        })
    }
    let own = try factors(2, 3, [rule], 7)
    let larger = try factors(4, 6, [rule], 7)
    #expect(own.allSatisfy { larger[$0] == $1 })
    #expect(Set(own.values).count == own.count)
    #expect(try factors(2, 3, [rule], 8).allSatisfy { own[$0] != $1 })
    #expect(try factors(2, 3, [rule], 7, seed: 2).allSatisfy { own[$0] != $1 })
    // Two rules multiply, and the second has luck of its own.
    let both = try factors(2, 3, [rule, rule], 7)
    #expect(both.allSatisfy { abs($1 - (own[$0] ?? 0) * (own[$0] ?? 0)) > 1e-9 })
  }

  @Test("a rule changes what it names and nothing else")
  func selection() throws {
    let table = PassTable(try Problem.uniform(devices: 3, microbatches: 4))
    let selection = ScenarioRule.Selection(
      stages: [Stage.ID(1)], kinds: [.forward, .backwardWeight], microbatches: [Microbatch.ID(2)])
    let draws = try ScenarioDraws(Scenarios(rules: [.factor(.constant(3), on: selection)]), for: table)
    var scenario = draws.makeScenario()
    draws.draw(0, into: &scenario)
    for pass in table.passes {
      let isNamed = pass.stage.index == 1 && pass.microbatch.index == 2 && pass.kind != .backwardInput
      #expect(scenario.factors[pass.place] == (isNamed ? 3 : 1))
    }
  }

  @Test("one device is slow in a scenario, and every device in some")
  func oneDevice() throws {
    let table = PassTable(try Problem.uniform(devices: 4, microbatches: 2))
    let draws = try ScenarioDraws(Scenarios(rules: [.oneDevice(speed: 0.5)]), for: table)
    var scenario = draws.makeScenario()
    var chosen = Set<Device.ID>()
    for number in 0..<50 {
      draws.draw(number, into: &scenario)
      let slow = Set(table.passes.filter { scenario.factors[$0.place] == 2 }.map(\.device))
      #expect(slow.count == 1)
      #expect(table.passes.allSatisfy { scenario.factors[$0.place] == (slow.contains($0.device) ? 2 : 1) })
      chosen.formUnion(slow)
    }
    #expect(chosen.count == 4)
  }

  @Test("recorded runs are taken in turn; a whole backward pass is shared out like the problem's own")
  func samples() throws {
    let table = PassTable(
      try Problem.uniform(devices: 2, microbatches: 2, forward: 1, backwardInput: 2, backwardWeight: 1))
    func operation(_ kind: Operation.Kind) -> Operation {
      Operation(kind, stage: Stage.ID(1), microbatch: Microbatch.ID(0))
    }
    let scenarios = try Scenarios(samples: [[operation(.forward): 5], [operation(.backward): 6]])
    #expect(scenarios.count == 2)
    let draws = try ScenarioDraws(scenarios, for: table)
    var scenario = draws.makeScenario()
    func recorded(_ number: Int) -> [Int: Double] {
      draws.draw(number, into: &scenario)
      return Dictionary(uniqueKeysWithValues: scenario.recordings.map { ($0.place, $0.duration) })
    }
    func place(_ kind: Operation.Kind) throws -> Int {
      try #require(table.place(of: kind, stage: Stage.ID(1), microbatch: Microbatch.ID(0)))
    }
    #expect(try recorded(0) == [place(.forward): 5])
    #expect(try recorded(1) == [place(.backwardInput): 4, place(.backwardWeight): 2])
    #expect(recorded(2) == recorded(0))
  }
}
