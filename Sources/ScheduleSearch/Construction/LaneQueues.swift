import OperationGraph

/// The operations of every lane that have arrived or are known to arrive, by kind and arrival.
struct LaneQueues: ~Copyable {
  enum Kind: Int { case forward, backward, weight, recompute }

  struct Entry: BitwiseCopyable {
    var arrival: Double
    var node: Int32
  }

  /// A part of the entries.
  struct Queue: BitwiseCopyable {
    /// When its first operation arrives; infinite while it is empty.
    var arrival = Double.infinity
    let start: Int32
    var head: Int32
    var tail: Int32
  }

  /// All queues side by side; each has room for all its lane's visits.
  let entries: KernelMemory<Entry>
  /// One of each kind for each lane.
  let queues: KernelMemory<Queue>

  private static let kindCount = 4

  init(_ model: SearchModel) {
    var starts: [Int32] = []
    var next = 0
    for lane in model.lanes {
      for _ in 0..<Self.kindCount {
        starts.append(Int32(next))
        next += lane.visitCount
      }
    }
    queues = KernelMemory(copying: starts.map { Queue(start: $0, head: $0, tail: $0) })
    entries = KernelMemory(repeating: Entry(arrival: 0, node: -1), count: next)
  }

  deinit {
    entries.deallocate()
    queues.deallocate()
  }

  /// Empties all queues.
  func reset() {
    for index in queues.indices {
      let start = queues[index].start
      queues[index] = Queue(start: start, head: start, tail: start)
    }
  }

  /// When the first operation of a queue arrives; infinite for an empty queue.
  @inline(__always)
  func arrival(_ lane: Int, _ kind: Kind) -> Double { queues[Self.kindCount * lane + kind.rawValue].arrival }

  /// The first operation of a queue that is not empty.
  @inline(__always)
  func head(_ lane: Int, _ kind: Kind) -> Int32 {
    entries[Int(queues[Self.kindCount * lane + kind.rawValue].head)].node
  }

  @inline(__always)
  func popFirst(_ lane: Int, _ kind: Kind) -> Int32 {
    let index = Self.kindCount * lane + kind.rawValue
    var queue = queues[index]
    let node = entries[Int(queue.head)].node
    queue.head += 1
    queue.arrival = queue.head < queue.tail ? entries[Int(queue.head)].arrival : .infinity
    queues[index] = queue
    return node
  }

  /// Adds an operation behind all that arrive no later.
  @inline(__always)
  func append(_ node: Int32, to lane: Int, _ kind: Kind, at arrival: Double) {
    let index = Self.kindCount * lane + kind.rawValue
    var queue = queues[index]
    var place = Int(queue.tail)
    queue.tail += 1
    while place > Int(queue.head), entries[place - 1].arrival > arrival {
      entries[place] = entries[place - 1]
      place -= 1
    }
    entries[place] = Entry(arrival: arrival, node: node)
    queue.arrival = min(queue.arrival, arrival)
    queues[index] = queue
  }
}
