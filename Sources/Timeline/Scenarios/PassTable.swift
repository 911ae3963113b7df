import OperationGraph
import PipelineModel

/// What all orders of a problem share when they are timed under scenarios: a place for each pass of each visit, `F`, `B`,
/// `W` and, where there is any, `R`, and the links that messages take. An `L` takes no time in any scenario.
///
/// A `BW` is the `B` and the `W` of its visit; one that cannot be taken apart has the place of `B`.
package struct PassTable: Sendable {
  /// One pass of a microbatch through a stage.
  package struct Pass: Sendable {
    /// `F`, `B`, `W` or `R`.
    package let kind: Operation.Kind
    package let stage: Stage.ID
    package let microbatch: Microbatch.ID
    package let device: Device.ID
    package let place: Int
    /// In grid steps.
    package let duration: Double
  }

  /// Two devices that exchange messages.
  package struct Link: Hashable, Sendable {
    package let first: Device.ID
    /// Behind the first.
    package let second: Device.ID
  }

  /// The lowered problem.
  package let lowered: LoweredProblem
  /// All passes that exist, by microbatch, position on its route and kind.
  package let passes: [Pass]
  /// The links that messages take, ascending.
  package let links: [Link]
  /// The durations of all passes, place by place, in grid steps; 0 where there is none.
  let durations: [Double]
  /// How many places a visit has.
  private let stride: Int
  /// The first row of the visit of each slot; -1 where it is none.
  private let firstRows: [Int32]
  private let linkNumbers: [Link: Int]
  /// The arcs of the distinct routes.
  private let arcs: [RouteArcs]

  /// The place of a pass that never is one, with no duration.
  static let nowhere = 0

  /// How many places there are: more than passes.
  package var placeCount: Int { durations.count }

  /// Lays a problem out. O(visits + inputs).
  package init(_ problem: Problem) { self.init(LoweredProblem(problem)) }

  /// Lays a lowered problem out. O(visits + inputs).
  package init(_ lowered: LoweredProblem) {
    let problem = lowered.problem
    let kinds = problem.hasPreparations ? Operation.Kind.allCases.count : 3
    stride = kinds
    var durations = [Double](repeating: 0, count: kinds * lowered.endCount / 2)
    var firstRows = [Int32](repeating: -1, count: lowered.endCount / 2)
    var passes: [Pass] = []
    passes.reserveCapacity(problem.operationCount)
    for microbatch in problem.microbatches.indices.lazy.map({ Microbatch.ID($0) }) {
      for (position, visit) in problem.route(of: microbatch).visits.enumerated() {
        let slot = Int(lowered.originSlots[microbatch.index]) + 1 + position
        firstRows[slot] = lowered.row(of: .forward, at: Int32(position), for: microbatch.index)
        let kinds = problem.stage(visit.stage, of: microbatch).passes(isFused: false)
        for kind in kinds where kind != .reload {
          let row = lowered.row(of: kind, at: Int32(position), for: microbatch.index)
          let duration = lowered.rows[Int(row)].duration
          let place = Self.place(of: kind, slot: slot, stride: stride)
          durations[place] = duration
          passes.append(
            Pass(
              kind: kind.traits.parts[0], stage: visit.stage, microbatch: microbatch,
              device: visit.device, place: place, duration: duration))
        }
      }
    }
    let arcs = problem.routes.indices.map { lowered.arcs(ofRoute: $0) }
    var found = Set<Link>()
    for (route, arcs) in zip(problem.routes, arcs) {
      for (target, sources) in zip(arcs.forward.indices, arcs.forward) {
        for source in sources {
          Link(route.visits[source.source].device, route.visits[target].device).map { _ = found.insert($0) }
        }
      }
    }
    links = found.sorted { ($0.first, $0.second) < ($1.first, $1.second) }
    linkNumbers = Dictionary(uniqueKeysWithValues: links.enumerated().map { ($1, $0) })
    self.lowered = lowered
    self.passes = passes
    self.durations = durations
    self.firstRows = firstRows
    self.arcs = arcs
  }

  /// The place of a pass on the visit of a slot; of a `BW`, that of its `B`.
  func place(of kind: Operation.Kind, slot: Int) -> Int { Self.place(of: kind, slot: slot, stride: stride) }

  private static func place(of kind: Operation.Kind, slot: Int, stride: Int) -> Int {
    stride * slot + Int((kind == .backward ? Operation.Kind.backwardInput : kind).rawValue)
  }

  /// The problem's row of a kind of operation on the visit of a slot. O(1).
  func row(of kind: Operation.Kind, slot: Int) -> Int { Int(firstRows[slot]) + Int(kind.rawValue) }

  /// Whether the visit of a slot has a `W`. O(1).
  func hasWeight(ofSlot slot: Int) -> Bool { lowered.traits[row(of: .backwardWeight, slot: slot)].exists }

  /// The place of a pass; `nil` where the problem has no such pass. O(1).
  package func place(of kind: Operation.Kind, stage: Stage.ID, microbatch: Microbatch.ID) -> Int? {
    let problem = lowered.problem
    guard problem.stages.indices.contains(stage.index),
      problem.microbatches.indices.contains(microbatch.index),
      kind != .reload, problem.stage(stage, of: microbatch).duration(of: kind) != nil,
      let position = lowered.position(of: stage, for: microbatch)
    else { return nil }
    return place(of: kind, slot: Int(lowered.originSlots[microbatch.index] + 1 + position))
  }

  /// The duration at a place in the problem itself, in grid steps.
  package func duration(at place: Int) -> Double { durations[place] }

  /// The links that the inputs of a kind of operation come over, in the order of the inputs, and whether they go from
  /// the first device to the second; `nil` for what comes from the same device, or from nowhere.
  func links(
    ofInputs kind: Operation.Kind, at position: Int, onRoute route: Int
  ) -> [(number: Int, isForth: Bool)?] {
    let visits = lowered.problem.routes[route].visits
    let inputs: [RouteArcs.Arc]
    switch kind.traits.payload {
    case .activation: inputs = arcs[route].forward[position]
    case .gradient: inputs = arcs[route].backward[position] ?? []
    case nil: inputs = []
    }
    return inputs.map { arc in
      let (source, target) = (visits[arc.source].device, visits[position].device)
      guard let link = Link(source, target), let number = linkNumbers[link] else { return nil }
      return (number, link.first == source)
    }
  }
}

extension PassTable.Link {
  /// The link between two devices, whichever sends; `nil` where they are one.
  init?(_ one: Device.ID, _ other: Device.ID) {
    guard one != other else { return nil }
    self.init(first: min(one, other), second: max(one, other))
  }
}

extension PassTable {
  /// How much longer messages of a link take, both ways and in grid steps, where it has other latencies; bandwidths stay
  /// as they are.
  ///
  /// - Parameter change: from a latency to another, in the problem's time unit.
  package func delays(of link: Link, changing change: (Double) -> Double) -> SIMD2<Double> {
    func delay(_ source: Device.ID, _ target: Device.ID) -> Double {
      let own = lowered.problem.communication.latencyAlone(from: source, to: target)
      return (change(own) - own) * lowered.grid.stepsPerUnit
    }
    return SIMD2(delay(link.first, link.second), delay(link.second, link.first))
  }
}
