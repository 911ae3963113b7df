import PipelineModel

/// Makes the rows of a problem's classes of microbatches, one class after the other.
struct RowBuilder {
  private let problem: Problem
  let grid: DecimalGrid
  let memoryGrid: DecimalGrid
  private(set) var rows: [OperationRow] = []
  private(set) var traits: [RowTraits] = []
  private(set) var furtherInputs: [FurtherInput] = []
  private(set) var queues = SendQueues()
  private var classCount: Int32 = 0

  init(_ problem: Problem) {
    self.problem = problem
    grid = DecimalGrid(times: problem)
    memoryGrid = DecimalGrid(memory: problem)
  }

  /// Adds the rows of a class and returns how many slots each of its microbatches needs. O(visits + inputs).
  mutating func add(_ key: MicrobatchClass) -> Int32 {
    var route = ClassRoute(problem, key, on: grid)
    for position in route.visits.indices {
      for kind in Operation.Kind.allCases { add(kind, at: position, of: &route) }
    }
    classCount += 1
    return Int32(route.visits.count + 1 + (route.departureCount + 1) / 2)
  }

  private mutating func add(_ kind: Operation.Kind, at position: Int, of route: inout ClassRoute) {
    let visit = route.visits[position]
    let stage = problem.costs(at: visit, inModes: route.key.modes)
    let end = route.end(of: kind, at: position)
    let inputs = stage.duration(of: kind) == nil ? [] : route.inputs(of: kind, at: position, from: end)
    let firstInput = furtherInputs.count
    furtherInputs += inputs.dropFirst().map {
      FurtherInput(latency: $0.latency, offset: $0.offset)
    }
    let firstMessage = queues.messages.count
    send(kind, at: position, from: end, of: &route)
    rows.append(
      OperationRow(
        latency: inputs.first?.latency ?? 0,
        duration: duration(of: kind, stage: stage, at: visit, scale: route.key.scale),
        offset: inputs.first?.offset ?? 0, supplies: kind.traits.payload != nil, isLaunch: kind == .reload,
        hasMoreInputs: inputs.count > 1, direction: UInt8(kind.direction)))
    let memory = memory(of: kind, at: position, of: route)
    traits.append(
      RowTraits(
        kind: kind, visit: visit, microbatchClass: classCount, exists: stage.duration(of: kind) != nil,
        growth: memory.growth, release: memory.release,
        furtherInputs: ListPart(firstInput..<furtherInputs.count),
        messages: ListPart(firstMessage..<queues.messages.count)))
  }

  /// On the grid, a whole backward is the sum of its parts.
  private func duration(
    of kind: Operation.Kind, stage: Stage, at visit: Route.Visit, scale: Microbatch.Scale
  ) -> Double {
    let parts = stage.isSplit ? kind.traits.parts : [kind]
    return parts.reduce(0) {
      $0 + grid.steps(stage.duration(of: $1) ?? 0, times: scale.factor(of: $1)[visit.stage])
    }
  }

  private mutating func send(
    _ kind: Operation.Kind, at position: Int, from end: Int32, of route: inout ClassRoute
  ) {
    let source = route.visits[position].device
    if let transfer = route.hostTransfer(of: kind, at: position) {
      queues.messages.append(
        SendQueues.Message(
          transfer: transfer.time, queue: queues.number(of: source, transfer.channel),
          offset: transfer.place - end, isOfHost: true,
          memory: memory(of: .reload, at: position, of: route).growth))
    }
    guard let serialise = problem.communication.serialise else { return }
    for target in route.consumers(of: kind, at: position) {
      let device = route.visits[target].device
      guard device != source else { continue }
      queues.messages.append(
        SendQueues.Message(
          transfer: grid.steps(problem.communication.transfer(from: source, to: device)),
          queue: queues.number(from: source, to: device, serialise),
          offset: route.departure(of: kind, from: position, to: target) - end))
    }
  }

  private func memory(
    of kind: Operation.Kind, at position: Int, of route: ClassRoute
  ) -> (growth: Double, release: Double) {
    let visit = route.visits[position]
    func steps(_ held: KindTraits.Held, at visit: Route.Visit) -> Double {
      memoryGrid.steps(route.stages[visit.stage.index].memory(held), times: route.key.memory[visit.stage])
    }
    let (start, end) = (kind.traits.atStart, kind.traits.atEnd)
    var release = steps(end.gives, at: visit) - steps(end.takes, at: visit)
    if kind == .forward {
      // Stages without backward passes hold their activations until what needs them has run.
      let ended = route.links.releases(after: position, on: route.visits, stages: problem.stages)
      release = ended.reduce(0) { $0 + steps(.activation, at: route.visits[$1]) }
    }
    return (steps(start.takes, at: visit) - steps(start.gives, at: visit), release)
  }
}

/// The route of one class, with the ends that its operations write.
private struct ClassRoute {
  let key: MicrobatchClass
  let visits: [Route.Visit]
  /// The stages in the modes of the class.
  let stages: [Stage]
  let links: RouteLinks
  private let arcs: RouteArcs
  private let problem: Problem
  private let grid: DecimalGrid
  /// How many messages wait in queues.
  private(set) var departureCount = 0
  /// Where the departures of messages are kept, counted from the microbatch's first end.
  private var departures: [Hop: Int32] = [:]

  private struct Hop: Hashable {
    var direction: Int
    var from: Int
    /// -1 for the host.
    var to: Int
  }

  init(_ problem: Problem, _ key: MicrobatchClass, on grid: DecimalGrid) {
    self.problem = problem
    self.grid = grid
    self.key = key
    stages = problem.stages(inModes: key.modes)
    let route = problem.routes[Int(key.route)]
    visits = route.visits
    arcs = RouteArcs(route, in: problem, on: grid)
    links = RouteLinks(of: visits, stages: problem.stages)
    // Whatever the modes, microbatches of one route have their places in one way.
    for position in visits.indices where problem.stages[visits[position].stage.index].mayOffload {
      for direction in 0...1 { addDeparture(Hop(direction: direction, from: position, to: -1)) }
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
      let place = departures[Hop(direction: channel == .toHost ? 0 : 1, from: position, to: -1)]
    else { return nil }
    let time = stages[visit.stage.index].transferTime(
      over: problem.devices[visit.device.index].host, memory: key.memory[visit.stage])
    return (grid.steps(time), channel, place)
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
