import HeapModule

/// The operations of every lane that have arrived or are known to arrive, by kind and arrival.
struct LaneQueues {
  enum Kind: Int { case forward, backward, weight }

  struct Entry {
    var arrival: Double
    var node: Int32
  }

  /// All queues side by side; each has room for all its lane's visits.
  private(set) var entries: [Entry]
  let starts: [Int]
  private(set) var heads: [Int]
  private(set) var tails: [Int]

  init(_ model: SearchModel) {
    var starts: [Int] = []
    var next = 0
    for lane in model.lanes {
      for _ in 0..<3 {
        starts.append(next)
        next += lane.visitCount
      }
    }
    self.starts = starts
    heads = starts
    tails = starts
    entries = Array(repeating: Entry(arrival: 0, node: -1), count: next)
  }

  mutating func reset() {
    heads = starts
    tails = starts
  }

  /// When the first operation of a queue arrives; infinite for an empty queue.
  @inline(__always)
  func arrival(_ lane: Int, _ kind: Kind) -> Double {
    let queue = 3 * lane + kind.rawValue
    return heads[queue] < tails[queue] ? entries[heads[queue]].arrival : .infinity
  }

  /// The first operation of a queue that is not empty.
  @inline(__always)
  func head(_ lane: Int, _ kind: Kind) -> Int32 { entries[heads[3 * lane + kind.rawValue]].node }

  /// The earliest arrival over some lanes.
  func earliest(_ kind: Kind, _ lanes: [Int]) -> Double {
    lanes.reduce(.infinity) { min($0, arrival($1, kind)) }
  }

  @inline(__always)
  mutating func popFirst(_ lane: Int, _ kind: Kind) -> Int32 {
    let queue = 3 * lane + kind.rawValue
    heads[queue] += 1
    return entries[heads[queue] - 1].node
  }

  /// Adds an operation behind all that arrive no later.
  @inline(__always)
  mutating func append(_ node: Int32, to lane: Int, _ kind: Kind, at arrival: Double) {
    let queue = 3 * lane + kind.rawValue
    var place = tails[queue]
    tails[queue] += 1
    while place > heads[queue], entries[place - 1].arrival > arrival {
      entries[place] = entries[place - 1]
      place -= 1
    }
    entries[place] = Entry(arrival: arrival, node: node)
  }
}

/// Moments at which a device has to decide, earliest first; at one moment by device.
struct EventQueue {
  struct Event: Comparable {
    var time: Double
    var device: Int32

    @inline(__always)
    static func < (left: Event, right: Event) -> Bool {
      left.time < right.time || (left.time == right.time && left.device < right.device)
    }
  }

  private var heap: Heap<Event> = []

  mutating func reset() { heap.removeAll { _ in true } }

  mutating func push(time: Double, device: Int) { heap.insert(Event(time: time, device: Int32(device))) }

  mutating func popFirst() -> Event? { heap.popMin() }
}
