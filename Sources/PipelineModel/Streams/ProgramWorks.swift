extension Problem {
  /// An operation as programs name it.
  package func programWork(of operation: Operation) -> ProgramWork {
    guard let layout, let (work, microbatch) = layout.work(of: operation) else { return .pass(operation) }
    switch work {
    case .pass(let kind, let stage, let phase):
      return .pass(
        Operation(kind, stage: stage, microbatch: microbatch ?? operation.microbatch), phase: phase)
    case .task(let task, let copy, let piece):
      return .task(layout.written.tasks[task].name, copy: copy, piece: piece)
    case .message(let kind, let sender, let receiver):
      return .message(
        Operation(kind, stage: sender, microbatch: microbatch ?? operation.microbatch), to: receiver)
    }
  }

  /// The device that runs a program's work which a device of the problem stands for, and the name of the stream; `nil` for
  /// the compute stream.
  package func programPlace(of device: Device.ID) -> (rank: Device.ID, stream: String?) {
    guard let layout else { return (device, nil) }
    let (rank, stream) = layout.place(of: device)
    return (rank, stream == 0 ? nil : layout.written.streams[stream])
  }

  /// The device of the problem that stands for a stream of a rank; `nil` where there is no such stream.
  package func device(ofRank rank: Device.ID, stream: String?) -> Device.ID? {
    guard let stream else { return rank }
    guard let layout, let number = layout.written.streams.dropFirst().firstIndex(of: stream) else {
      return nil
    }
    return layout.device(rank, stream: number)
  }
}

/// The way back: which operation of a problem stands for a piece of work as programs and files name it.
package struct ProgramWorks {
  private let problem: Problem
  /// The operations of each kind of pass or message: of a message one for each of the links that it takes.
  private var passes: [StreamLayout.Work: [(stage: Stage.ID, kind: Operation.Kind)]] = [:]
  private var tasks: [String: Int] = [:]

  package init(_ problem: Problem) {
    self.problem = problem
    for (stage, kind, work) in problem.layout?.works ?? [] { passes[work, default: []].append((stage, kind)) }
    for (number, task) in (problem.layout?.written.tasks ?? []).enumerated() { tasks[task.name] = number }
  }

  /// The operation; `nil` where the problem has no such work. O(1) for passes, O(stages) for tasks.
  package func operation(of work: ProgramWork) -> Operation? {
    guard let layout = problem.layout else {
      if case .pass(let operation, nil) = work { return operation }
      return nil
    }
    func run(_ work: StreamLayout.Work, for microbatch: Microbatch.ID) -> Operation? {
      guard microbatch.index < layout.microbatchCount, let all = passes[work] else { return nil }
      let visits = all.count > 1 ? problem.route(of: microbatch).visits : []
      let found = all.first { candidate in all.count == 1 || visits.contains { $0.stage == candidate.stage } }
      return found.map { Operation($0.kind, stage: $0.stage, microbatch: microbatch) }
    }
    switch work {
    case .pass(let operation, let phase):
      return run(.pass(operation.kind, stage: operation.stage, phase: phase), for: operation.microbatch)
    case .message(let pass, let receiver):
      return run(.message(of: pass.kind, from: pass.stage, to: receiver), for: pass.microbatch)
    case .task(let name, let copy, let piece):
      return tasks[name].flatMap { layout.operation(ofTask: $0, copy: copy, piece: piece) }
    }
  }
}
