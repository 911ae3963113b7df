extension Problem {
  /// The shortest circle of operations that wait for each other, as users know them; `nil` where there is none.
  ///
  /// Only precedences can close one. O(operations + arcs), and as much again for every precedence on a circle.
  var precedenceCircle: [String]? {
    guard !precedences.isEmpty else { return nil }
    let graph = DependenceGraph(self)
    let circle = graph.shortestCircle()
    return circle.isEmpty ? nil : circle.map { shortName(of: graph.operations[$0]) }
  }

  /// The place of every operation, backward passes apart, in an order in which all of them can run. O(operations + arcs).
  package var dependenceRanks: [Operation: Int] {
    let graph = DependenceGraph(self)
    var ranks = [Int](repeating: 0, count: graph.operations.count)
    for (rank, operation) in graph.runnable().enumerated() { ranks[operation] = rank }
    return graph.numbers.mapValues { ranks[$0] }
  }
}

/// All operations of a problem, backward passes apart, and what waits for what.
private struct DependenceGraph {
  private(set) var operations: [Operation] = []
  private var users: [[Int]] = []
  private(set) var numbers: [Operation: Int] = [:]
  /// The operations behind precedences: every circle passes one.
  private var gates = Set<Int>()

  init(_ problem: Problem) {
    let links = problem.routes.map { RouteLinks(of: $0.visits, stages: problem.stages) }
    for microbatch in problem.microbatches.indices.map({ Microbatch.ID($0) }) {
      for visit in problem.route(of: microbatch).visits {
        for kind in [Operation.Kind.forward, .backwardInput, .backwardWeight]
        where problem.stages[visit.stage.index].backward.has(kind) {
          let operation = Operation(kind, stage: visit.stage, microbatch: microbatch)
          // A backward pass that cannot be taken apart is one operation.
          if kind == .backwardWeight, problem.stages[visit.stage.index].gradient(isFused: false) == .backward
          {
            numbers[operation] = operations.count - 1
            continue
          }
          numbers[operation] = operations.count
          operations.append(operation)
        }
      }
    }
    users = Array(repeating: [], count: operations.count)
    for microbatch in problem.microbatches.indices.map({ Microbatch.ID($0) }) {
      let visits = problem.route(of: microbatch).visits
      for (position, inputs) in links[Int(problem.routeIndexes[microbatch.index])].inputs.enumerated() {
        let stage = visits[position].stage
        func own(_ kind: Operation.Kind, _ stage: Stage.ID) -> Operation {
          Operation(kind, stage: stage, microbatch: microbatch)
        }
        connect(own(.forward, stage), own(.backwardInput, stage))
        connect(own(.backwardInput, stage), own(.backwardWeight, stage))
        for input in inputs.map({ visits[$0].stage }) {
          connect(own(.forward, input), own(.forward, stage))
          connect(own(.backwardInput, stage), own(.backwardInput, input))
        }
      }
    }
    problem.forEachPrecedence { precedence, producer, consumer in
      let target = Operation(precedence.consumer.kind, stage: precedence.consumer.stage, microbatch: consumer)
      connect(
        Operation(precedence.producer.kind, stage: precedence.producer.stage, microbatch: producer), target)
      numbers[target].map { _ = gates.insert($0) }
    }
  }

  private mutating func connect(_ producer: Operation, _ consumer: Operation) {
    guard let from = numbers[producer], let to = numbers[consumer], from != to || producer == consumer else {
      return
    }
    users[from].append(to)
  }

  /// The numbers of the operations of the shortest circle, in order; empty where there is none.
  func shortestCircle() -> [Int] {
    let left = remaining()
    var best: [Int] = []
    for start in gates.sorted() where left[start] && best.count != 1 {
      let circle = self.circle(through: start, among: left)
      if !circle.isEmpty, best.isEmpty || circle.count < best.count { best = circle }
    }
    return best
  }

  /// Whether each operation is on a circle or behind one.
  private func remaining() -> [Bool] {
    var left = [Bool](repeating: true, count: operations.count)
    for operation in runnable() { left[operation] = false }
    return left
  }

  /// The operations that are on no circle and behind none, each after all that it waits for.
  func runnable() -> [Int] {
    var waiting = [Int](repeating: 0, count: operations.count)
    for list in users { for user in list { waiting[user] += 1 } }
    var ready = waiting.indices.filter { waiting[$0] == 0 }
    var order: [Int] = []
    while let next = ready.popLast() {
      order.append(next)
      for user in users[next] {
        waiting[user] -= 1
        if waiting[user] == 0 { ready.append(user) }
      }
    }
    return order
  }

  private func circle(through start: Int, among left: [Bool]) -> [Int] {
    var before = [Int: Int]()
    var front = [start]
    while !front.isEmpty {
      var next: [Int] = []
      for operation in front {
        for user in users[operation] where left[user] {
          if user == start {
            var path = [operation]
            while let last = path.last, last != start, let earlier = before[last] { path.append(earlier) }
            return path.reversed()
          }
          guard before[user] == nil else { continue }
          before[user] = operation
          next.append(user)
        }
      }
      front = next
    }
    return []
  }
}
