/// Times words and keeps them timed while single operations move within their word.
///
/// Every operation has a head, its earliest start, and a tail, the least time from its end to the finish. A move
/// is first estimated from the heads and tails around it, which takes a few operations; only a promising one is
/// carried out, and then only what changes is timed again, in topological order.
///
/// Devices may be released at different times, and what counts is the longest time from a device's release to
/// its end: released together this is the makespan, at the best releases it is the period. Times are in grid
/// steps. Nothing is allocated after the first load.
package struct IncrementalTimer: ~Copyable {
  /// What is known of an operation in the present words.
  struct State: BitwiseCopyable {
    var head = 0.0
    var tail = 0.0
    var position: Int32 = 0
    var rank: Int32 = 0
  }

  /// A head before a move, to be put back.
  struct Undo: BitwiseCopyable {
    var node: Int32 = 0
    var head = 0.0
  }

  let nodeCount: Int
  let deviceCount: Int
  let isFirstInFirstOut: Bool
  let nodes: UnsafeMutablePointer<SearchModel.Node>
  let bounds: UnsafeMutablePointer<Int>
  let capacities: UnsafeMutablePointer<Double>
  let optimizerSteps: UnsafeMutablePointer<Double>

  /// The nodes of all words, device by device.
  package let word: UnsafeMutablePointer<Int32>
  let states: UnsafeMutablePointer<State>
  /// The memory held before each position of `word`.
  let held: UnsafeMutablePointer<Double>
  /// All nodes in a topological order.
  let order: UnsafeMutablePointer<Int32>
  /// When each device is released.
  let releases: UnsafeMutablePointer<Double>
  /// The longest time from a device's release to its end.
  package internal(set) var value = 0.0

  // Room for one move.
  let undo: UnsafeMutablePointer<Undo>
  let savedOrder: UnsafeMutablePointer<Int32>
  let estimates: UnsafeMutablePointer<Double>
  let marks: UnsafeMutablePointer<Int32>
  var mark: Int32 = 0
  let dirty: UnsafeMutablePointer<UInt64>
  let dirtyWordCount: Int
  let cursors: UnsafeMutablePointer<Int>
  /// A device can wait twice: to begin, and for an input.
  let stack: UnsafeMutablePointer<Int32>
  /// The device whose release the longest path to each operation comes from.
  let sources: UnsafeMutablePointer<Int32>

  /// Copies a model into memory of its own; words are loaded afterwards.
  package init(_ model: SearchModel) {
    nodeCount = model.nodes.count
    deviceCount = model.deviceCount
    isFirstInFirstOut = model.isFirstInFirstOut
    nodes = Self.copy(model.nodes)
    bounds = Self.copy(model.bounds)
    capacities = Self.copy(model.capacities)
    optimizerSteps = Self.copy(model.optimizerSteps)
    word = Self.room(for: nodeCount, 0)
    states = Self.room(for: nodeCount, State())
    held = Self.room(for: nodeCount + 1, 0)
    order = Self.room(for: nodeCount, 0)
    releases = Self.room(for: deviceCount, 0)
    undo = Self.room(for: nodeCount, Undo())
    savedOrder = Self.room(for: nodeCount, 0)
    estimates = Self.room(for: max(nodeCount, deviceCount), 0)
    marks = Self.room(for: nodeCount, 0)
    dirtyWordCount = (nodeCount + 63) / 64
    dirty = Self.room(for: dirtyWordCount, 0)
    cursors = Self.room(for: deviceCount, 0)
    stack = Self.room(for: 2 * deviceCount, 0)
    sources = Self.room(for: nodeCount, 0)
  }

  deinit {
    nodes.deallocate()
    bounds.deallocate()
    capacities.deallocate()
    optimizerSteps.deallocate()
    word.deallocate()
    states.deallocate()
    held.deallocate()
    order.deallocate()
    releases.deallocate()
    undo.deallocate()
    savedOrder.deallocate()
    estimates.deallocate()
    marks.deallocate()
    dirty.deallocate()
    cursors.deallocate()
    stack.deallocate()
    sources.deallocate()
  }

  private static func copy<Element: BitwiseCopyable>(_ array: [Element]) -> UnsafeMutablePointer<Element> {
    let pointer = UnsafeMutablePointer<Element>.allocate(capacity: array.count)
    pointer.initialize(from: array, count: array.count)
    return pointer
  }

  private static func room<Element: BitwiseCopyable>(
    for count: Int, _ element: Element
  ) -> UnsafeMutablePointer<Element> {
    let pointer = UnsafeMutablePointer<Element>.allocate(capacity: count)
    pointer.initialize(repeating: element, count: count)
    return pointer
  }

  /// Forgets all marks. O(1), but for once in two billion calls.
  mutating func clearMarks() {
    if mark == .max {
      marks.update(repeating: 0, count: nodeCount)
      mark = 0
    }
    mark += 1
  }

  /// The present words, device by device. O(operations).
  package var words: [Int32] { Array(UnsafeBufferPointer(start: word, count: nodeCount)) }

  // MARK: Arcs

  /// When the input of a node has arrived.
  @inline(__always)
  func arrival(_ node: SearchModel.Node) -> Double {
    let producer = Int(node.producer)
    return producer < 0 ? -.infinity : states[producer].head + nodes[producer].duration + node.latency
  }

  /// When the device is free for the operation at a position.
  @inline(__always)
  func free(before position: Int, on device: Int) -> Double {
    if position == bounds[device] { return releases[device] }
    let before = Int(word[position - 1])
    return states[before].head + nodes[before].duration
  }

  /// The time from the end of a position's operation to the finish along the word.
  @inline(__always)
  func tail(after position: Int, on device: Int) -> Double {
    if position + 1 == bounds[device + 1] { return optimizerSteps[device] - releases[device] }
    let next = Int(word[position + 1])
    return nodes[next].duration + states[next].tail
  }

  /// The time from the end of a node to the finish along its output.
  @inline(__always)
  func tailOfOutput(_ node: SearchModel.Node) -> Double {
    let consumer = Int(node.consumer)
    if consumer < 0 { return -.infinity }
    return nodes[consumer].latency + nodes[consumer].duration + states[consumer].tail
  }

  /// The longest time from a device's release to its end, from the heads. O(devices).
  func longestSpan() -> Double {
    var longest = 0.0
    for device in 0..<deviceCount where bounds[device] < bounds[device + 1] {
      let last = Int(word[bounds[device + 1] - 1])
      let end = states[last].head + nodes[last].duration + optimizerSteps[device]
      longest = max(longest, end - releases[device])
    }
    return longest
  }
}

extension IncrementalTimer {
  /// Whether the operation at a position lies on a path as long as the value.
  @inline(__always)
  func isCritical(at position: Int) -> Bool {
    let node = Int(word[position])
    return states[node].head + nodes[node].duration + states[node].tail >= value * (1 - 1e-12)
  }
}
