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
  private var routes: [ClassRoute] = []
  private var reading: OutputReading

  /// - Parameter heldForTasks: whether an output is held for all that needs it, and not for inputs alone.
  init(_ problem: Problem, heldForTasks: Bool) {
    self.problem = problem
    reading = OutputReading(problem, heldForTasks: heldForTasks)
    grid = DecimalGrid(times: problem)
    memoryGrid = DecimalGrid(memory: problem)
  }

  /// Adds the rows of a class and returns how many slots each of its microbatches needs. O(visits + inputs).
  ///
  /// - Parameter microbatch: one of the class.
  mutating func add(_ key: MicrobatchClass, of microbatch: Microbatch.ID) -> Int32 {
    var route = ClassRoute(problem, key, outputs: reading.outputs(of: microbatch), on: grid)
    for position in route.visits.indices {
      for kind in Operation.Kind.allCases { add(kind, at: position, of: &route) }
    }
    routes.append(route)
    return Int32(route.visits.count + 1 + (route.departureCount + 1) / 2)
  }

  private mutating func add(_ kind: Operation.Kind, at position: Int, of route: inout ClassRoute) {
    let visit = route.visits[position]
    let stage = problem.costs(at: visit, inModes: route.key.modes)
    let end = route.end(of: kind, at: position)
    let inputs =
      stage.duration(of: kind) == nil
      ? []
      : route.inputs(of: kind, at: position, from: end)
        + route.precedingEnds(of: kind, at: position, from: end)
        + route.handedOver(to: kind, at: position, from: end).map { ($0, 0) }
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
        kind: kind, visit: visit, microbatchClass: Int32(routes.count),
        exists: stage.duration(of: kind) != nil,
        growth: memory.growth, release: memory.release,
        furtherInputs: ListPart(firstInput..<furtherInputs.count),
        messages: ListPart(firstMessage..<queues.messages.count)))
  }

  /// Lets operations wait for those of other microbatches that precedences name, once all classes are there.
  ///
  /// - Parameters:
  ///   - firstRows: of each class.
  ///   - classOf: the class of each microbatch.
  ///   - originSlots: the origin slot of each microbatch.
  /// - Complexity: O(precedences x (classes + microbatches)).
  mutating func addPrecedences(firstRows: [Int32], classOf: [Int32], originSlots: [Int32]) {
    var inputs: [Int: [FurtherInput]] = [:]
    for precedence in problem.precedences where !precedence.isWithinMicrobatch {
      let producers = problem.microbatches(at: precedence.producer).compactMap { microbatch in
        routes[Int(classOf[microbatch.index])].producer(precedence.producer).map {
          (device: $0.device, place: 2 * originSlots[microbatch.index] + $0.end)
        }
      }
      for (route, firstRow) in zip(routes, firstRows) {
        for (row, device) in route.consumers(precedence.consumer) {
          inputs[Int(firstRow) + row, default: []] += producers.map {
            FurtherInput(
              latency: grid.latency(from: $0.device, to: device, in: problem), offset: $0.place, base: 0)
          }
        }
      }
    }
    for (row, added) in inputs.sorted(by: { $0.key < $1.key }) {
      let first = furtherInputs.count
      furtherInputs += furtherInputs[traits[row].furtherInputs.indices] + added
      traits[row].furtherInputs = ListPart(first..<furtherInputs.count)
      rows[row].hasMoreInputs = true
    }
  }

  /// What operations wait for that the iteration before hands over, by place. O(arcs + handovers x microbatches).
  func handovers(classOf: [Int32], originSlots: [Int32]) -> [Handover] {
    var inputs: [Int32: [Handover.Input]] = [:]
    problem.forEachPrecedence(of: problem.handovers) { handover, producer, consumer in
      let (from, to) = (routes[Int(classOf[producer.index])], routes[Int(classOf[consumer.index])])
      guard let source = from.producer(handover.producer), let target = to.arrival(handover.consumer) else {
        return
      }
      inputs[2 * originSlots[consumer.index] + target.place, default: []].append(
        Handover.Input(
          place: 2 * originSlots[producer.index] + source.end,
          latency: grid.latency(from: source.device, to: target.device, in: problem)))
    }
    return inputs.sorted { $0.key < $1.key }.map { Handover(place: $0.key, inputs: $0.value) }
  }

  /// What the visits of each class hold until it has been read.
  var outputs: [[ReadOutput]] { routes.map(\.outputs) }

  /// The outputs that are held by time. O(microbatches x outputs that are held + their readers).
  mutating func timedOutputs(classOf: [Int32]) -> [TimedOutput] {
    var timed: [TimedOutput] = []
    guard routes.contains(where: { $0.outputs.contains(where: \.isHeldByTime) }), let layout = problem.layout
    else { return timed }
    for microbatch in problem.microbatches.indices.lazy.map({ Microbatch.ID($0) }) {
      let route = routes[Int(classOf[microbatch.index])]
      for output in route.outputs where output.isHeldByTime {
        let visit = route.visits[output.producer]
        timed.append(
          TimedOutput(
            device: layout.place(of: visit.device).device.index,
            amount: memoryGrid.steps(
              route.stages[visit.stage.index].memory(.activation), times: route.key.memory[visit.stage]),
            producer: Operation(.forward, stage: visit.stage, microbatch: microbatch),
            readers: readers(of: output, microbatch), isCarried: output.isCarried))
      }
    }
    return timed
  }

  private func readers(of output: ReadOutput, _ microbatch: Microbatch.ID) -> [Operation] {
    reading.readers(of: output, microbatch).map { reader in
      let visit = problem.route(of: reader.microbatch).visits[reader.position]
      return Operation(reader.kind, stage: visit.stage, microbatch: reader.microbatch)
    }
  }

  /// The outputs whose release no row can tell for sure. O(microbatches x outputs that are held + their readers).
  mutating func sharedOutputs(classOf: [Int32]) -> SharedOutputs {
    var shared = SharedOutputs()
    guard routes.contains(where: { $0.outputs.contains(where: \.isShared) }) else { return shared }
    for microbatch in problem.microbatches.indices.lazy.map({ Microbatch.ID($0) }) {
      let route = routes[Int(classOf[microbatch.index])]
      for output in route.outputs where output.isShared {
        let last = output.lastReader.map {
          Operation($0.kind, stage: route.visits[$0.position].stage, microbatch: microbatch)
        }
        shared.add(
          memory(of: .forward, at: output.producer, of: route).growth,
          readBy: readers(of: output, microbatch), toldBy: last)
      }
    }
    return shared
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
    if let place = route.weightEnd(of: kind, at: position) {
      queues.messages.append(
        SendQueues.Message(
          transfer: 0, queue: queues.number(ofWeightsOn: source), offset: place - end))
    }
    guard let serialise = problem.communication.serialise else { return }
    for target in route.consumers(of: kind, at: position) {
      let device = route.visits[target].device
      guard device != source else { continue }
      queues.messages.append(
        SendQueues.Message(
          transfer: grid.steps(problem.transfer(along: route.visits, from: position, to: target)),
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
    let own = steps(end.gives, at: visit) - steps(end.takes, at: visit)
    let release = route.released(after: kind, at: position).reduce(own) {
      $0 + steps(.activation, at: route.visits[$1])
    }
    if kind == .forward, route.isHeldByTime(position) { return (0, release) }
    return (steps(start.takes, at: visit) - steps(start.gives, at: visit), release)
  }
}
