import PipelineModel

/// Whether recorded times keep to streams, phases and tasks as they are written, whatever stands for them elsewhere.
///
/// Nothing is read of the devices, stages and microbatches that stand for streams and tasks but which piece of work each
/// operation is.
struct StreamRules {
  /// A piece of work that runs without a break: a phase of a pass, or a piece of a task.
  private struct Piece {
    var position: Int
    var device: Device.ID
    var stream: Int
    var start: Double
    var end: Double
  }

  /// What pieces make up together.
  private enum Work: Hashable {
    case pass(Operation.Kind, stage: Int, microbatch: Int)
    /// A copy of a task; its pieces stand in no order.
    case task(Int, copy: Int?)
  }

  private let layout: StreamLayout
  private let orders: Orders
  private let latencies: MessageTimes
  /// The pieces of all work, phases in order.
  private var pieces: [Work: [Piece]] = [:]
  /// Everything that starts before what it needs.
  private(set) var violations: [Violation] = []

  private var written: StreamedProblem { layout.written }

  /// Looks at recorded times; `nil` where the problem has no streams and tasks. O(n + needs).
  init?(of schedule: Schedule, times: RecordedSchedule.Times) {
    guard let layout = schedule.problem.layout else { return nil }
    self.layout = layout
    orders = schedule.orders
    latencies = MessageTimes(of: layout.written.plain)
    gather(times)
    for (work, own) in pieces.sorted(by: { $0.value[0].position < $1.value[0].position }) {
      for (one, other) in zip(own, own.dropFirst()) where isPass(work) {
        expect(other, after: one, latency: 0)
      }
      checkNeeds(of: work, own)
    }
  }

  private func isPass(_ work: Work) -> Bool { if case .pass = work { true } else { false } }

  private mutating func gather(_ times: RecordedSchedule.Times) {
    var phases: [Work: [(number: Int, piece: Piece)]] = [:]
    for index in 0..<orders.deviceCount {
      let (device, stream) = layout.place(of: Device.ID(index))
      for position in orders.range(of: Device.ID(index)) {
        guard let (work, microbatch) = layout.work(of: orders.operations[position]) else { continue }
        let piece = Piece(
          position: position, device: device, stream: stream, start: times.starts[position],
          end: times.ends[position])
        switch work {
        case .pass(let kind, let stage, let phase):
          guard let microbatch else { continue }
          // The last phase of a `B` may be that of a `BW`.
          let isWhole = kind == .backward
          let pass = Work.pass(
            isWhole ? .backwardInput : kind, stage: stage.index, microbatch: microbatch.index)
          phases[pass, default: []].append((phase ?? 0, piece))
          guard isWhole else { continue }
          let weight = Work.pass(.backwardWeight, stage: stage.index, microbatch: microbatch.index)
          phases[weight, default: []].append((.max, piece))
        case .task(let task, let copy, let number):
          phases[.task(task, copy: copy), default: []].append((number ?? 0, piece))
        }
      }
    }
    pieces = phases.mapValues { $0.sorted { $0.number < $1.number }.map(\.piece) }
  }

  // MARK: Needs

  private mutating func checkNeeds(of work: Work, _ own: [Piece]) {
    switch work {
    case .pass(let kind, let stage, let microbatch):
      for need in needs(of: kind, stage: stage, microbatch: microbatch) { expect(own[0], after: need) }
    case .task(let number, let copy):
      let task = written.tasks[number]
      for need in task.needs.flatMap({ works($0, of: task, copy) }) {
        for piece in own { expect(piece, after: need) }
      }
      guard !task.isAhead else { return }
      for fed in task.feeds.flatMap({ works($0, of: task, copy) }) {
        for first in pieces[fed].map({ isPass(fed) ? [$0[0]] : $0 }) ?? [] { expect(first, after: work) }
      }
    }
  }

  /// What a pass needs by its route.
  private func needs(of kind: Operation.Kind, stage: Int, microbatch: Int) -> [Work] {
    let plain = written.plain
    let visits = plain.route(of: Microbatch.ID(microbatch)).visits
    func inputs(of position: Int) -> [Int] {
      guard let named = plain.stages[visits[position].stage.index].inputs else {
        return position == 0 ? [] : [visits[position - 1].stage.index]
      }
      return named.map(\.index).filter { input in visits.contains { $0.stage.index == input } }
    }
    guard let position = visits.firstIndex(where: { $0.stage.index == stage }) else { return [] }
    func pass(_ kind: Operation.Kind, _ stage: Int) -> Work {
      .pass(kind, stage: stage, microbatch: microbatch)
    }
    switch kind {
    case .forward: return inputs(of: position).map { pass(.forward, $0) }
    case .backwardInput:
      let fed = visits.indices.filter { inputs(of: $0).contains(stage) }.map { visits[$0].stage.index }
      return [pass(.forward, stage)]
        + fed.filter { plain.stages[$0].hasBackward }.map { pass(.backwardInput, $0) }
    case .backwardWeight: return [pass(.backwardInput, stage)]
    default: return []
    }
  }

  /// What a reference of a task stands for.
  private func works(_ reference: PipelineTask.Reference, of task: PipelineTask, _ copy: Int?) -> [Work] {
    let plain = written.plain
    switch reference {
    case .task(let name):
      return pieces.keys.filter {
        guard case .task(let other, let otherCopy) = $0, written.tasks[other].name == name else {
          return false
        }
        let areBothOfMicrobatches = task.extent == .microbatch && written.tasks[other].extent == .microbatch
        return !areBothOfMicrobatches || otherCopy == copy
      }
    case .passes(let kinds, let stage, let microbatch):
      let stages: [Int] =
        switch (stage, task.extent) {
        case (let stage?, _): [stage]
        case (nil, .stage): copy.map { [$0] } ?? []
        case (nil, .device):
          plain.hosts.indices.filter { stage in plain.hosts[stage].contains { $0.index == copy } }
        default: []
        }
      let microbatches: [Int] =
        microbatch.map { [$0] }
        ?? (task.extent == .microbatch ? copy.map { [$0] } ?? [] : Array(plain.microbatches.indices))
      return kinds.flatMap { kind in
        stages.flatMap { stage in
          microbatches.map { Work.pass(kind, stage: stage, microbatch: $0) }
        }
      }
    }
  }

  // MARK: Times

  private mutating func expect(_ piece: Piece, after work: Work) {
    guard let producers = pieces[work] else { return }
    for producer in isPass(work) ? Array(producers.suffix(1)) : producers
    where producer.position != piece.position {
      expect(piece, after: producer, latency: latencies.arrival(from: producer.device, to: piece.device))
    }
  }

  private mutating func expect(_ piece: Piece, after producer: Piece, latency: Double) {
    let arrival = producer.end + latency
    guard arrival.isFinite, piece.start.isFinite, piece.start.isClearlyBelow(arrival) else { return }
    violations.append(
      orders.violation(
        at: piece.position, on: layout.device(piece.device, stream: piece.stream),
        .startsBeforeInput(
          start: piece.start, input: orders.operations[producer.position], arrival: arrival)))
  }
}
