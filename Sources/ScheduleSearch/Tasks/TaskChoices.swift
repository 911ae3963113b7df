import PipelineModel

/// The pieces of tasks that may run on several devices, in the order in which a proof gives them devices, and which choices
/// are but other names of others.
struct TaskChoices {
  /// A piece with where it may run.
  struct Open {
    var piece: TaskPiece
    /// Ascending.
    var devices: [Device.ID]
    /// The place of the piece before it of the same copy.
    var before: Int?
    /// The places of its microbatch's first piece, and of that of the microbatch before it in its class.
    var twins: (own: Int, other: Int)?
  }

  let pieces: [Open]

  /// Reads a problem; `nil` where it cannot be told with its tasks apart.
  init?(_ problem: Problem) {
    guard let written = problem.layout?.written, let apart = problem.withTasksApart else { return nil }
    let plain = written.plain
    let open = written.tasks.enumerated().compactMap { index, task in
      task.choice(in: plain).map { (index: index, task: task, devices: $0) }
    }
    var pieces: [Open] = []
    func add(_ task: (index: Int, task: PipelineTask, devices: [Device.ID]), copy: Int, _ twins: (Int, Int)?)
    {
      for piece in 0..<task.task.pieces {
        pieces.append(
          Open(
            piece: TaskPiece(task: task.index, number: copy * task.task.pieces + piece),
            devices: task.devices,
            before: piece > 0 ? pieces.count - 1 : nil, twins: twins))
      }
    }
    for task in open where task.task.extent != .microbatch {
      for copy in 0..<task.task.copyCount(in: plain) { add(task, copy: copy, nil) }
    }
    var last: [MicrobatchClass: Int] = [:]
    for microbatch in plain.microbatches.indices {
      let (key, begin) = (apart.microbatchClass(of: Microbatch.ID(microbatch)), pieces.count)
      let other = last.updateValue(begin, forKey: key)
      for task in open where task.task.extent == .microbatch {
        add(task, copy: microbatch, other.map { (begin, $0) })
      }
    }
    self.pieces = pieces
  }

  /// The devices that the next piece may have: of choices that are equal but for the names of pieces or of microbatches, the
  /// first one.
  func devices(after hosts: TaskHosts, depth: Int) -> [Device.ID] {
    let next = pieces[depth]
    func host(_ place: Int) -> Device.ID { hosts[pieces[place].piece] }
    var least = next.before.map(host)
    if let (own, other) = next.twins, (own..<depth).allSatisfy({ host($0) == host(other + $0 - own) }) {
      least = max(least ?? Device.ID(0), host(other + depth - own))
    }
    return next.devices.filter { device in least.map { device >= $0 } ?? true }
  }
}

/// Choices of devices that have those of the first pieces in common.
struct TaskNode: Comparable {
  /// Where the first pieces are; of the others what they say does not count.
  var hosts: TaskHosts
  /// How many pieces have a device.
  var depth = 0
  /// No schedule with these choices is shorter.
  var bound: LowerBound
  /// Which one it is.
  var number: Int

  /// Less is what is looked at first: of equal bounds what is nearest to the leaves.
  static func < (left: TaskNode, right: TaskNode) -> Bool {
    (left.bound.value, -left.depth, left.number) < (right.bound.value, -right.depth, right.number)
  }

  static func == (left: TaskNode, right: TaskNode) -> Bool { left.number == right.number }
}
