/// An attempt to prove that no schedule is as short as a given length.
///
/// Heads and tails become windows. A device's prefix lies too late if its head and tail exceed the length; what
/// is left of the device's graph raises the heads and tails of its operations, those of other devices follow,
/// and so on until nothing changes or a device has no order left.
struct Refutation {
  let relaxation: Relaxation<PrefixGraph>
  /// Heads and tails in each frame: one frame for the makespan, one per active device for the period.
  let heads: [Relaxation<PrefixGraph>.Times]
  let tails: [Relaxation<PrefixGraph>.Times]
  /// The device that each frame belongs to; empty for the makespan.
  let frames: [Int]
  /// The length in question, in grid steps.
  private(set) var length: Double
  /// Least differences of the starts of the frames: `shifts[a][b]` from a's to b's.
  private(set) var shifts: [[Double]]
  /// Edges that may still be looked at.
  var effort: Int
  /// Per device and node: prefixes that no schedule short enough has.
  let isDead: [FlatArray<Bool>]
  /// What follows all operations of each frame's device.
  private let endRests: [Double]
  private let starts: FlatArray<Double>
  private let rests: FlatArray<Double>
  private var isDirty: [Bool]
  private var isRefuted = false

  /// Starts from proved heads and tails, which are copied.
  init(
    _ relaxation: Relaxation<PrefixGraph>, heads: [Relaxation<PrefixGraph>.Times],
    tails: [Relaxation<PrefixGraph>.Times], frames: [Int], length: Double, effort: Int
  ) {
    self.relaxation = relaxation
    self.heads = heads.map { $0.copy() }
    self.tails = tails.map { $0.copy() }
    self.frames = frames
    self.length = length
    self.effort = effort
    shifts = heads.indices.map { row in heads.indices.map { $0 == row ? 0 : -.infinity } }
    endRests = frames.map { relaxation.table.leastRest(after: $0, to: $0) }
    isDead = relaxation.graphs.map { FlatArray(repeating: false, count: $0?.nodeCount ?? 0) }
    let largest = (0..<relaxation.table.deviceCount).map { relaxation.table.range(of: $0).count }.max() ?? 0
    starts = FlatArray(repeating: 0, count: largest)
    rests = FlatArray(repeating: 0, count: largest)
    isDirty = relaxation.graphs.map { $0 != nil }
  }

  /// A copy of the attempt, which goes on independently.
  func copy() -> Refutation { Refutation(copying: self) }

  private init(copying other: Refutation) {
    relaxation = other.relaxation
    heads = other.heads.map { $0.copy() }
    tails = other.tails.map { $0.copy() }
    frames = other.frames
    length = other.length
    effort = other.effort
    shifts = other.shifts
    isDead = other.isDead.map { $0.copy() }
    endRests = other.endRests
    starts = other.starts
    rests = other.rests
    isDirty = other.isDirty
    isRefuted = other.isRefuted
  }

  /// Goes on with a shorter length: what is proved of longer schedules holds for shorter ones.
  mutating func shorten(to length: Double) {
    guard length < self.length else { return }
    self.length = length
    isDirty = relaxation.graphs.map { $0 != nil }
  }

  /// Has the device looked at again, some of whose prefixes have been declared dead.
  mutating func look(at device: Int) { isDirty[device] = true }

  /// Whether the length is proved to be too short; false also when the effort or the time is used up.
  mutating func run() -> Bool {
    repeat {
      guard relateFrames() else { return true }
      while let device = isDirty.firstIndex(of: true) {
        isDirty[device] = false
        if !tighten(device) { return true }
        if effort <= 0 || relaxation.deadline.hasPassed { return false }
      }
    } while frames.count > 1 && transport()
    return isRefuted
  }

  /// Prunes one device in all pairs of frames; tells whether it has an order left.
  private mutating func tighten(_ device: Int) -> Bool {
    guard let graph = relaxation.graphs[device] else { return true }
    for head in heads.indices {
      for tail in tails.indices where isUseful(head, tail, device) {
        effort -= 4 * graph.inEdges.count
        guard tighten(device, graph, head, tail), !isRefuted else { return false }
      }
    }
    return true
  }

  /// A device's own frame pairs with every other one; frames of two other devices pair only where that is cheap.
  private func isUseful(_ head: Int, _ tail: Int, _ device: Int) -> Bool {
    frames.count < 6 || head == tail || frames[head] == device || frames[tail] == device
  }

  private mutating func tighten(_ device: Int, _ graph: PrefixGraph, _ head: Int, _ tail: Int) -> Bool {
    let table = relaxation.table
    let first = table.bounds[device]
    let windows = PrefixWindows(
      graph: graph,
      heads: (heads[head].nodes[device].base, UnsafePointer(heads[head].gates.base + first)),
      tails: (tails[tail].nodes[device].base, UnsafePointer(tails[tail].gates.base + first)),
      durations: UnsafePointer(table.duration.base + first), isDead: isDead[device].base,
      // The end frame's start is at most so much after the head frame's start.
      length: length - shifts[tail][head])
    guard windows.prune() else { return false }
    starts.fill(.infinity)
    rests.fill(.infinity)
    windows.windows(starts: starts.base, rests: rests.base)
    for operation in table.range(of: device) {
      let local = operation - first
      guard table.facts[operation].contains(.gate), !graph.forwardGroups[local].isEmpty else { continue }
      if starts[local] == .infinity { return false }
      raiseHead(of: operation, to: starts[local], in: head)
      raiseTail(of: operation, to: rests[local], in: tail)
    }
    return true
  }

  /// Raises a head and those of all that follow on the microbatch's way.
  private mutating func raiseHead(of operation: Int, to value: Double, in frame: Int) {
    let table = relaxation.table
    var (operation, value) = (operation, value)
    while operation >= 0, value > heads[frame].gates[operation] {
      heads[frame].gates[operation] = value
      mark(operation, frame)
      value += table.duration[operation]
      if table.facts[operation].contains(.hasFurtherConsumers) {
        for arc in table.further.consumers(of: operation) {
          raiseHead(of: Int(arc.operation), to: value + arc.latency, in: frame)
        }
      }
      let consumer = Int(table.consumer[operation])
      guard consumer >= 0 else { return }
      value += table.latency[consumer]
      operation = consumer
    }
  }

  /// Raises a tail and those of all that come before on the microbatch's way.
  private mutating func raiseTail(of operation: Int, to value: Double, in frame: Int) {
    let table = relaxation.table
    var (operation, value) = (operation, value)
    while operation >= 0, value > tails[frame].gates[operation] {
      tails[frame].gates[operation] = value
      mark(operation, frame)
      value += table.duration[operation]
      if table.facts[operation].contains(.hasFurtherProducers) {
        for arc in table.further.producers(of: operation) {
          raiseTail(of: Int(arc.operation), to: value + arc.latency, in: frame)
        }
      }
      value += table.latency[operation]
      operation = Int(table.producer[operation])
    }
  }

  private mutating func mark(_ operation: Int, _ frame: Int) {
    isDirty[Int(relaxation.table.device[operation])] = true
    let window =
      heads[frame].gates[operation] + relaxation.table.duration[operation] + tails[frame].gates[operation]
    if window > length { isRefuted = true }
  }

  /// Takes every frame's knowledge into the other frames; tells whether that changed anything.
  private mutating func transport() -> Bool {
    guard relateFrames() else {
      isRefuted = true
      return false
    }
    let table = relaxation.table
    for source in frames.indices {
      for target in frames.indices where source != target {
        for operation in 0..<table.count where table.facts[operation].contains(.gate) {
          // From the target frame's start to the source frame's, and on to the operation.
          let head = shifts[target][source] + heads[source].gates[operation]
          if head.isFinite { raiseHead(of: operation, to: head, in: target) }
          let tail = tails[source].gates[operation] + shifts[source][target]
          if tail.isFinite { raiseTail(of: operation, to: tail, in: target) }
        }
      }
    }
    return !isRefuted && isDirty.contains(true)
  }

  /// Raises the least differences of the frames' starts by the longest paths between their devices; tells
  /// whether they can be kept: a device ends its order within the length of its own start.
  private mutating func relateFrames() -> Bool {
    guard frames.count > 1 else { return true }
    for (row, source) in frames.enumerated() {
      for (column, sink) in frames.enumerated() where row != column {
        var path = -Double.infinity
        if let graph = relaxation.graphs[sink] {
          path = heads[row].nodes[sink][graph.nodeCount - 1] + endRests[column]
        }
        if relaxation.graphs[source] != nil { path = max(path, tails[column].nodes[source][0]) }
        shifts[row][column] = max(shifts[row][column], path - length)
      }
    }
    for middle in frames.indices {
      for row in frames.indices {
        for column in frames.indices {
          shifts[row][column] = max(shifts[row][column], shifts[row][middle] + shifts[middle][column])
        }
      }
    }
    return frames.indices.allSatisfy { shifts[$0][$0] <= 0 }
  }
}
