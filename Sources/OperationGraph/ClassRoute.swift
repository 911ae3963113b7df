import PipelineModel

/// The route of one class, with the ends that its operations write.
struct ClassRoute {
  let key: MicrobatchClass
  let visits: [Route.Visit]
  /// The stages in the modes of the class.
  let stages: [Stage]
  let links: RouteLinks
  /// What visits hold until it has been read.
  let outputs: [ReadOutput]
  /// The visits whose output the rows of an operation release.
  private let releases: [ReadOutput.Reader: [Int]]
  private let arcs: RouteArcs
  let problem: Problem
  let grid: DecimalGrid
  /// How many messages wait in queues.
  private(set) var departureCount = 0
  /// Where the departures of messages are kept, counted from the microbatch's first end.
  private(set) var departures: [Hop: Int32] = [:]

  struct Hop: Hashable {
    var direction: Int
    var from: Int
    /// -1 for the host, -2 for those that wait for a `W`, -3 for what the iteration before hands over, where the
    /// direction is the kind of operation that waits.
    var to: Int

    static let host = -1
    static let precedences = -2
    static let handovers = -3
  }

  init(_ problem: Problem, _ key: MicrobatchClass, outputs: [ReadOutput], on grid: DecimalGrid) {
    self.problem = problem
    self.grid = grid
    self.key = key
    self.outputs = outputs
    releases = Dictionary(grouping: outputs.filter { $0.lastReader != nil || $0.isReleasedAtOnce }) {
      $0.lastReader ?? ReadOutput.Reader(position: $0.producer, kind: .forward)
    }.mapValues { $0.map(\.producer) }
    stages = problem.stages(inModes: key.modes)
    let route = problem.routes[Int(key.route)]
    visits = route.visits
    arcs = RouteArcs(route, in: problem, on: grid)
    links = RouteLinks(of: visits, stages: problem.stages)
    // Whatever the modes, microbatches of one route have their places in one way.
    for position in visits.indices where problem.stages[visits[position].stage.index].mayOffload {
      for direction in 0...1 { addDeparture(Hop(direction: direction, from: position, to: Hop.host)) }
    }
    let awaited = Set(
      (problem.precedences + problem.handovers).filter { $0.producer.kind == .backwardWeight }.map(
        \.producer.stage))
    for position in visits.indices where awaited.contains(visits[position].stage) {
      addDeparture(Hop(direction: 1, from: position, to: Hop.precedences))
    }
    for end in problem.handovers.map(\.consumer) where end.microbatch == nil || end.microbatch == key.named {
      guard let position = visits.firstIndex(where: { $0.stage == end.stage }) else { continue }
      let hop = Hop(direction: Int(end.kind.rawValue), from: position, to: Hop.handovers)
      if departures[hop] == nil { addDeparture(hop) }
    }
    guard problem.communication.serialise != nil else { return }
    for position in visits.indices {
      for kind in [Operation.Kind.forward, .backwardInput] {
        for target in consumers(of: kind, at: position)
        where visits[target].device != visits[position].device {
          addDeparture(Hop(direction: kind.direction, from: position, to: target))
        }
      }
    }
  }

  private mutating func addDeparture(_ hop: Hop) {
    departures[hop] = Int32(2 * (visits.count + 1) + departureCount)
    departureCount += 1
  }

  /// What an operation sends to its device's host or fetches from there: how long it takes and where the moment is kept
  /// at which it begins. `nil` for nothing.
  func hostTransfer(
    of kind: Operation.Kind, at position: Int
  ) -> (time: Double, channel: SendQueues.HostChannel, place: Int32)? {
    let channel: SendQueues.HostChannel
    switch kind {
    case .forward: channel = .toHost
    case .reload: channel = .fromHost
    default: return nil
    }
    let visit = visits[position]
    guard stages[visit.stage.index].offload > 0,
      let place = departures[Hop(direction: channel == .toHost ? 0 : 1, from: position, to: Hop.host)]
    else { return nil }
    let time = stages[visit.stage.index].transferTime(
      over: problem.devices[visit.device.index].host, memory: key.memory[visit.stage])
    return (grid.steps(time), channel, place)
  }

  /// Whether the output of a visit is held by time, and no part of rows.
  func isHeldByTime(_ position: Int) -> Bool {
    outputs.contains { $0.producer == position && $0.isHeldByTime }
  }

  /// The visits whose output is no longer held once an operation has ended.
  func released(after kind: Operation.Kind, at position: Int) -> [Int] {
    kind.traits.parts.flatMap { releases[ReadOutput.Reader(position: position, kind: $0)] ?? [] }
  }

  /// The end of an operation, counted from the microbatch's first.
  func end(of kind: Operation.Kind, at position: Int) -> Int32 { Int32(2 * (position + 1) + kind.direction) }

  /// Where the departure of a message is kept; the producer's end where it leaves at once.
  func departure(of kind: Operation.Kind, from source: Int, to target: Int) -> Int32 {
    departures[Hop(direction: kind.direction, from: source, to: target)] ?? end(of: kind, at: source)
  }

  /// The visits whose operations of the same direction need the output of one.
  func consumers(of kind: Operation.Kind, at position: Int) -> [Int] {
    switch kind.traits.payload {
    case .activation: links.outputs[position]
    case .gradient: hasBackward(position) ? links.inputs[position].filter(hasBackward) : []
    case nil: []
    }
  }

  /// The ends that an operation waits for, counted from its own, with the latency of each in grid steps.
  func inputs(
    of kind: Operation.Kind, at position: Int, from end: Int32
  ) -> [(offset: Int32, latency: Double)] {
    let arcs: [RouteArcs.Arc]
    switch kind.traits.payload {
    case .activation: arcs = self.arcs.forward[position]
    case .gradient: arcs = self.arcs.backward[position] ?? []
    case nil: return ownInputs(of: kind, at: position, from: end)
    }
    let reload = kind == .forward ? nil : reload(before: kind, at: position, from: end)
    if arcs.isEmpty {
      // An `F` waits for the origin, which has always arrived; a gradient that comes from nowhere for its own `F`.
      let first = kind == .forward ? -end : self.end(of: .forward, at: position) - end
      return [(first, 0)] + (reload.map { [$0] } ?? [])
    }
    return arcs.map { (departure(of: kind, from: $0.source, to: position) - end, $0.latency) }
      + (reload.map { [$0] } ?? [])
  }

  /// The inputs of an operation that needs only its own visit's.
  private func ownInputs(
    of kind: Operation.Kind, at position: Int, from end: Int32
  ) -> [(offset: Int32, latency: Double)] {
    switch kind {
    case .recompute:
      return [
        reload(before: kind, at: position, from: end) ?? (self.end(of: .forward, at: position) - end, 0)
      ]
    case .reload:
      guard let sent = hostTransfer(of: .forward, at: position) else { return [] }
      return [(sent.place - end, sent.time)]
    // A `W` waits for its own `B`, whose end it shares.
    default: return [(0, 0)]
    }
  }

  /// What comes back from the host before an operation: before `R`, or before the backward pass of a mode without one.
  private func reload(
    before kind: Operation.Kind, at position: Int, from end: Int32
  ) -> (offset: Int32, latency: Double)? {
    let recomputes = stages[visits[position].stage.index].recompute != nil
    guard recomputes == (kind == .recompute), let fetched = hostTransfer(of: .reload, at: position) else {
      return nil
    }
    return (fetched.place - end, fetched.time)
  }

  private func hasBackward(_ position: Int) -> Bool {
    problem.stages[visits[position].stage.index].hasBackward
  }
}

// MARK: Precedences

extension ClassRoute {
  /// Where the end of a `W` is told that something waits for, of a `W` or the `BW` that stands for it; `nil` elsewhere.
  func weightEnd(of kind: Operation.Kind, at position: Int) -> Int32? {
    guard kind.traits.parts.contains(.backwardWeight) else { return nil }
    return departures[Hop(direction: 1, from: position, to: Hop.precedences)]
  }

  /// The device of one end of a precedence and where its moment is kept, counted from the microbatch's first end; `nil`
  /// where the route leaves the stage out.
  func producer(_ end: Precedence.End) -> (device: Device.ID, end: Int32)? {
    guard let position = visits.firstIndex(where: { $0.stage == end.stage }) else { return nil }
    let place = weightEnd(of: end.kind, at: position) ?? self.end(of: end.kind, at: position)
    return (visits[position].device, place)
  }

  /// The rows, counted from the first of the class, and the device of the operations that one end of a precedence stands
  /// for.
  func consumers(_ end: Precedence.End) -> [(row: Int, device: Device.ID)] {
    guard end.microbatch == nil || end.microbatch == key.named,
      let position = visits.firstIndex(where: { $0.stage == end.stage })
    else { return [] }
    return Operation.Kind.allCases.filter { $0.traits.parts.contains(end.kind) }.map {
      (Int(LoweredProblem.stride) * position + Int($0.rawValue), visits[position].device)
    }
  }

  /// The device of an operation and where the moment is kept at which it has all that the iteration before hands over,
  /// counted from the microbatch's first end; `nil` where that is nothing.
  func arrival(_ end: Precedence.End) -> (device: Device.ID, place: Int32)? {
    guard let position = visits.firstIndex(where: { $0.stage == end.stage }),
      let place = departures[Hop(direction: Int(end.kind.rawValue), from: position, to: Hop.handovers)]
    else { return nil }
    return (visits[position].device, place)
  }

  /// The same places of an operation and of those that it stands for, counted from its own end.
  func handedOver(to kind: Operation.Kind, at position: Int, from end: Int32) -> [Int32] {
    kind.traits.parts.compactMap {
      departures[Hop(direction: Int($0.rawValue), from: position, to: Hop.handovers)].map { $0 - end }
    }
  }

  /// The ends of the same microbatch that an operation waits for beyond its inputs, counted from its own, with the
  /// latency of each in grid steps.
  func precedingEnds(
    of kind: Operation.Kind, at position: Int, from end: Int32
  ) -> [(offset: Int32, latency: Double)] {
    problem.precedences.compactMap { precedence in
      guard precedence.isWithinMicrobatch, precedence.consumer.stage == visits[position].stage,
        kind.traits.parts.contains(precedence.consumer.kind), let source = producer(precedence.producer)
      else { return nil }
      return (
        source.end - end, grid.latency(from: source.device, to: visits[position].device, in: problem)
      )
    }
  }
}
