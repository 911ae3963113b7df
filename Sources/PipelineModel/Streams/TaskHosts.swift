/// On which devices tasks run that may run on several.
public struct TaskHosts: Hashable, Sendable {
  /// Per task the devices of its pieces, copy by copy; `nil` for a task each of whose copies has its device.
  package var devices: [[Device.ID]?]
}

/// A piece of a task, of all pieces of its copies, copy by copy.
package struct TaskPiece: Hashable, Sendable {
  package var task: Int
  package var number: Int

  package init(task: Int, number: Int) {
    self.task = task
    self.number = number
  }
}

extension TaskHosts {
  /// The pieces that may run on several devices, task by task.
  package var pieces: [TaskPiece] {
    devices.enumerated().flatMap { task, own in
      (own ?? []).indices.map { TaskPiece(task: task, number: $0) }
    }
  }

  /// The device of a piece that may run on several.
  package subscript(piece: TaskPiece) -> Device.ID {
    get { devices[piece.task]?[piece.number] ?? Device.ID(0) }
    set { devices[piece.task]?[piece.number] = newValue }
  }
}

extension PipelineTask {
  /// How many copies there are beside a plain problem.
  package func copyCount(in plain: Problem) -> Int {
    switch extent {
    case .microbatch: plain.microbatchCount
    case .stage: plain.stageCount
    case .device: plain.deviceCount
    case nil: 1
    }
  }

  /// The devices that every copy may run on, ascending; `nil` where each has its device.
  package func choice(in plain: Problem) -> [Device.ID]? {
    switch hosts {
    case .own: return nil
    case .any: return plain.deviceCount > 1 ? plain.devices.indices.map { Device.ID($0) } : nil
    case .listed(let devices):
      let isOneEach = extent != .microbatch && devices.count == copyCount(in: plain)
      let several = Set(devices).sorted()
      return isOneEach || several.count == 1 ? nil : several
    }
  }
}

extension TaskHosts {
  /// Deals tasks out, piece by piece, each to the device whose stream has least to do.
  ///
  /// - Parameter speed: of a stream of a device.
  /// - Complexity: O(pieces x devices).
  init(dealing tasks: [PipelineTask], over plain: Problem, speed: (Int, Device) -> Double) {
    let streams = (tasks.map(\.stream).max() ?? 0) + 1
    var loads = [[Double]](repeating: Array(repeating: 0, count: plain.deviceCount), count: streams)
    loads[0] = plain.deviceWork
    devices = tasks.map { task in
      guard let choice = task.choice(in: plain) else { return nil }
      return (0..<task.copyCount(in: plain) * task.pieces).map { _ in
        let device = choice.min { loads[task.stream][$0.index] < loads[task.stream][$1.index] } ?? choice[0]
        loads[task.stream][device.index] +=
          task.time / Double(task.pieces) / speed(task.stream, plain.devices[device.index])
        return device
      }
    }
  }

  /// Whether every piece is where its task may run.
  func fit(_ tasks: [PipelineTask], over plain: Problem) -> Bool {
    devices.count == tasks.count
      && zip(devices, tasks).allSatisfy { own, task in
        guard let choice = task.choice(in: plain) else { return own == nil }
        return own?.count == task.copyCount(in: plain) * task.pieces
          && own?.allSatisfy(choice.contains) == true
      }
  }
}

extension Problem {
  /// Whether tasks run on devices that are a choice: the problem is in one of many.
  package var hasTaskChoice: Bool { layout?.written.hasTaskChoice ?? false }

  /// Where tasks run at present that may run on several devices; `nil` without tasks.
  package var taskHosts: TaskHosts? { layout?.written.taskHosts }

  /// The same problem with tasks that may run on several devices where a schedule has them; of those that it has elsewhere, or
  /// not at all, a checker speaks. O(works).
  package func hosting(_ works: some Sequence<(device: Device.ID, work: ProgramWork)>) -> Problem {
    guard hasTaskChoice, var hosts = taskHosts, let written = layout?.written else { return self }
    var numbers: [String: Int] = [:]
    for (number, task) in written.tasks.enumerated() { numbers[task.name] = number }
    for (device, work) in works {
      guard case .task(let name, let copy, let piece) = work, let task = numbers[name],
        let choice = written.tasks[task].choice(in: written.plain), choice.contains(device)
      else { continue }
      let (pieces, own) = (written.tasks[task].pieces, piece ?? 0)
      guard (0..<pieces).contains(own), let copies = hosts.devices[task]?.count else { continue }
      let (first, overflows) = (copy ?? 0).multipliedReportingOverflow(by: pieces)
      guard !overflows, (0..<copies).contains(first) else { continue }
      hosts.devices[task]?[first + own] = device
    }
    return (try? with(taskHosts: hosts)) ?? self
  }

  /// The same problem with tasks on other devices; itself where they may not run there.
  ///
  /// - Parameters:
  ///   - isChoice: whether they may be on others as well; `nil` for as before.
  ///   - apart: pieces that nothing hinders and that hinder nothing, whatever their devices.
  /// - Throws: `ProblemError` where the problem cannot be so.
  package func with(
    taskHosts: TaskHosts, isChoice: Bool? = nil, apart: Set<TaskPiece> = []
  ) throws(ProblemError) -> Problem {
    guard var written = layout?.written, taskHosts.fit(written.tasks, over: written.plain) else {
      return self
    }
    written.taskHosts = taskHosts
    written.isTaskChoice = isChoice ?? written.isTaskChoice
    return try written.lowered(apart: apart)
  }

  /// The same problem in which nothing hinders tasks that may run on several devices: no schedule is shorter here than on
  /// any devices there. `nil` where there are too many links to tell.
  package var withTasksApart: Problem? {
    taskHosts.flatMap { try? with(taskHosts: $0, isChoice: false, apart: Set($0.pieces)) }
  }
}
