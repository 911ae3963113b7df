import PipelineModel
import ScheduleFamilies
import TestSupport
import Testing
import Timeline

@Suite("Families never wait for themselves")
struct RunnableTests {
  @Test("interleaved 1F1B with any number of microbatches in groups of any size", arguments: 1...6)
  func interleaved(devices p: Int) throws {
    for chunks in 2...3 {
      for m in 1...(3 * p + 3) {
        let problem = try Problem.uniform(devices: p, microbatches: m).arranged(.loop, chunks: chunks)
        for size in [p, p + 1, 2 * p - 1] where size == p || size <= m {
          let parameters = FamilyParameters(groupSize: size)
          let orders = try Families.named("interleaved").orders(for: problem, parameters: parameters)
          #expect(orders.canRun(problem), "\(p) \(m) \(chunks) \(size)")
          let paired = try Families.named("interleaved-overlap").orders(for: problem, parameters: parameters)
          #expect(paired.canRun(problem), "\(p) \(m) \(chunks) \(size) paired")
        }
      }
    }
  }

  @Test("interleaved zero bubble with any number of microbatches", arguments: 1...8)
  func zeroBubble(devices p: Int) throws {
    for chunks in 1...3 {
      for m in 1...(3 * p + 3) {
        let problem = try Problem.uniform(devices: p, microbatches: m).arranged(.loop, chunks: chunks)
        #expect(try Families.named("interleaved-zb").orders(for: problem).canRun(problem), "\(m) \(chunks)")
      }
    }
  }

  // Unequal times change the order: the group grows with the longest way through a chunk.
  @Test("grouped interleaved in groups of any size on uneven stages", arguments: 1...8)
  func grouped(devices p: Int) throws {
    for chunks in 2...4 {
      for m in [1, p + 1, 3 * p] {
        for forward in [1.0, 20] {
          let problem = try Problem.uniform(devices: p, microbatches: m, forward: forward)
            .arranged(.loop, chunks: chunks)
          for size in 1...p {
            let orders = try Families.named("grouped-interleaved").orders(
              for: problem, parameters: FamilyParameters(groupSize: size))
            #expect(orders.canRun(problem), "\(m) \(chunks) \(forward) \(size)")
          }
        }
      }
    }
  }

  @Test("Hanayo with any number of waves and microbatches", arguments: 1...6)
  func hanayo(devices p: Int) throws {
    for waves in 1...3 {
      for m in 1...(2 * p + 2) {
        let problem = try Problem.uniform(devices: p, microbatches: m).arranged(.v, chunks: 2 * waves)
        #expect(try Families.named("hanayo").orders(for: problem).canRun(problem), "\(m) \(waves)")
      }
    }
  }

  @Test("Chimera with any even number of microbatches", arguments: [2, 4, 6, 8, 10])
  func chimera(devices p: Int) throws {
    for m in stride(from: 2, through: 3 * p, by: 2) {
      let problem = try Problem.uniform(devices: p, microbatches: m).arranged(.bidirectional, chunks: 1)
      #expect(try Families.named("chimera").orders(for: problem).canRun(problem), "\(m)")
    }
  }

  @Test("overlapped pairs are a forward and a BW of another microbatch, one per steady forward")
  func pairs() throws {
    let problem = try Problem.uniform(devices: 4, microbatches: 8).arranged(.loop, chunks: 2)
    let orders = try Families.named("interleaved-overlap").orders(for: problem)
    // Device d warms up with 2(3-d) + 4 + 1 of its 16 forwards.
    #expect(orders.pairs.count == (0..<4).reduce(0) { $0 + 16 - (2 * (3 - $1) + 5) })
    for position in orders.pairs {
      let (forward, backward) = (orders.operations[position], orders.operations[position + 1])
      #expect(forward.kind == .forward && backward.kind == .backward)
      #expect(forward.microbatch != backward.microbatch)
    }
  }
}

extension Orders {
  /// Whether every operation finds its inputs, where both parts of a pair need theirs before it begins.
  fileprivate func canRun(_ problem: Problem) -> Bool {
    var done = Set<Operation>()
    var next = Array(bounds.dropLast())
    let paired = Set(pairs)
    var moved = true
    while moved {
      moved = false
      for device in 0..<deviceCount {
        while next[device] < bounds[device + 1] {
          let block = operations[next[device]..<next[device] + (paired.contains(next[device]) ? 2 : 1)]
          guard block.allSatisfy({ problem.input(of: $0).map(done.contains) ?? true }) else { break }
          for operation in block {
            var operation = operation
            if operation.kind == .backward { operation.kind = .backwardInput }
            done.insert(operation)
          }
          next[device] += block.count
          moved = true
        }
      }
    }
    return zip(next, bounds.dropFirst()).allSatisfy { $0 == $1 }
  }
}

extension Problem {
  /// What an operation waits for besides its device; nothing for the first forward of a route.
  fileprivate func input(of operation: Operation) -> Operation? {
    let visits = route(of: operation.microbatch).visits
    // Every route of these families visits the stages in order.
    let position = operation.stage.index
    func pass(_ kind: Operation.Kind, _ position: Int) -> Operation {
      Operation(kind, stage: visits[position].stage, microbatch: operation.microbatch)
    }
    switch operation.kind {
    case .forward: return position == 0 ? nil : pass(.forward, position - 1)
    case .backwardWeight: return pass(.backwardInput, position)
    case .recompute, .reload: return pass(.forward, position)
    case .backwardInput, .backward:
      let isLast = position == visits.count - 1
      return isLast ? pass(.forward, position) : pass(.backwardInput, position + 1)
    }
  }
}
