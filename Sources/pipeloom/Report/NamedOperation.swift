import PipelineModel

/// An operation as schedule files name it: a pass, one of its phases, or a copy of a task.
struct NamedOperation: Encodable {
  private let op: String
  private var stage, microbatch, phase, to: Int?
  private var task: String?
  private var copy, piece: Int?
  /// As messages name it; not part of the machine form.
  let text: String

  private enum CodingKeys: CodingKey { case op, stage, microbatch, phase, to, task, copy, piece }

  /// Names an operation of a problem.
  init(_ operation: Operation, in problem: Problem) {
    text = problem.name(of: operation)
    guard let layout = problem.layout, let (work, microbatch) = layout.work(of: operation) else {
      op = operation.kind.symbol
      (stage, self.microbatch) = (operation.stage.index, operation.microbatch.index)
      return
    }
    switch work {
    case .pass(let kind, let stage, let phase):
      op = kind.symbol
      (self.stage, self.microbatch, self.phase) = (stage.index, microbatch?.index, phase)
    case .task(let task, let copy, let piece):
      op = "T"
      (self.task, self.copy, self.piece) = (layout.written.tasks[task].name, copy, piece)
    case .message(let kind, let sender, let receiver):
      op = kind.symbol
      (stage, self.microbatch, to) = (sender.index, microbatch?.index, receiver.index)
    }
  }
}

/// A device as reports name it: its number, and the stream where that is not its first.
struct NamedDevice: Encodable, Hashable {
  let device: Int
  private let stream: String?

  private enum CodingKeys: CodingKey { case device, stream }

  /// As messages name it.
  var text: String { stream.map { "\(device) \($0)" } ?? String(device) }

  /// Names a device of a problem.
  init(_ device: Device.ID, in problem: Problem) {
    guard let layout = problem.layout else {
      (self.device, stream) = (device.index, nil)
      return
    }
    let (own, number) = layout.place(of: device)
    (self.device, stream) = (own.index, number == 0 ? nil : layout.written.streams[number])
  }
}
