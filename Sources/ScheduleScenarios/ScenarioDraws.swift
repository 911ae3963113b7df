import PipelineModel
import Timeline

/// Draws the scenarios of a problem.
///
/// Every rule has one number for each pass, `F`, `B` and `W`, of each microbatch on each stage, in every scenario. It
/// depends on the seed, the scenario, the rule and the pass alone, so that all schedules of a problem meet the same luck,
/// whatever their orders are and whatever else is drawn. A `BW` that could be taken apart has the luck of its `B` and of
/// its `W`; one that cannot has that of a `B`.
package struct ScenarioDraws: Sendable {
  /// What is drawn for.
  package let table: PassTable
  /// What is drawn.
  package let scenarios: Scenarios
  private let rules: [Rule]
  /// Run by run.
  private let recordings: [[Scenario.Recording]]
  private let random: CounterRandom

  /// A rule, and the passes that it may change, by their number in the table.
  private struct Rule {
    let rule: ScenarioRule
    let passes: [Int32]
  }

  /// Prepares to draw.
  ///
  /// - Throws: `ScenarioError` naming what the problem does not have.
  /// - Complexity: O(visits x rules + recorded operations).
  package init(_ scenarios: Scenarios, for table: PassTable) throws(ScenarioError) {
    let problem = table.lowered.problem
    try scenarios.check(for: problem)
    self.table = table
    self.scenarios = scenarios
    rules = scenarios.rules.map { rule in
      Rule(
        rule: rule, passes: table.passes.indices.filter { rule.mayChange(table.passes[$0]) }.map { Int32($0) }
      )
    }
    var recordings: [[Scenario.Recording]] = []
    for (index, sample) in scenarios.samples.enumerated() {
      do { recordings.append(try Self.recordings(of: sample, in: table)) } catch {
        throw error.within("durations").within(.index(index)).within("samples")
      }
    }
    self.recordings = recordings
    random = CounterRandom(seed: scenarios.seed)
    guard table.links.isEmpty, let index = scenarios.rules.firstIndex(where: \.changesLink) else { return }
    throw ScenarioError(["rules", .index(index), "oneOf"], .withoutLinks)
  }

  /// A scenario to be drawn into.
  package func makeScenario() -> Scenario { Scenario(placeCount: table.placeCount) }

  /// Draws a scenario by its number, from 0 on, into the place of another. O(passes x rules).
  package func draw(_ number: Int, into scenario: inout Scenario) {
    for place in scenario.factors.indices { scenario.factors[place] = 1 }
    scenario.links.removeAll(keepingCapacity: true)
    scenario.recordings = recordings.isEmpty ? [] : recordings[number % recordings.count]
    let random = random.branch(number)
    for (index, rule) in rules.enumerated() { draw(rule, random.branch(index), into: &scenario) }
  }

  private func draw(_ rule: Rule, _ random: CounterRandom, into scenario: inout Scenario) {
    switch rule.rule {
    case .factor(let distribution, _):
      for index in rule.passes {
        let pass = table.passes[Int(index)]
        let factor = distribution.factor(random.uniform(pass.counter))
        scenario.multiply(pass.place, by: factor)
      }
    case .oneDevice(let speed):
      let device = Device.ID(random.index(below: table.lowered.problem.deviceCount, 0))
      for pass in table.passes where pass.device == device { scenario.multiply(pass.place, by: 1 / speed) }
    case .oneLink(let change):
      let number = random.index(below: table.links.count, 0)
      let delays = table.delays(of: table.links[number], changing: change.latency)
      // Of two rules that meet on a link, the later one holds.
      scenario.links.removeAll { $0.link == number }
      scenario.links.append(Scenario.LinkChange(link: number, delays: delays))
    }
  }

  /// The recorded durations by place, the parts of a whole backward pass in proportion to the problem's own.
  private static func recordings(
    of sample: Scenarios.Sample, in table: PassTable
  ) throws(ScenarioError) -> [Scenario.Recording] {
    let steps = table.lowered.grid.stepsPerUnit
    var recordings: [Scenario.Recording] = []
    for (operation, duration) in sample.sorted(by: { $0.key.action < $1.key.action }) {
      func place(_ kind: Operation.Kind) -> Int? {
        table.place(of: kind, stage: operation.stage, microbatch: operation.microbatch)
      }
      guard let own = place(operation.kind) else {
        throw ScenarioError([.name(operation.action)], .unknownOperation(operation))
      }
      guard operation.kind == .backward, let weight = place(.backwardWeight) else {
        recordings.append(Scenario.Recording(place: own, duration: duration * steps))
        continue
      }
      let parts = [Operation.Kind.backwardInput, .backwardWeight].map {
        Operation($0, stage: operation.stage, microbatch: operation.microbatch)
      }
      guard parts.allSatisfy({ sample[$0] == nil }) else {
        throw ScenarioError([.name(operation.action)], .recordedTwice(operation))
      }
      let whole = table.duration(at: own) + table.duration(at: weight)
      let share = whole > 0 ? table.duration(at: own) / whole : 1
      recordings.append(Scenario.Recording(place: own, duration: duration * steps * share))
      recordings.append(Scenario.Recording(place: weight, duration: duration * steps * (1 - share)))
    }
    return recordings
  }
}

extension Scenario {
  /// However many rules multiply, times stay numbers.
  @inline(__always)
  fileprivate mutating func multiply(_ place: Int, by factor: Double) {
    factors[place] = min(factors[place] * factor, Scenarios.factors.upperBound)
  }
}

extension PassTable.Pass {
  /// The number of its draw, the same in every problem that has the pass.
  fileprivate var counter: UInt64 {
    let visit =
      UInt64(UInt32(bitPattern: stage.rawValue)) << 32 | UInt64(UInt32(bitPattern: microbatch.rawValue))
    // `R` came later than the others, whose luck stays what it was.
    return kind == .recompute ? visit | 1 << 62 : visit &* 3 &+ UInt64(kind.rawValue)
  }
}

extension ScenarioRule {
  var changesLink: Bool { if case .oneLink = self { true } else { false } }

  /// Whether it selects a pass.
  fileprivate func mayChange(_ pass: PassTable.Pass) -> Bool {
    guard case .factor(_, let selection) = self else { return false }
    return selection.contains(pass)
  }
}

extension ScenarioRule.Selection {
  fileprivate func contains(_ pass: PassTable.Pass) -> Bool {
    (stages?.contains(pass.stage) ?? true) && (kinds?.contains(pass.kind) ?? true)
      && (devices?.contains(pass.device) ?? true) && (microbatches?.contains(pass.microbatch) ?? true)
  }
}
