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
  /// Per frame, the earliest end of each operation and the least time from its start to the end of the frame.
  private let ends: [FlatArray<Double>]
  private let spans: [FlatArray<Double>]
  /// What pairs cost; `nil` where they are no steps of their own.
  private let pairs: PairTable?
  /// The least time from each operation's start to its output.
  private let least: FlatArray<Double>
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
  /// The device whose turn it is.
  private var next = 0
  private var isRefuted = false

  /// Starts from proved heads and tails, which are copied.
  init(
    _ relaxation: Relaxation<PrefixGraph>, heads: [Relaxation<PrefixGraph>.Times],
    tails: [Relaxation<PrefixGraph>.Times], frames: [Int], length: Double, effort: Int,
    pairs: PairTable? = nil
  ) {
    self.relaxation = relaxation
    self.heads = heads.map { $0.copy() }
    self.tails = tails.map { $0.copy() }
    self.pairs = pairs
    least = pairs?.least ?? relaxation.table.duration
    ends = heads.map { [least] in $0.gates.sum(with: least) }
    spans = tails.map { [least] in $0.gates.sum(with: least) }
    self.frames = frames
    self.length = length
    self.effort = effort
    shifts = heads.indices.map { row in heads.indices.map { $0 == row ? 0 : -.infinity } }
    endRests = frames.map { relaxation.table.leastRest(after: $0, to: $0) }
    isDead = relaxation.graphs.map { FlatArray(repeating: false, count: $0?.nodeCount ?? 0) }
    let largest = relaxation.graphs.map { $0?.shape.stepCount ?? 0 }.max() ?? 0
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
    ends = other.ends.map { $0.copy() }
    spans = other.spans.map { $0.copy() }
    pairs = other.pairs
    least = other.least
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
    next = 0
    self.length = length
    isDirty = relaxation.graphs.map { $0 != nil }
  }

  /// Takes in what other graphs of the same operations know of schedules of some length.
  mutating func takeWindows(of other: Refutation) {
    for frame in heads.indices {
      heads[frame].gates.raise(to: other.heads[frame].gates)
      tails[frame].gates.raise(to: other.tails[frame].gates)
      ends[frame].raise(to: other.ends[frame])
      spans[frame].raise(to: other.spans[frame])
    }
    for row in shifts.indices {
      for column in shifts.indices {
        shifts[row][column] = max(shifts[row][column], other.shifts[row][column])
      }
    }
    shorten(to: other.length)
  }

  /// Has the device looked at again, some of whose prefixes have been declared dead.
  mutating func look(at device: Int) { isDirty[device] = true }

  /// Whether the length is proved to be too short; false also when the effort or the time is used up.
  mutating func run() -> Bool {
    repeat {
      guard relateFrames() else { return true }
      // In turn, so that what one device raises reaches all that follow in one round.
      while let device = isDirty[next...].firstIndex(of: true) ?? isDirty.firstIndex(of: true) {
        isDirty[device] = false
        next = device + 1
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
    let first = relaxation.table.bounds[device]
    let steps = pairs?.devices[device]
    steps?.setGates(
      heads: WindowEnds(near: heads[head].gates, far: ends[head], from: first),
      tails: WindowEnds(near: tails[tail].gates, far: spans[tail], from: first))
    let windows = PrefixWindows(
      graph: graph,
      heads: (
        heads[head].nodes[device].base,
        (steps?.headGates).map { UnsafePointer($0.base) } ?? heads[head].gates(from: first)
      ),
      tails: (
        tails[tail].nodes[device].base,
        (steps?.tailGates).map { UnsafePointer($0.base) } ?? tails[tail].gates(from: first)
      ),
      durations: (steps?.durations).map { UnsafePointer($0.base) } ?? relaxation.table.durations(of: device),
      isDead: isDead[device].base,
      // The end frame's start is at most so much after the head frame's start.
      length: length - shifts[tail][head])
    starts.fill(.infinity)
    rests.fill(.infinity)
    guard windows.prune(starts: starts.base, rests: rests.base) else { return false }
    steps?.read(starts: starts.base, rests: rests.base)
    return raise(device, graph, steps, head, tail)
  }

  /// Raises what is known of a device's operations to what its graph says; tells whether some order holds them all.
  private mutating func raise(
    _ device: Int, _ graph: PrefixGraph, _ steps: PairSteps?, _ head: Int, _ tail: Int
  ) -> Bool {
    let table = relaxation.table
    for operation in table.range(of: device) {
      let local = operation - table.bounds[device]
      guard table.facts[operation].contains(.gate), !graph.forwardGroups[local].isEmpty else { continue }
      let start = steps?.heads.near[local] ?? starts[local]
      if start == .infinity { return false }
      raiseHead(of: operation, to: start, in: head)
      raiseTail(of: operation, to: steps?.tails.near[local] ?? rests[local], in: tail)
      guard let steps else { continue }
      raiseEnd(of: operation, to: steps.heads.far[local], in: head)
      raiseSpan(of: operation, to: steps.tails.far[local], in: tail)
    }
    return true
  }

  /// Raises the earliest start of an operation and those of all that follow on the microbatch's way.
  private mutating func raiseHead(of operation: Int, to value: Double, in frame: Int) {
    guard value > heads[frame].gates[operation] else { return }
    heads[frame].gates[operation] = value
    mark(operation, frame)
    raiseEnd(of: operation, to: value + least[operation], in: frame)
  }

  /// Raises the earliest end of an operation and the earliest starts of all that follow on the microbatch's way.
  private mutating func raiseEnd(of operation: Int, to value: Double, in frame: Int) {
    let table = relaxation.table
    var (operation, value) = (operation, value)
    while value > ends[frame][operation] {
      ends[frame][operation] = value
      mark(operation, frame)
      if table.facts[operation].contains(.hasFurtherConsumers) {
        for arc in table.further.consumers(of: operation) {
          raiseHead(of: Int(arc.operation), to: value + arc.latency, in: frame)
        }
      }
      let consumer = Int(table.consumer[operation])
      guard consumer >= 0, value + table.latency[consumer] > heads[frame].gates[consumer] else { return }
      operation = consumer
      value += table.latency[consumer]
      heads[frame].gates[operation] = value
      value += least[operation]
    }
  }

  /// Raises the least time behind an operation and what is known of all that come before on the microbatch's way.
  private mutating func raiseTail(of operation: Int, to value: Double, in frame: Int) {
    guard value > tails[frame].gates[operation] else { return }
    tails[frame].gates[operation] = value
    mark(operation, frame)
    raiseSpan(of: operation, to: value + least[operation], in: frame)
  }

  /// Raises the least time from the start of an operation and the times behind all that come before on the
  /// microbatch's way.
  private mutating func raiseSpan(of operation: Int, to value: Double, in frame: Int) {
    let table = relaxation.table
    var (operation, value) = (operation, value)
    while value > spans[frame][operation] {
      spans[frame][operation] = value
      mark(operation, frame)
      if table.facts[operation].contains(.hasFurtherProducers) {
        for arc in table.further.producers(of: operation) {
          raiseTail(of: Int(arc.operation), to: value + arc.latency, in: frame)
        }
      }
      let producer = Int(table.producer[operation])
      guard producer >= 0, value + table.latency[operation] > tails[frame].gates[producer] else { return }
      value += table.latency[operation]
      operation = producer
      tails[frame].gates[operation] = value
      value += least[operation]
    }
  }

  private mutating func mark(_ operation: Int, _ frame: Int) {
    isDirty[Int(relaxation.table.device[operation])] = true
    let window = max(
      heads[frame].gates[operation] + spans[frame][operation],
      ends[frame][operation] + tails[frame].gates[operation])
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
          guard pairs != nil else { continue }
          raiseEnd(of: operation, to: shifts[target][source] + ends[source][operation], in: target)
          raiseSpan(of: operation, to: spans[source][operation] + shifts[source][target], in: target)
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

extension FlatArray<Double> {
  /// Raises elements to those of another array.
  fileprivate func raise(to other: FlatArray) {
    for index in 0..<count { self[index] = max(self[index], other[index]) }
  }

  /// The sums of the elements of two arrays.
  fileprivate func sum(with other: FlatArray) -> FlatArray {
    let sum = copy()
    for index in 0..<count { sum[index] += other[index] }
    return sum
  }
}
