import PipelineModel

/// Writes all programs at once, operation by operation in an order in which they can run.
struct RankProgramWriter {
  private(set) var programs: [RankProgram]
  private let problem: Problem
  private let receives: ReceivePlacement
  private let arcs: OutputArcs
  private var pairCount = 0
  /// Messages on their way, by the operation that needs them.
  private var pending: [Operation: [Transfer]] = [:]
  /// Messages that the next iteration needs, in the order in which they are sent.
  private var ahead: [Transfer] = []
  private var copies: [CopyWaits]
  private var streams: StreamWaits

  init(_ schedule: Schedule, receives: ReceivePlacement) {
    problem = schedule.problem
    self.receives = receives
    let ranks = problem.asWritten.deviceCount
    programs = (0..<ranks).map { RankProgram(device: Device.ID($0)) }
    copies = Array(repeating: CopyWaits(), count: ranks)
    arcs = OutputArcs(of: schedule)
    streams = StreamWaits(of: schedule, arcs)
  }

  /// Appends an operation, or the two parts of a pair, with the receives, copies and streams that it waits for and the copies
  /// that follow it.
  ///
  /// - Parameter room: the `F` whose offload has to have ended before there is room for it; `nil` for none.
  mutating func append(_ parts: [Operation], room: Operation?, on device: Device.ID) {
    let (rank, stream) = problem.programPlace(of: device)
    for part in parts { receive(for: part, on: rank) }
    if let room { wait(for: copy(launchedBy: room), on: rank) }
    for part in parts {
      awaitCopies(of: part, on: rank)
      write(streams.waits(before: part, on: device).map { .hold($0) }, on: rank)
    }
    if parts.count > 1 {
      write([.overlap(forward: parts[0], backward: parts[1])], on: rank)
    } else if parts[0].kind == .reload {
      launch(from: parts[0], on: rank)
    } else {
      write([.compute(problem.programWork(of: parts[0]), stream: stream)], on: rank)
    }
    for part in parts where isOffloaded(part) && part.kind == .forward { launch(from: part, on: rank) }
  }

  /// Sends what operations of a device make to where it is needed.
  mutating func send(from parts: some Sequence<Operation>, on device: Device.ID) {
    for part in parts { send(from: part, on: device) }
  }

  /// Ends all programs with what no operation of this iteration has received.
  mutating func finish() {
    for transfer in ahead { write([.receive(transfer)], on: transfer.destination) }
    ahead = []
  }

  private mutating func write(_ instructions: [RankProgram.Instruction], on rank: Device.ID) {
    programs[rank.index].instructions += instructions
  }

  /// Receives what an operation needs, and before that what was sent earlier between the same devices.
  private mutating func receive(for operation: Operation, on rank: Device.ID) {
    for transfer in pending.removeValue(forKey: operation) ?? [] {
      let isEarlier = { (other: Transfer) in
        other.source == transfer.source && other.destination == rank && other.pair < transfer.pair
      }
      write(ahead.filter(isEarlier).map { .receive($0) } + [.receive(transfer)], on: rank)
      ahead.removeAll(where: isEarlier)
    }
  }

  private func isOffloaded(_ operation: Operation) -> Bool {
    problem.stage(operation.stage, of: operation.microbatch).offload > 0
  }

  /// Waits for what an operation needs of its host: the first that reads the checkpoint for what came back, and a launch
  /// for what went there before.
  private mutating func awaitCopies(of operation: Operation, on rank: Device.ID) {
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
    wait(for: copy(way, of: operation), on: rank)
  }

  private func copy(launchedBy operation: Operation) -> HostCopy? {
    HostCopy(launchedBy: operation).flatMap { copy($0.way, of: operation) }
  }

  /// The copy of an operation's stage, as programs name it.
  private func copy(_ way: HostCopy.Way, of operation: Operation) -> HostCopy? {
    guard case .pass(let pass, _) = problem.programWork(of: operation) else { return nil }
    return HostCopy(way, stage: pass.stage, microbatch: pass.microbatch)
  }

  private mutating func launch(from operation: Operation, on rank: Device.ID) {
    guard let copy = copy(launchedBy: operation) else { return }
    write([.copy(copy)], on: rank)
    copies[rank.index].launch(copy)
  }

  private mutating func wait(for copy: HostCopy?, on rank: Device.ID) {
    guard let copy, copies[rank.index].wait(for: copy) else { return }
    write([.wait(copy)], on: rank)
  }

  /// Sends what an operation makes to every other rank on which operations need it. Where several need the same, as all
  /// phases behind a message do, it is sent once.
  private mutating func send(from operation: Operation, on device: Device.ID) {
    let source = problem.programPlace(of: device).rank
    var sent: [Transfer] = []
    for arc in arcs.arcs(from: operation) {
      let destination = problem.programPlace(of: arc.device).rank
      guard destination != source else { continue }
      let content = content(from: operation, over: arc)
      guard !sent.contains(where: { $0.content == content && $0.destination == destination }) else {
        continue
      }
      let transfer = Transfer(pair: pairCount, content: content, from: source, to: destination)
      pairCount += 1
      sent.append(transfer)
      write([.send(transfer)], on: source)
      switch (receives, arc.isAhead) {
      case (.early, _): write([.receive(transfer)], on: destination)
      case (.late, true): ahead.append(transfer)
      case (.late, false): pending[arc.consumer, default: []].append(transfer)
      }
    }
  }

  /// What a message carries: the output of a pass where it is for another stage, and else a result for or of a task.
  private func content(from operation: Operation, over arc: OutputArcs.Arc) -> Transfer.Content {
    let (producer, consumer) = (problem.programWork(of: operation), problem.programWork(of: arc.consumer))
    if !arc.isAhead, case .pass(let made, _) = producer, case .pass(let needed, _) = consumer,
      made.microbatch == needed.microbatch, let payload = made.kind.traits.payload,
      payload == needed.kind.traits.payload
    {
      return .output(
        payload, Transfer.Passage(of: made.microbatch, from: made.stage, to: needed.stage))
    }
    return .result(WorkResult(of: producer, for: consumer, isAhead: arc.isAhead))
  }
}
