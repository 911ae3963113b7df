import PipelineModel
import TestSupport
import Testing
import Timeline

@Suite("Orders that can never run name the shortest circle of waiting operations")
struct WaitCycleTests {
  private func cycle(_ problem: Problem, _ orders: [[Operation]]) throws -> WaitCycle {
    let schedule = Schedule(problem: problem, orders: Orders(orders))
    #expect(Timeline(ifItRuns: schedule) == nil)
    let error = #expect(throws: TimelineError.self) { try Timeline(schedule) }
    guard case .deadlock(let cycle)? = error else {
      Issue.record("expected a deadlock, found \(String(describing: error))")
      return WaitCycle(waits: [])
    }
    return cycle
  }

  private func operation(_ kind: Operation.Kind, _ stage: Int, _ microbatch: Int) -> Operation {
    Operation(kind, stage: Stage.ID(stage), microbatch: Microbatch.ID(microbatch))
  }

  @Test("a backward before its own forward")
  func pair() throws {
    let problem = try Problem.uniform(devices: 1, microbatches: 1)
    let found = try cycle(
      problem,
      [[operation(.backwardInput, 0, 0), operation(.forward, 0, 0), operation(.backwardWeight, 0, 0)]])
    #expect(
      found.description
        == "B(stage 0, microbatch 0) on device 0 needs the output of F(stage 0, microbatch 0) on device 0, "
        + "which comes after B(stage 0, microbatch 0) in the order of device 0")
  }

  @Test("two devices that each want the other's microbatch first")
  func crossed() throws {
    // Device 0 sends microbatch 1 only after microbatch 0 has come back; device 1 wants microbatch 1 first.
    let problem = try Problem.uniform(devices: 2, microbatches: 2)
    let found = try cycle(
      problem,
      [
        [
          operation(.forward, 0, 0), operation(.backward, 0, 0), operation(.forward, 0, 1),
          operation(.backward, 0, 1),
        ],
        [
          operation(.forward, 1, 1), operation(.forward, 1, 0), operation(.backward, 1, 0),
          operation(.backward, 1, 1),
        ],
      ])
    // F(1,1) needs F(0,1), after BW(0,0), which needs BW(1,0), after F(1,1).
    #expect(found.waits.count == 4)
    #expect(
      Set(found.waits.map(\.operation)) == [
        operation(.forward, 1, 1), operation(.forward, 0, 1), operation(.backward, 0, 0),
        operation(.backward, 1, 0),
      ])
  }

  @Test("no circle is shorter, by brute force over random broken orders")
  func shortest() throws {
    let shape = RandomProblem(devices: 1...3, microbatches: 1...3)
      .without(.pieces, because: "shuffled pieces are out of order before they wait in a circle")
      .without(.recompute, because: "a backward pass before its R is refused before it waits")
    var random = SeededGenerator(seed: 11)
    var checked = 0
    while checked < 60 {
      let problem = try shape.problem(using: &random)
      let valid = problem.randomOrders(using: &random)
      let orders = problem.devices.indices.map { Array(valid[Device.ID($0)]).shuffled(using: &random) }
      if ReferenceSimulator(problem, Orders(orders)) != nil { continue }
      let found = try cycle(problem, orders)
      try verify(found, problem, orders)
      #expect(found.waits.count == Self.shortestLength(problem, orders))
      checked += 1
    }
  }

  /// Every wait is a real one.
  private func verify(_ cycle: WaitCycle, _ problem: Problem, _ orders: [[Operation]]) throws {
    for (wait, next) in zip(cycle.waits, cycle.waits.dropFirst() + cycle.waits.prefix(1)) {
      switch wait.reason {
      case .input: #expect(Self.producers(of: wait.operation, problem, orders).contains(next.operation))
      case .order:
        let order = orders[wait.device.index]
        let here = try #require(order.firstIndex(of: wait.operation))
        #expect(try #require(order.firstIndex(of: next.operation)) < here)
      case .pair: Issue.record("there are no pairs")
      }
    }
  }

  /// What an operation waits for in time: its own `F` only where no gradient comes from elsewhere.
  private static func producers(
    of operation: Operation, _ problem: Problem, _ orders: [[Operation]]
  ) -> [Operation] {
    let needs = Dependences(of: problem).needs(of: operation)
    let gradients = needs.filter { $0.kind == .backwardInput }
    let others = gradients + needs.filter { $0.kind == .reload }
    return (gradients.isEmpty ? needs : others).flatMap { need in
      orders.joined().filter { $0.kind != .backwardWeight && $0.asNeeded == need }
    }
  }

  /// Floyd-Warshall over the whole graph of waits.
  private static func shortestLength(_ problem: Problem, _ orders: [[Operation]]) -> Int {
    let all = Array(orders.joined())
    let index = Dictionary(uniqueKeysWithValues: all.enumerated().map { ($1, $0) })
    var distance = [[Int]](repeating: Array(repeating: 1_000_000, count: all.count), count: all.count)
    for order in orders {
      for (position, operation) in order.enumerated() {
        for other in order[..<position] + producers(of: operation, problem, orders) {
          distance[index[operation, default: 0]][index[other, default: 0]] = 1
        }
      }
    }
    for middle in all.indices {
      for from in all.indices where distance[from][middle] < 1_000_000 {
        for to in all.indices {
          distance[from][to] = min(distance[from][to], distance[from][middle] + distance[middle][to])
        }
      }
    }
    return all.indices.map { distance[$0][$0] }.min() ?? 0
  }
}
