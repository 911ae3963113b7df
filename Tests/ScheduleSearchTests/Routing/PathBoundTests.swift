import PipelineModel
import TestSupport
import Testing

@testable import ScheduleSearch

@Suite("Bounds by paths")
struct PathBoundTests {
  /// The nine devices, each held back by its memory alone.
  private func nineDevices(perOrigin: Int) throws -> RoutingProblem {
    let problem = try NineDevices.problem(perOrigin: perOrigin, isEven: false)
    var rules = problem.rules
    rules.visitsPerDevice = nil
    return try problem.with(rules: rules)
  }

  @Test("meet the optima that a constraint solver (CP-SAT) proved", arguments: [(1, 8.6376), (2, 9.2612)])
  func optima(perOrigin: Int, optimum: Double) throws {
    let problem = try nineDevices(perOrigin: perOrigin)
    let bound = LowerBound.best(for: problem, objective: .makespan, scope: .fused, until: optimum)
    #expect(abs(bound.value - optimum) < 1e-9)
    #expect(bound.argument == .paths)
    // A target that is too long is not proved.
    let longer = LowerBound.best(for: problem, objective: .makespan, scope: .fused, until: 1.01 * optimum)
    #expect(longer.value <= optimum + 1e-9)
  }

  @Test("hold by the programme of shares alone, whatever its multipliers")
  func shares() throws {
    let problem = try nineDevices(perOrigin: 1)
    let model = RoutingModel(problem, fused: true, shrunk: true)
    var random = SeededGenerator(seed: 12)
    for (length, isRefuted) in [(8.3, true), (8.6376, false), (9.0, false)] {
      let table = try #require(PathTable(model, upTo: length * (1 + 1e-9), most: 1_000))
      var program = PathProgram(table, length: length, mostColumns: 10_000)
      var effort = 100_000_000
      let found = program.refutation(effort: &effort, until: .never)
      #expect((found != nil) == isRefuted, "\(length)")
      guard !isRefuted, !program.isHopeless else { continue }
      for _ in 0..<20 {
        let multipliers = program.rows.map { _ in Double.random(in: 0...1, using: &random) }
        #expect(program.excess(multipliers) <= 0)
      }
    }
  }

  @Test("one device's windows keep every order of its tasks")
  func oneAtATime() {
    var random = SeededGenerator(seed: 13)
    var (refuted, narrowed) = (0, 0)
    for _ in 0..<400 {
      let tasks = (0..<Int.random(in: 2...5, using: &random)).map { _ in
        let start = Double(Int.random(in: 0...8, using: &random))
        let duration = Double(Int.random(in: 1...4, using: &random))
        return (
          start: start, end: start + duration + Double(Int.random(in: 0...9, using: &random)),
          duration: duration
        )
      }
      var windows = OneAtATime()
      for task in tasks { windows.add(earliest: task.start, latest: task.end, duration: task.duration) }
      let isPossible = windows.narrow(slip: 1e-9)
      var (first, last) = (tasks.map { _ in Double.infinity }, tasks.map { _ in -Double.infinity })
      for order in permutations(Array(tasks.indices)) {
        var time = 0.0
        let starts = order.map { task in
          let start = max(time, tasks[task].start)
          time = start + tasks[task].duration
          return start
        }
        guard zip(order, starts).allSatisfy({ $1 + tasks[$0].duration <= tasks[$0].end }) else { continue }
        time = .infinity
        for (task, start) in zip(order, starts).reversed() {
          time = min(time, tasks[task].end)
          first[task] = min(first[task], start)
          last[task] = max(last[task], time)
          time -= tasks[task].duration
        }
      }
      guard first[0].isFinite else {
        refuted += isPossible ? 0 : 1
        continue
      }
      #expect(isPossible)
      for task in tasks.indices {
        #expect(windows.earliest[task] <= first[task] && windows.latest[task] >= last[task])
        narrowed += windows.earliest[task] > tasks[task].start ? 1 : 0
      }
    }
    #expect(refuted > 40 && narrowed > 40, "\(refuted) \(narrowed)")
  }

  @Test("memory's windows keep every schedule of its stays")
  func heldTogether() {
    var random = SeededGenerator(seed: 14)
    var (refuted, narrowed) = (0, 0)
    for _ in 0..<150 {
      let stays = (0..<3).map { _ in
        let start = Int.random(in: 0...3, using: &random)
        let length = Int.random(in: 1...4, using: &random)
        return (
          start: start, end: start + length + Int.random(in: 0...4, using: &random), length: length,
          amount: Double(Int.random(in: 1...2, using: &random))
        )
      }
      let capacity = Double(Int.random(in: 2...3, using: &random))
      var windows = HeldTogether()
      for stay in stays {
        windows.add(
          HeldTogether.Stay(
            earliest: Double(stay.start), latest: Double(stay.end), lastStart: Double(stay.end - stay.length),
            firstEnd: Double(stay.start + stay.length), length: Double(stay.length), amount: stay.amount))
      }
      let isPossible = windows.narrow(capacity: capacity, slip: 1e-9)
      // All whole starts and ends, one by one.
      let choices = stays.map { stay in
        (stay.start...stay.end - stay.length).flatMap { start in
          (start + stay.length...stay.end).map { (start: start, end: $0) }
        }
      }
      var (first, last) = ([Int.max, .max, .max], [-1, -1, -1])
      for one in choices[0] {
        for two in choices[1] {
          for three in choices[2] {
            let all = [one, two, three]
            let fits = (0..<16).allSatisfy { time in
              zip(all, stays).reduce(0) { $0 + ($1.0.start <= time && time < $1.0.end ? $1.1.amount : 0) }
                <= capacity
            }
            guard fits else { continue }
            for stay in 0..<3 {
              first[stay] = min(first[stay], all[stay].start)
              last[stay] = max(last[stay], all[stay].end)
            }
          }
        }
      }
      guard last[0] >= 0 else {
        refuted += isPossible ? 0 : 1
        continue
      }
      #expect(isPossible)
      for stay in 0..<3 where isPossible {
        let window = windows.window(of: stay)
        #expect(window.earliest <= Double(first[stay]) && window.latest >= Double(last[stay]))
        narrowed += window.earliest > Double(stays[stay].start) ? 1 : 0
      }
    }
    #expect(refuted > 5 && narrowed > 5, "\(refuted) \(narrowed)")
  }

  private func permutations(_ items: [Int]) -> [[Int]] {
    guard let first = items.first else { return [[]] }
    return permutations(Array(items.dropFirst())).flatMap { rest in
      (0...rest.count).map { place in Array(rest[..<place]) + [first] + Array(rest[place...]) }
    }
  }
}
