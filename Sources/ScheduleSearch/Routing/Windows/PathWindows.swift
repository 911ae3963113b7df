/// The earliest starts and latest ends of all passes in a schedule that ends by some length, and the paths that are left
/// to each microbatch.
///
/// Everything here follows from the length: whatever is taken away or narrowed belongs to no schedule of it. The passes of
/// a microbatch whose path is open are unknown but for those on its origin. docs/proofs.md has the arguments. Windows are
/// looked at again only where something has moved: a narrowed node that is changed is narrowed on from the change.
struct PathWindows: ~Copyable {
  /// Two tasks on one device that were put in order.
  struct Arc: BitwiseCopyable {
    var before: Int32
    var after: Int32
  }

  let layout: PathLayout
  /// The end of the schedule.
  let length: Double
  /// Times that differ by less are one.
  let slip: Double
  let known: PathState
  private(set) var arcs: [Arc] = []
  /// The tasks of each device that take time, one device's behind another's; valid while windows are narrowed.
  let tasks: FlatArray<Int32>
  let firstTask: FlatArray<Int>
  /// Where something has moved since it was last looked at.
  let movedMicrobatches: FlatArray<Bool>
  let movedDevices: FlatArray<Bool>
  /// Where something has moved since paths were asked whether they have time.
  let uncheckedMicrobatches: FlatArray<Bool>
  let uncheckedDevices: FlatArray<Bool>
  /// Devices of which pairs were looked at since sets of tasks were.
  private let openDevices: FlatArray<Bool>
  var isChanged = false
  var isRefuted = false
  /// What narrowing has cost so far, in tasks, pairs of them and paths that were looked at.
  var work = 0
  var unary: OneAtATime
  var memory: HeldTogether
  /// By counter, how much all open microbatches and one of them can raise it.
  let payable: FlatArray<Int32>
  let mostVisits: FlatArray<Int32>
  /// By anchor, the least time from the one before it over all paths left.
  private let leastApart: FlatArray<Double>

  /// Rounds of narrowing, each of which may raise windows only by little: more are not worth their time.
  private static let mostRounds = 200

  /// All that is known before any path is chosen.
  init(_ layout: PathLayout, length: Double) {
    self.layout = layout
    self.length = length
    slip = PathTable.rounding * length
    known = PathState(layout, length: length)
    tasks = FlatArray(repeating: 0, count: layout.taskCount)
    firstTask = FlatArray(repeating: 0, count: layout.deviceCount + 1)
    movedMicrobatches = FlatArray(repeating: true, count: layout.microbatchCount)
    movedDevices = FlatArray(repeating: true, count: layout.deviceCount)
    uncheckedMicrobatches = FlatArray(repeating: true, count: layout.microbatchCount)
    uncheckedDevices = FlatArray(repeating: true, count: layout.deviceCount)
    openDevices = FlatArray(repeating: false, count: layout.deviceCount)
    unary = OneAtATime(capacity: layout.taskCount)
    memory = HeldTogether(capacity: layout.microbatchCount * layout.passCount)
    payable = FlatArray(repeating: 0, count: layout.leastVisits.count)
    mostVisits = FlatArray(repeating: 0, count: layout.leastVisits.count)
    leastApart = FlatArray(repeating: 0, count: layout.anchors.count)
    for microbatch in 0..<layout.microbatchCount where known.leftCount(of: microbatch) > 0 {
      for place in 0..<layout.anchors.count {
        know(layout.anchors[place], of: microbatch, along: known.left(0, of: microbatch))
      }
    }
    let starts = layout.table.groups.flatMap(\.starts)
    for (microbatch, start) in starts.enumerated() {
      known.earliest[microbatch * layout.tasksPerMicrobatch] = start
    }
  }

  /// Goes back to what was known at a narrowed node.
  mutating func restore(_ state: PathState, arcCount: Int) {
    known.update(from: state)
    arcs.removeSubrange(arcCount...)
    movedMicrobatches.fill(false)
    movedDevices.fill(false)
    openDevices.fill(false)
    uncheckedMicrobatches.fill(false)
    uncheckedDevices.fill(false)
  }

  /// Takes note of the device and duration of a pass, and of its `W`.
  private func know(_ pass: Int, of microbatch: Int, along path: Int32) {
    let task = microbatch * layout.tasksPerMicrobatch + pass
    let timed = layout.pass(pass, of: path)
    known.durations[task] = timed.duration
    known.devices[task] = Int32(timed.device)
    guard timed.weight > 0 else { return }
    let weight = task + layout.passCount
    known.durations[weight] = timed.weight
    known.devices[weight] = Int32(timed.device)
    known.latest[weight] = length - layout.table.model.optimizerSteps[timed.device]
  }

  /// Gives a microbatch a path.
  func choose(_ path: Int32, for microbatch: Int) {
    known.chosen[microbatch] = path
    known.keepOnly(path, of: microbatch)
    movedMicrobatches[microbatch] = true
    let base = microbatch * layout.tasksPerMicrobatch
    for pass in 0..<layout.passCount {
      if known.devices[base + pass] < 0 { know(pass, of: microbatch, along: path) }
      let timed = layout.pass(pass, of: path)
      movedDevices[timed.device] = true
      uncheckedDevices[timed.device] = true
      known.latest[base + pass] = min(known.latest[base + pass], length - timed.tail)
    }
    for place in layout.raises(of: path) {
      known.visits[Int(layout.raises[place])] += 1
    }
  }

  /// Puts a task of a device before another one.
  mutating func put(_ task: Int32, before other: Int32) { arcs.append(Arc(before: task, after: other)) }

  /// Narrows windows and takes paths away until nothing changes; `false` where no schedule is left.
  mutating func narrow() -> Bool {
    let microbatches = 0..<layout.microbatchCount
    guard microbatches.allSatisfy({ known.leftCount(of: $0) > 0 }) else { return false }
    while true {
      guard settle(), let isFewer = dropPaths() else { return false }
      let forced = microbatches.first { known.chosen[$0] < 0 && known.leftCount(of: $0) == 1 }
      if let forced {
        choose(known.left(0, of: forced), for: forced)
      } else if !isFewer {
        return true
      }
    }
  }

  /// Narrows windows until nothing changes: what is cheap first, and what is dear only where that changes no more.
  private mutating func settle() -> Bool {
    listTasks()
    work += 4 * layout.taskCount
    isRefuted = false
    for _ in 0..<Self.mostRounds {
      isChanged = false
      guard followPaths(), orderPairs() else { return false }
      if isChanged { continue }
      guard orderSets() else { return false }
      if !isChanged { return true }
    }
    return true
  }

  /// What follows from the paths of microbatches, and from the order of tasks.
  private mutating func followPaths() -> Bool {
    for microbatch in 0..<layout.microbatchCount where movedMicrobatches[microbatch] {
      movedMicrobatches[microbatch] = false
      followAll(of: microbatch)
      if isRefuted { return false }
    }
    for arc in arcs { keep(Int(arc.before), before: Int(arc.after), lag: 0) }
    return !isRefuted
  }

  /// What follows on each device from pairs of tasks.
  private mutating func orderPairs() -> Bool {
    for device in 0..<layout.deviceCount where movedDevices[device] {
      movedDevices[device] = false
      openDevices[device] = true
      guard narrowPairs(on: device), !isRefuted else { return false }
    }
    return true
  }

  /// What follows on each device from sets of tasks, and from memory.
  private mutating func orderSets() -> Bool {
    for device in 0..<layout.deviceCount where openDevices[device] {
      openDevices[device] = false
      guard narrowSets(on: device), narrowMemory(on: device), !isRefuted else { return false }
    }
    return true
  }

  /// Sorts the tasks that take time by device. O(tasks + devices).
  private func listTasks() {
    firstTask.fill(0)
    for task in 0..<layout.taskCount where known.durations[task] > 0 && known.devices[task] >= 0 {
      firstTask[Int(known.devices[task]) + 1] += 1
    }
    for device in 0..<layout.deviceCount { firstTask[device + 1] += firstTask[device] }
    // Each device's start goes up to its end while it is filled, and so to the next one's start.
    for task in 0..<layout.taskCount where known.durations[task] > 0 && known.devices[task] >= 0 {
      let device = Int(known.devices[task])
      tasks[firstTask[device]] = Int32(task)
      firstTask[device] += 1
    }
    for device in (0..<layout.deviceCount).reversed() { firstTask[device + 1] = firstTask[device] }
    firstTask[0] = 0
  }

  /// The places in `tasks` of a device's.
  @inline(__always)
  func places(of device: Int) -> Range<Int> { firstTask[device]..<firstTask[device + 1] }
}

extension PathWindows {
  @inline(__always)
  mutating func raise(_ task: Int, to time: Double) {
    guard time > known.earliest[task] + slip else { return }
    known.earliest[task] = time
    noteMove(of: task)
    if time + known.durations[task] > known.latest[task] + slip { isRefuted = true }
  }

  @inline(__always)
  mutating func lower(_ task: Int, to time: Double) {
    guard time < known.latest[task] - slip else { return }
    known.latest[task] = time
    noteMove(of: task)
    if known.earliest[task] + known.durations[task] > time + slip { isRefuted = true }
  }

  @inline(__always)
  private mutating func noteMove(of task: Int) {
    isChanged = true
    let (microbatch, device) = (Int(layout.microbatchOf[task]), Int(known.devices[task]))
    movedMicrobatches[microbatch] = true
    uncheckedMicrobatches[microbatch] = true
    guard device >= 0 else { return }
    movedDevices[device] = true
    uncheckedDevices[device] = true
  }

  /// Another task starts no sooner than a lag after the end of a task.
  @inline(__always)
  private mutating func keep(_ task: Int, before other: Int, lag: Double) {
    raise(other, to: known.earliest[task] + known.durations[task] + lag)
    lower(task, to: known.latest[other] - known.durations[other] - lag)
  }

  /// Two passes of a microbatch start so far apart at least.
  @inline(__always)
  private mutating func keep(_ task: Int, _ other: Int, apart time: Double) {
    keep(task, before: other, lag: time - known.durations[task])
  }

  /// What follows for a microbatch from its own passes, and from those of its likes.
  private mutating func followAll(of microbatch: Int) {
    let base = microbatch * layout.tasksPerMicrobatch
    if known.chosen[microbatch] < 0 { followOpen(microbatch) } else { follow(microbatch) }
    for pass in base..<base + layout.passCount where known.devices[pass + layout.passCount] >= 0 {
      keep(pass, before: pass + layout.passCount, lag: 0)
    }
    if layout.followsAlike[microbatch] { keep(base - layout.tasksPerMicrobatch, before: base, lag: 0) }
    if microbatch + 1 < layout.microbatchCount, layout.followsAlike[microbatch + 1] {
      keep(base, before: base + layout.tasksPerMicrobatch, lag: 0)
    }
  }

  /// The passes of a microbatch follow each other along its path.
  private mutating func follow(_ microbatch: Int) {
    let path = known.chosen[microbatch]
    let base = microbatch * layout.tasksPerMicrobatch
    for pass in 1..<layout.passCount {
      raise(
        base + pass, to: known.earliest[base + pass - 1] + layout.time(from: pass - 1, to: pass, along: path))
    }
    for pass in (0..<layout.passCount - 1).reversed() {
      let lag = layout.time(from: pass, to: pass + 1, along: path) - known.durations[base + pass]
      lower(base + pass, to: known.latest[base + pass + 1] - known.durations[base + pass + 1] - lag)
    }
  }

  /// What is known of a microbatch whose path is open: paths that are too long go, and the passes on its origin are
  /// as far apart as the shortest of the others asks for.
  private mutating func followOpen(_ microbatch: Int) {
    let (known, layout, slip, length) = (known, layout, slip, length)
    let base = microbatch * layout.tasksPerMicrobatch
    let (anchors, leastApart) = (layout.anchors, leastApart)
    let last = layout.passCount - 1
    func fits(_ path: Int32, _ pass: Int, _ other: Int) -> Bool {
      known.earliest[base + pass] + layout.time(from: pass, to: other, along: path)
        + known.durations[base + other] <= known.latest[base + other] + slip
    }
    leastApart.fill(.infinity)
    var (all, tail) = (Double.infinity, Double.infinity)
    let isFewer = known.keepPaths(of: microbatch) { path in
      let pathTail = layout.pass(last, of: path).tail
      guard known.earliest[base + last] + known.durations[base + last] + pathTail <= length + slip,
        fits(path, 0, last)
      else { return false }
      for place in 1..<anchors.count where !fits(path, anchors[place - 1], anchors[place]) { return false }
      for place in 1..<anchors.count {
        let apart = layout.time(from: anchors[place - 1], to: anchors[place], along: path)
        leastApart[place] = min(leastApart[place], apart)
      }
      all = min(all, layout.time(from: 0, to: last, along: path))
      tail = min(tail, pathTail)
      return true
    }
    // How long the origin's memory is held depends on the paths that are left.
    if isFewer { movedDevices[Int(known.devices[base])] = true }
    guard known.leftCount(of: microbatch) > 0 else {
      isRefuted = true
      return
    }
    lower(base + last, to: length - tail)
    keep(base, base + last, apart: all)
    for place in 1..<anchors.count {
      keep(base + anchors[place - 1], base + anchors[place], apart: leastApart[place])
    }
  }
}
