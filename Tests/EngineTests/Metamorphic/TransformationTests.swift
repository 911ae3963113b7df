import PipelineModel
import ScheduleChecker
import ScheduleFamilies
import TestSupport
import Testing
import Timeline

/// Metamorphic tests: what a problem said in another way must not change, whatever the right answer is.
@Suite("The same problem in another form")
struct TransformationTests {
  @Test("orders carry over: every figure follows, and the checker agrees", arguments: Transformation.all)
  func orders(transformation: Transformation) throws {
    var random = SeededGenerator(seed: 12)
    for _ in 0..<150 {
      let problem = try transformation.shape.problem(using: &random)
      let other = try transformation.problem(problem)
      var orders = problem.randomOrders(using: &random)
      if transformation.isFused { orders = orders.wholeBackward }
      let timeline = try Timeline(Schedule(problem: problem, orders: orders))
      let carried = try Timeline(Schedule(problem: other, orders: transformation.orders(problem, orders)))
      #expect(ScheduleChecker(carried.record()).violations() == [])
      for objective in Objective.allCases {
        let expected = timeline.value(of: objective) * transformation.times
        #expect(carried.value(of: objective).isNear(expected), "\(problem) \(objective)")
      }
      let (most, now) = (timeline.peakMemory.max() ?? 0, carried.peakMemory.max() ?? 0)
      #expect(now <= most * (transformation.memory ?? 1) * (1 + 1e-9))
      if let memory = transformation.memory { #expect(now.isNear(most * memory)) }
    }
  }

  @Test("every engine's answers agree", arguments: Transformation.all)
  func answers(transformation: Transformation) throws {
    var random = SeededGenerator(seed: 13)
    let engines = Engine.all.filter { !transformation.isFused || $0.isFused }
    var asked = Set<String>()
    for _ in 0..<4 {
      let problem = try transformation.shape.problem(using: &random)
      let other = try transformation.problem(problem)
      guard other.mostVisitsOfDevice <= 5 else { continue }
      for (engine, objective) in engines.flatMap({ engine in Objective.allCases.map { (engine, $0) } }) {
        let (first, second) = (
          try engine.answer(problem, objective), try engine.answer(other, objective)
        )
        guard let first, let second else {
          #expect(
            (first == nil) == (second == nil) || transformation.agreement != .same, "\(engine) \(problem)")
          continue
        }
        asked.insert(engine.description)
        expect(first, second, to: transformation, "\(engine) \(objective) \(problem)")
      }
    }
    #expect(asked.count >= min(4, engines.count))
  }

  @Test(
    "families write the same orders", arguments: Transformation.all.filter { $0.agreement == .same })
  func families(transformation: Transformation) throws {
    var random = SeededGenerator(seed: 14)
    let shape = transformation.shape.sized(devices: 1...4, microbatches: 1...9)
      .without(.placement, .replicas, .routes, .pieces, because: "a family lays stages out itself")
    var written = 0
    for _ in 0..<12 {
      let problem = try shape.problem(using: &random)
      for family in Families.all {
        guard let laidOut = try? family.layout.arranging(problem, parts: 2),
          let orders = try? family.orders(for: laidOut)
        else { continue }
        #expect(
          try family.orders(for: transformation.problem(laidOut)) == orders, "\(family.name) \(laidOut)")
        written += 1
      }
    }
    #expect(written > 60)
  }

  private func expect(
    _ first: Answer, _ second: Answer, to transformation: Transformation, _ comment: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let (bound, value) = (first.bound * transformation.times, first.value * transformation.times)
    let isSound = second.bound <= value * (1 + 1e-9)
    let isSoundBack = bound <= second.value * (1 + 1e-9)
    let isEqual = second.bound.isNear(bound)
    switch transformation.agreement {
    case .same:
      let isSame = isEqual && second.value.isNear(value) && first.orders == second.orders
      #expect(isSame, "\(first) \(second) \(comment)", sourceLocation: sourceLocation)
    case .equalBounds:
      #expect(
        isEqual && isSound && isSoundBack, "\(first) \(second) \(comment)", sourceLocation: sourceLocation)
    case .equalOptima:
      #expect(isSound && isSoundBack, "\(first) \(second) \(comment)", sourceLocation: sourceLocation)
    case .noWorse:
      #expect(isSound, "\(first) \(second) \(comment)", sourceLocation: sourceLocation)
    }
  }
}

extension Problem {
  /// The visits of the device that has most: what the size of bounds grows with.
  fileprivate var mostVisitsOfDevice: Int {
    let devices = microbatches.indices.flatMap { route(of: Microbatch.ID($0)).visits.map(\.device) }
    return Dictionary(grouping: devices) { $0 }.values.map(\.count).max() ?? 0
  }
}

extension Double {
  /// Whether two figures are equal but for rounding.
  fileprivate func isNear(_ other: Double) -> Bool {
    self == other || abs(self - other) <= 1e-9 * max(abs(self), abs(other))
  }
}
