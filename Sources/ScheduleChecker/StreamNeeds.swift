import PipelineModel

/// What every operation of a schedule with streams and tasks waits for, as the problem is written.
///
/// Nothing is read of the devices, stages and microbatches that stand for streams and tasks but which piece of work each
/// operation is.
struct StreamNeeds {
  /// An operation that must have ended before another, both by their positions in the orders.
  struct Need {
    var consumer: Int
    var producer: Int
    /// Whether the producer is that of the iteration before.
    var isAhead: Bool
  }

  /// What pieces make up together.
  private enum Work: Hashable {
    case pass(Operation.Kind, stage: Int, microbatch: Int)
    /// A copy of a task; its pieces stand in no order.
    case task(Int, copy: Int?)
    /// What a pass sends to another stage, where messages occupy a stream.
    case message(Operation.Kind, from: Int, to: Int, microbatch: Int)

    var isPass: Bool { if case .pass = self { true } else { false } }
  }

  private let layout: StreamLayout
  /// The positions of the pieces of all work, phases in order.
  private var pieces: [Work: [Int]] = [:]
  /// All needs, by the first piece of the work that has them.
  private(set) var all: [Need] = []

  private var written: StreamedProblem { layout.written }

  /// Gathers what a schedule's operations need; `nil` where its problem has no streams and tasks. O(n + needs).
  init?(of schedule: Schedule) {
    guard let layout = schedule.problem.layout else { return nil }
    self.layout = layout
    gather(schedule.orders)
    for (work, own) in pieces.sorted(by: { $0.value[0] < $1.value[0] }) {
      for (one, other) in zip(own, own.dropFirst()) where work.isPass { add(other, after: one) }
      addNeeds(of: work, own)
    }
  }

  private mutating func gather(_ orders: Orders) {
    var phases: [Work: [(number: Int, position: Int)]] = [:]
    for (position, operation) in orders.operations.enumerated() {
      guard let (work, microbatch) = layout.work(of: operation) else { continue }
      switch work {
      case .pass(let kind, let stage, let phase):
        guard let microbatch else { continue }
        // The last phase of a `B` may be that of a `BW`.
        let isWhole = kind == .backward
        let pass = Work.pass(
          isWhole ? .backwardInput : kind, stage: stage.index, microbatch: microbatch.index)
        phases[pass, default: []].append((phase ?? 0, position))
        guard isWhole else { continue }
        let weight = Work.pass(.backwardWeight, stage: stage.index, microbatch: microbatch.index)
        phases[weight, default: []].append((.max, position))
      case .task(let task, let copy, let number):
        phases[.task(task, copy: copy), default: []].append((number ?? 0, position))
      case .message(let kind, let sender, let receiver):
        guard let microbatch else { continue }
        let message = Work.message(
          kind, from: sender.index, to: receiver.index, microbatch: microbatch.index)
        phases[message, default: []].append((0, position))
      }
    }
    pieces = phases.mapValues { $0.sorted { $0.number < $1.number }.map(\.position) }
  }

  private mutating func addNeeds(of work: Work, _ own: [Int]) {
    switch work {
    case .pass(let kind, let stage, let microbatch):
      for need in needs(of: kind, stage: stage, microbatch: microbatch) {
        add(own[0], afterAll: need)
        guard case .pass(kind, let sender, _) = need else { continue }
        add(own[0], afterAll: .message(kind, from: sender, to: stage, microbatch: microbatch))
      }
    case .message(let kind, let sender, _, let microbatch):
      add(own[0], afterAll: .pass(kind, stage: sender, microbatch: microbatch))
    case .task(let number, let copy):
      let task = written.tasks[number]
      for need in task.needs.flatMap({ works($0, of: task, copy) }) {
        for piece in own { add(piece, afterAll: need) }
      }
      for fed in task.feeds.flatMap({ works($0, of: task, copy) }) {
        for first in pieces[fed].map({ fed.isPass ? [$0[0]] : $0 }) ?? [] {
          add(first, afterAll: work, isAhead: task.isAhead)
        }
      }
    }
  }

  private mutating func add(_ piece: Int, afterAll work: Work, isAhead: Bool = false) {
    guard let producers = pieces[work] else { return }
    for producer in work.isPass ? Array(producers.suffix(1)) : producers {
      add(piece, after: producer, isAhead: isAhead)
    }
  }

  private mutating func add(_ piece: Int, after producer: Int, isAhead: Bool = false) {
    guard piece != producer else { return }
    all.append(Need(consumer: piece, producer: producer, isAhead: isAhead))
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
}
