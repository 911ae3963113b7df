import PipelineModel

/// Writes all programs at once, operation by operation in an order in which they can run.
struct RankProgramWriter {
  private(set) var programs: [RankProgram]
  private let problem: Problem
  private let receives: ReceivePlacement
  /// The place of each stage on each distinct route.
  private let places: [[Stage.ID: Int]]
  /// Which visits of each distinct route feed which.
  private let links: [RouteLinks]
  private var pairCount = 0
  /// Messages on their way, by the operation that needs them.
  private var pending: [Need: [Transfer]] = [:]
  private var copies: [CopyWaits]

  private struct Need: Hashable {
    var payload: Transfer.Payload
    var stage: Stage.ID
    var microbatch: Microbatch.ID
  }

  init(_ problem: Problem, receives: ReceivePlacement) {
    self.problem = problem
    self.receives = receives
    programs = problem.devices.indices.map { RankProgram(device: Device.ID($0)) }
    copies = Array(repeating: CopyWaits(), count: problem.deviceCount)
    links = problem.routes.map { RouteLinks(of: $0.visits, stages: problem.stages) }
    places = problem.routes.map { route in
      Dictionary(
        route.visits.enumerated().map { ($0.element.stage, $0.offset) },
        uniquingKeysWith: { first, _ in first })
    }
  }

  /// Appends an operation, or a pair, with the receives and the copies it waits for and the messages and copies that
  /// follow it.
  ///
  /// - Parameter room: the `F` whose offload has to have ended before there is room for it; `nil` for none.
  mutating func append(_ operation: Operation, with other: Operation?, room: Operation?, on device: Device.ID)
  {
    let parts = [operation] + (other.map { [$0] } ?? [])
    for part in parts { receive(for: part, on: device) }
    if let room { wait(for: HostCopy(launchedBy: room), on: device) }
    for part in parts { awaitCopies(of: part, on: device) }
    if operation.kind == .reload {
      launch(from: operation, on: device)
    } else {
      programs[device.index].instructions.append(
        other.map { .overlap(forward: operation, backward: $0) } ?? .compute(operation))
      for part in parts where isOffloaded(part) && part.kind == .forward { launch(from: part, on: device) }
    }
    for part in parts { send(from: part) }
  }

  private mutating func receive(for operation: Operation, on device: Device.ID) {
    guard receives == .late, let payload = operation.kind.traits.payload else { return }
    let need = Need(payload: payload, stage: operation.stage, microbatch: operation.microbatch)
    for transfer in pending.removeValue(forKey: need) ?? [] {
      programs[device.index].instructions.append(.receive(transfer))
    }
  }

  private func isOffloaded(_ operation: Operation) -> Bool {
    problem.stage(operation.stage, of: operation.microbatch).offload > 0
  }

  /// Waits for what an operation needs of its host: the first that reads the checkpoint for what came back, and a launch
  /// for what went there before.
  private mutating func awaitCopies(of operation: Operation, on device: Device.ID) {
    guard isOffloaded(operation) else { return }
    let recomputes = problem.stage(operation.stage, of: operation.microbatch).recompute != nil
    let way: HostCopy.Way
    switch operation.kind {
    case .reload: way = .offload
    case .recompute: way = .reload
    case .backward, .backwardInput:
      guard !recomputes else { return }
      way = .reload
    case .forward, .backwardWeight: return
    }
    wait(for: HostCopy(way, stage: operation.stage, microbatch: operation.microbatch), on: device)
  }

  private mutating func launch(from operation: Operation, on device: Device.ID) {
    guard let copy = HostCopy(launchedBy: operation) else { return }
    programs[device.index].instructions.append(.copy(copy))
    copies[device.index].launch(copy)
  }

  private mutating func wait(for copy: HostCopy?, on device: Device.ID) {
    guard let copy, copies[device.index].wait(for: copy) else { return }
    programs[device.index].instructions.append(.wait(copy))
  }

  private mutating func send(from operation: Operation) {
    guard let payload = operation.kind.traits.payload else { return }
    for hop in hops(from: operation, payload) where hop.source.device != hop.destination.device {
      let transfer = Transfer(
        pair: pairCount, payload, microbatch: operation.microbatch, from: hop.source, to: hop.destination)
      pairCount += 1
      programs[hop.source.device.index].instructions.append(.send(transfer))
      switch receives {
      case .early: programs[hop.destination.device.index].instructions.append(.receive(transfer))
      case .late:
        let need = Need(
          payload: payload, stage: hop.destination.stage, microbatch: operation.microbatch)
        pending[need, default: []].append(transfer)
      }
    }
  }

  /// From where to where the output of an operation goes, along the route.
  private func hops(
    from operation: Operation, _ payload: Transfer.Payload
  ) -> [(source: Route.Visit, destination: Route.Visit)] {
    let route = Int(problem.routeIndexes[operation.microbatch.index])
    let visits = problem.routes[route].visits
    guard let place = places[route][operation.stage] else { return [] }
    let targets: [Int] =
      switch payload {
      case .activation: links[route].outputs[place]
      case .gradient:
        links[route].inputs[place].filter { problem.stages[visits[$0].stage.index].hasBackward }
      }
    return targets.map { (visits[place], visits[$0]) }
  }
}
