extension Problem {
  /// The problem with the devices, stages and microbatches of its file, tasks left out: itself but for streams and tasks.
  package var asWritten: Problem { layout?.written.plain ?? self }

  /// Whether streams, phases and tasks are those of another problem, whatever they take: its orders mean the same here.
  package func hasWork(of other: Problem) -> Bool {
    layout?.parts == other.layout?.parts && layout?.microbatchCount == other.layout?.microbatchCount
      && layout?.written.streams == other.layout?.written.streams
  }

  /// An operation as users know it, in short: `2F5`, or a task and its copy.
  package func shortName(of operation: Operation) -> String {
    guard let (work, microbatch) = layout?.work(of: operation) else {
      return "\(operation.stage)\(operation.kind.symbol)\(operation.microbatch)"
    }
    switch work {
    case .pass(let kind, let stage, let phase):
      let number = microbatch.map { "\($0)" } ?? ""
      return "\(stage)\(kind.symbol)\(number)" + (phase.map { "#\($0)" } ?? "")
    case .task(let task, let copy, let piece):
      return (layout?.written.tasks[task].name ?? "") + (copy.map { ".\($0)" } ?? "")
        + (piece.map { "/\($0)" } ?? "")
    case .message(let kind, let sender, let receiver):
      return "\(sender)\(kind.symbol)\(operation.microbatch)>\(receiver)"
    }
  }

  /// An operation as messages name it: `F(stage 2, microbatch 5)`, its phase, or a task and its copy.
  package func name(of operation: Operation) -> String {
    guard let (work, microbatch) = layout?.work(of: operation) else { return operation.description }
    let number = microbatch.map { ", microbatch \($0)" } ?? ""
    switch work {
    case .pass(let kind, let stage, let phase):
      return "\(kind.symbol)(stage \(stage)\(number)\(phase.map { ", phase \($0)" } ?? ""))"
    case .message(let kind, let sender, let receiver):
      return "\(kind.symbol)(stage \(sender)\(number)) to stage \(receiver)"
    case .task: return shortName(of: operation)
    }
  }

  /// An operation as pictures and pages name it: a task that is for the next iteration says so.
  package func title(of operation: Operation) -> String {
    isAhead(operation) ? "\(name(of: operation)) for the next iteration" : name(of: operation)
  }

  /// Whether an operation is a task for the next iteration.
  package func isAhead(_ operation: Operation) -> Bool {
    guard let layout, case .task(let number, _, _) = layout.work(of: operation)?.work else { return false }
    return layout.written.tasks[number].isAhead
  }

  /// A device as messages name it: `2`, or `2 net` for a stream of it beside the first; what stands for tasks alone has no
  /// number.
  package func name(of device: Device.ID) -> String {
    guard let layout else { return "\(device)" }
    let (own, stream) = layout.place(of: device)
    guard layout.written.streams.indices.contains(stream) else { return "of its own" }
    return stream == 0 ? "\(own)" : "\(own) \(layout.written.streams[stream])"
  }
}
