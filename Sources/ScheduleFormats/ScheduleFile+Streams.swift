import PipelineModel

/// Orders of streams and tasks as files have them: one list a device, with the operations of all its streams.
struct StreamEntries {
  private let layout: StreamLayout
  private let orders: Orders

  init(_ layout: StreamLayout, _ orders: Orders) {
    self.layout = layout
    self.orders = orders
  }

  /// The positions of a device's operations, its streams merged by starts; without times, stream after stream. The order
  /// within a stream stays as it is, whatever times a file claims.
  func positions(on device: Int, times: RecordedSchedule.Times?) -> [Int] {
    var streams = layout.written.streams.indices.map {
      orders.range(of: layout.device(Device.ID(device), stream: $0))
    }
    guard let times else { return streams.flatMap { Array($0) } }
    var merged: [Int] = []
    while let next = streams.indices.filter({ !streams[$0].isEmpty }).min(by: {
      (times.starts[streams[$0].lowerBound], $0) < (times.starts[streams[$1].lowerBound], $1)
    }) {
      merged.append(streams[next].removeFirst())
    }
    return merged
  }

  /// Appends what an operation is.
  func write(_ position: Int, to writer: inout JSONWriter) {
    let operation = orders.operations[position]
    guard let (work, microbatch) = layout.work(of: operation) else {
      return writer.openOperation(operation)
    }
    switch work {
    case .pass(let kind, let stage, let phase):
      writer.openOperation(
        Operation(kind, stage: stage, microbatch: microbatch ?? operation.microbatch))
      guard let phase else { return }
      writer.raw(", \"phase\": ")
      writer.integer(phase)
    case .task(let task, let copy, let piece):
      writer.raw("{\"op\": \"T\", \"task\": ")
      writer.string(layout.written.tasks[task].name)
      if let copy {
        writer.raw(", \"copy\": ")
        writer.integer(copy)
      }
      if let piece {
        writer.raw(", \"piece\": ")
        writer.integer(piece)
      }
    case .message(let kind, let sender, let receiver):
      writer.openOperation(
        Operation(kind, stage: sender, microbatch: microbatch ?? operation.microbatch))
      writer.raw(", \"to\": ")
      writer.integer(receiver.rawValue)
    }
  }
}

/// What a file says of an operation besides its kind, stage and microbatch.
struct RecordedWork {
  var phase: Int?
  /// `nil` for a pass.
  var task: String?
  var copy: Int?
  var piece: Int?
  /// Of a message, the stage that it is for.
  var receiver: Int32?
  /// Where the operation stands in the file.
  var key: ProblemKey

  /// What the file calls it; the operation is that of a pass.
  func named(_ operation: Operation) -> ProgramWork {
    if let receiver { return .message(operation, to: Stage.ID(rawValue: receiver)) }
    return task.map { .task($0, copy: copy, piece: piece) } ?? .pass(operation, phase: phase)
  }
}

/// The way back: which operation of the problem, on which of its devices, an entry of a file stands for.
struct StreamReader {
  private let layout: StreamLayout
  private let problem: Problem
  private let names: ProgramWorks

  /// Reads for a problem; `nil` where that has no streams and tasks.
  init?(_ problem: Problem) {
    guard let layout = problem.layout else { return nil }
    self.layout = layout
    self.problem = problem
    names = ProgramWorks(problem)
  }

  /// The orders of streams, and their times.
  ///
  /// - Throws: `FormatError` naming the first entry of a task that the problem does not have.
  func orders(
    _ written: Orders, times: RecordedSchedule.Times?, works: [Int: RecordedWork]
  ) throws(FormatError) -> (Orders, RecordedSchedule.Times?) {
    var lists = [[(operation: Operation, position: Int)]](repeating: [], count: problem.deviceCount)
    for device in 0..<written.deviceCount {
      for position in written.range(of: Device.ID(device)) {
        let operation = try self.operation(written.operations[position], works[position])
        let stream =
          problem.hosts.indices.contains(operation.stage.index)
          ? layout.place(of: problem.hosts[operation.stage.index][0]).stream : 0
        lists[layout.device(Device.ID(device), stream: stream).index].append((operation, position))
      }
    }
    let places = lists.flatMap { $0.map(\.position) }
    return (
      Orders(lists.map { $0.map(\.operation) }),
      times.map { times in
        RecordedSchedule.Times(starts: places.map { times.starts[$0] }, ends: places.map { times.ends[$0] })
      }
    )
  }

  private func operation(
    _ written: Operation, _ work: RecordedWork?
  ) throws(FormatError) -> Operation {
    let tasks = layout.written.tasks
    if let work, let name = work.task, !tasks.contains(where: { $0.name == name }) {
      throw FormatError(
        .problem(.unknownTask(name, known: tasks.map(\.name))), key: work.key.appending("task"))
    }
    if let found = names.operation(of: work?.named(written) ?? .pass(written)) { return found }
    return work?.task == nil
      ? Operation(written.kind, stage: Self.unknown, microbatch: written.microbatch)
      : Operation(.forward, stage: Self.unknown, microbatch: Microbatch.ID(0))
  }

  /// Stands for no stage: a checker says so.
  private static let unknown = Stage.ID(rawValue: .max)
}
