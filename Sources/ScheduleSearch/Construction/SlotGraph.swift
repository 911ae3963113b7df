import OperationGraph
import PipelineModel

/// Which visits feed which, slot by slot.
struct SlotGraph {
  /// A visit that waits for another, and how long the message takes.
  struct Arc {
    var slot: Int
    var latency: Double
  }

  private let model: BlockModel
  private(set) var device: [Int]
  private(set) var forwardOutputs: [[Arc]]
  private(set) var backwardOutputs: [[Arc]]
  private(set) var forwardInputs: [Int]
  private(set) var backwardInputs: [Int]
  /// Whether the backward pass waits for nothing but its own `F`.
  private(set) var turns: [Bool]

  /// O(visits + inputs).
  init(_ model: BlockModel) {
    self.model = model
    let slots = model.stage.count
    device = Array(repeating: 0, count: slots)
    forwardOutputs = Array(repeating: [], count: slots)
    backwardOutputs = forwardOutputs
    forwardInputs = device
    backwardInputs = device
    turns = Array(repeating: false, count: slots)
    let problem = model.problem
    let arcs = problem.routes.indices.map { model.lowered.arcs(ofRoute: $0) }
    for microbatch in problem.microbatches.indices {
      let route = Int(problem.routeIndexes[microbatch])
      add(arcs[route], problem.routes[route].visits, from: Int(model.lowered.originSlots[microbatch]) + 1)
    }
  }

  private mutating func add(_ arcs: RouteArcs, _ visits: [Route.Visit], from first: Int) {
    for position in visits.indices {
      device[first + position] = visits[position].device.index
      forwardInputs[first + position] = arcs.forward[position].count
      for arc in arcs.forward[position] {
        forwardOutputs[first + arc.source].append(Arc(slot: first + position, latency: arc.latency))
      }
      guard let gradients = arcs.backward[position] else { continue }
      turns[first + position] = gradients.isEmpty
      backwardInputs[first + position] = max(1, gradients.count)
      for arc in gradients {
        backwardOutputs[first + arc.source].append(Arc(slot: first + position, latency: arc.latency))
      }
    }
  }

  /// The backward pass of a visit, whole where it can be.
  func kind(ofBackward slot: Int) -> BlockModel.Block.Kind {
    model.problem.stages[Int(model.stage[slot])].gradient(isFused: true) == .backward
      ? .backward : .backwardInput
  }
}
