import PipelineModel

/// Where a device receives a message among its operations.
public enum ReceivePlacement: String, Hashable, Sendable, CaseIterable {
  /// When the message is sent: before the first operation that ends after the message's producer. Sends and
  /// receives of all devices then follow one common order, so that none can block another.
  case early
  /// Just before the operation that needs it, as simple runtimes do.
  case late
}

extension Timeline {
  /// One program per device: its order, with a send behind every operation whose output another device needs
  /// and the receive for it. Between stages on one device nothing is sent.
  ///
  /// A send follows its operation at once. With receives placed early, operations are taken in the order of
  /// their ends, and each message stands in both programs where its producer ends. An overlapped pair is one
  /// step, whose messages leave after both parts; where the problem names no gain from overlap, the pair is
  /// timed as lasting as long as its parts.
  ///
  /// - Throws: `TimelineError.deadlock` when pairs whose parts start together can never run.
  /// - Complexity: O(operations x log operations).
  public func rankPrograms(receives: ReceivePlacement = .early) throws(TimelineError) -> [RankProgram] {
    var writer = RankProgramWriter(schedule.problem, receives: receives)
    let pairs = Set(schedule.orders.pairs)
    let seconds = Set(schedule.orders.pairs.map { $0 + 1 })
    for position in try withJoinedPairs().positionsByEnd where !seconds.contains(position) {
      let operation = schedule.orders.operations[position]
      let other = pairs.contains(position) ? schedule.orders.operations[position + 1] : nil
      writer.append(operation, with: other, on: schedule.orders.device(at: position))
    }
    return writer.programs
  }

  /// The same schedule, timed so that the operations of a pair start together.
  private func withJoinedPairs() throws(TimelineError) -> Timeline {
    guard !schedule.orders.pairs.isEmpty, schedule.problem.overlap == nil,
      let joined = try? schedule.problem.with(overlap: Overlap(forwardBackward: 1))
    else { return self }
    return try Timeline(Schedule(problem: joined, orders: schedule.orders))
  }

  /// All positions by the end of their operations; of equal ends, what is waited for comes first.
  private var positionsByEnd: [Int] {
    var kernel = TimingKernel(lowered)
    var recorder = OrderRecorder(count: lowered.codes.count)
    _ = kernel.run(recording: &recorder)
    return ends.indices.sorted {
      ends[$0] != ends[$1] ? ends[$0] < ends[$1] : recorder.ranks[$0] < recorder.ranks[$1]
    }
  }
}

/// Keeps the place of every operation in the order of timing, by position.
private struct OrderRecorder: SweepRecorder {
  var ranks: [Int32]
  private var count: Int32 = 0

  init(count: Int) { ranks = Array(repeating: 0, count: count) }

  @inline(__always)
  mutating func record(_ times: OperationTimes) {
    ranks[times.position] = count
    count += 1
  }
}

/// Writes all programs at once, operation by operation in an order in which they can run.
private struct RankProgramWriter {
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

  private struct Need: Hashable {
    var payload: Transfer.Payload
    var stage: Stage.ID
    var microbatch: Microbatch.ID
  }

  init(_ problem: Problem, receives: ReceivePlacement) {
    self.problem = problem
    self.receives = receives
    programs = problem.devices.indices.map { RankProgram(device: Device.ID($0)) }
    links = problem.routes.map { RouteLinks(of: $0.visits, stages: problem.stages) }
    places = problem.routes.map { route in
      Dictionary(
        route.visits.enumerated().map { ($0.element.stage, $0.offset) },
        uniquingKeysWith: { first, _ in first })
    }
  }

  /// Appends an operation, or a pair, with the receives it waits for and the messages it sends.
  mutating func append(_ operation: Operation, with other: Operation?, on device: Device.ID) {
    let parts = [operation] + (other.map { [$0] } ?? [])
    for part in parts { receive(for: part, on: device) }
    programs[device.index].instructions.append(
      other.map { .overlap(forward: operation, backward: $0) } ?? .compute(operation))
    for part in parts { send(from: part) }
  }

  private mutating func receive(for operation: Operation, on device: Device.ID) {
    guard receives == .late, let payload = operation.payload else { return }
    let need = Need(payload: payload, stage: operation.stage, microbatch: operation.microbatch)
    for transfer in pending.removeValue(forKey: need) ?? [] {
      programs[device.index].instructions.append(.receive(transfer))
    }
  }

  private mutating func send(from operation: Operation) {
    guard let payload = operation.payload else { return }
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

extension Operation {
  /// What the operation makes for another stage, and needs from one; `nil` for `W`.
  fileprivate var payload: Transfer.Payload? {
    switch kind {
    case .forward: .activation
    case .backwardInput, .backward: .gradient
    case .backwardWeight: nil
    }
  }
}
