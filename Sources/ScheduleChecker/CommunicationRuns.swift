import PipelineModel

/// What lets every send and receive complete, whatever the mode: that another device has come far enough.
struct TransferRequirements {
  /// A step of another device that a send or receive waits for.
  struct Requirement {
    /// The step of the other device.
    var other: TransferMatching.Place
    /// The position that the other device must have come to.
    var threshold: Int
  }

  /// By device and position; `nil` for what completes at once.
  private(set) var requirements: [[Requirement?]]
  /// By device and position, where the transfers that are launched together begin; the position itself where
  /// they are not.
  private(set) var launches: [[Int]]

  /// Writes down what all steps wait for. O(instructions).
  init(_ programs: [RankProgram], _ matching: TransferMatching, mode: CommunicationMode) {
    launches = programs.map { Self.launches(of: $0, batched: mode == .batched) }
    requirements = programs.map { Array(repeating: nil, count: $0.instructions.count) }
    for (pair, send) in matching.sends {
      guard let receive = matching.receives[pair] else { continue }
      switch mode {
      case .rendezvous, .batched:
        // The same for both modes: without batches a transfer is launched where it stands.
        self[send] = Requirement(other: receive, threshold: launches[receive.device][receive.position])
        self[receive] = Requirement(other: send, threshold: launches[send.device][send.position])
      case .buffered:
        self[receive] = Requirement(other: send, threshold: send.position + 1)
      }
    }
    if case .buffered(let capacity?) = mode { limit(matching, to: capacity) }
  }

  /// Lets a send wait until the message so many sends before it on its channel has been received.
  private mutating func limit(_ matching: TransferMatching, to capacity: Int) {
    for pairs in matching.channels.values where pairs.count > capacity {
      for (pair, earlier) in zip(pairs.dropFirst(capacity), pairs) {
        guard let send = matching.sends[pair], let receive = matching.receives[earlier] else { continue }
        self[send] = Requirement(other: receive, threshold: receive.position + 1)
      }
    }
  }

  private subscript(place: TransferMatching.Place) -> Requirement? {
    get { requirements[place.device][place.position] }
    set { requirements[place.device][place.position] = newValue }
  }

  private static func launches(of program: RankProgram, batched: Bool) -> [Int] {
    var launches = Array(program.instructions.indices)
    guard batched else { return launches }
    for position in launches.indices.dropFirst()
    where program.instructions[position].isTransfer && program.instructions[position - 1].isTransfer {
      launches[position] = launches[position - 1]
    }
    return launches
  }
}

extension RankProgram.Instruction {
  /// Whether the step is a send or a receive.
  var isTransfer: Bool {
    switch self {
    case .send, .receive: true
    case .compute, .overlap, .copy, .wait, .hold, .local: false
    }
  }
}

/// A step that cannot complete, and the step of another device that it waits for.
struct TransferWait {
  var step: TransferMatching.Place
  var other: TransferMatching.Place
}

/// One run of all programs, as far as they come.
struct CommunicationRun {
  private let table: TransferRequirements
  /// The next step of each device.
  private(set) var cursors: [Int]

  /// Runs every device as far as it comes, over and over. O(instructions) for devices that each wait on few.
  init(_ table: TransferRequirements) {
    self.table = table
    cursors = Array(repeating: 0, count: table.requirements.count)
    var waiters = [[Int]](repeating: [], count: cursors.count)
    var ready = Array(cursors.indices)
    while let device = ready.popLast() {
      let steps = table.requirements[device]
      let start = cursors[device]
      while cursors[device] < steps.count {
        if let needed = steps[cursors[device]], cursors[needed.other.device] < needed.threshold {
          waiters[needed.other.device].append(device)
          break
        }
        cursors[device] += 1
      }
      guard cursors[device] > start else { continue }
      ready += waiters[device]
      waiters[device] = []
    }
  }

  /// What the devices that did not come to their end wait for; a batch may wait for several others.
  var waits: [TransferWait] {
    cursors.indices.flatMap { device -> [TransferWait] in
      let steps = table.requirements[device]
      let launches = table.launches[device]
      guard cursors[device] < steps.count else { return [] }
      return (cursors[device]..<steps.count).prefix { launches[$0] == launches[cursors[device]] }
        .compactMap { position in
          guard let needed = steps[position], cursors[needed.other.device] < needed.threshold else {
            return nil
          }
          return TransferWait(step: .init(device: device, position: position), other: needed.other)
        }
    }
  }
}

/// The devices that cannot go on, and whom they wait for.
struct WaitGraph {
  private let waits: [Int: [TransferWait]]

  init(_ waits: [TransferWait]) { self.waits = Dictionary(grouping: waits, by: \.step.device) }

  /// The fewest waits of which each is for the device of the next, the last for the first. There are such: every
  /// device that waits does so for another that does. O(devices x waits).
  func shortestCircle() -> [TransferWait] {
    var best: [TransferWait] = []
    for device in waits.keys.sorted() where best.count != 2 {
      let circle = circle(through: device)
      if !circle.isEmpty, best.isEmpty || circle.count < best.count { best = circle }
    }
    return best
  }

  /// The shortest circle through one device; empty when there is none.
  private func circle(through start: Int) -> [TransferWait] {
    var arrivals: [Int: TransferWait] = [:]
    var frontier = [start]
    while !frontier.isEmpty {
      var next: [Int] = []
      for wait in frontier.flatMap({ waits[$0] ?? [] }) where arrivals[wait.other.device] == nil {
        arrivals[wait.other.device] = wait
        if wait.other.device == start { return path(to: start, arrivals) }
        next.append(wait.other.device)
      }
      frontier = next
    }
    return []
  }

  private func path(to start: Int, _ arrivals: [Int: TransferWait]) -> [TransferWait] {
    var path: [TransferWait] = []
    var device = start
    repeat {
      guard let wait = arrivals[device] else { break }
      path.append(wait)
      device = wait.step.device
    } while device != start
    return path.reversed()
  }
}
