/// The earliest starts and latest ends of all passes in a schedule that ends by some length, and the paths that are left
/// to each microbatch.
///
/// Everything here follows from the length: whatever is taken away or narrowed belongs to no schedule of it. The passes of
/// a microbatch whose path is open are unknown but for those on its origin. docs/proofs.md has the arguments.
struct PathWindows {
  let layout: PathLayout
  /// The end of the schedule.
  let length: Double
  /// By task; without a meaning where a task is unknown.
  private(set) var earliest: [Double]
  private(set) var latest: [Double]
  private(set) var durations: [Double]
  /// The device of each task; -1 where it is unknown, or takes no time.
  private(set) var devices: [Int32]
  /// The path of each microbatch; -1 while it is open.
  private(set) var chosen: [Int32]
  /// The paths that are left to each microbatch.
  private(set) var left: [[Int32]]
  /// Pairs of tasks on one device that were put in order.
  private(set) var arcs: [(before: Int32, after: Int32)] = []
  /// How often each counter is visited by the paths chosen.
  private var visits: [Int]
  /// The tasks of each device, valid while windows are narrowed.
  private(set) var tasksOfDevice: [[Int32]] = []
  private var isChanged = false
  private var isRefuted = false

  var slip: Double { PathTable.rounding * length }

  /// Rounds of narrowing, each of which may raise windows only by little: more are not worth their time.
  private static let mostRounds = 200

  /// All that is known before any path is chosen.
  init(_ layout: PathLayout, length: Double) {
    self.layout = layout
    self.length = length
    let (count, tasks) = (layout.microbatchCount, layout.tasksPerMicrobatch)
    earliest = Array(repeating: 0, count: count * tasks)
    latest = Array(repeating: length, count: count * tasks)
    durations = Array(repeating: 0, count: count * tasks)
    devices = Array(repeating: -1, count: count * tasks)
    chosen = Array(repeating: -1, count: count)
    left = layout.groupOf.map { Array(layout.table.groups[$0].paths.indices.map { Int32($0) }) }
    visits = Array(repeating: 0, count: layout.counters.count)
    for microbatch in 0..<count where !left[microbatch].isEmpty {
      for anchor in layout.anchors { know(anchor, of: microbatch, along: layout.path(0, of: microbatch)) }
    }
    let starts = layout.table.groups.flatMap(\.starts)
    for (microbatch, start) in starts.enumerated() { earliest[microbatch * tasks] = start }
    tasksOfDevice = Array(repeating: [], count: layout.deviceCount)
  }

  /// Takes note of the device and duration of a pass, and of its `W`.
  private mutating func know(_ pass: Int, of microbatch: Int, along path: TimedPath) {
    let task = microbatch * layout.tasksPerMicrobatch + pass
    let known = path.passes[pass]
    durations[task] = known.duration
    if known.duration > 0 { devices[task] = Int32(known.device) }
    guard known.weight > 0 else { return }
    let weight = task + layout.passCount
    durations[weight] = known.weight
    devices[weight] = Int32(known.device)
    latest[weight] = length - layout.table.model.optimizerSteps[known.device]
  }

  /// Gives a microbatch a path.
  mutating func choose(_ path: Int32, for microbatch: Int) {
    chosen[microbatch] = path
    left[microbatch] = [path]
    let timed = layout.path(path, of: microbatch)
    let base = microbatch * layout.tasksPerMicrobatch
    for pass in timed.passes.indices {
      if !layout.anchors.contains(pass) { know(pass, of: microbatch, along: timed) }
      latest[base + pass] = min(latest[base + pass], length - timed.passes[pass].tail)
    }
    for counter in layout.raises[layout.groupOf[microbatch]][Int(path)] { visits[Int(counter)] += 1 }
  }

  /// Puts a task of a device before another one.
  mutating func put(_ task: Int32, before other: Int32) { arcs.append((task, other)) }

  /// Narrows windows and takes paths away until nothing changes; `false` where no schedule is left.
  mutating func narrow() -> Bool {
    guard left.allSatisfy({ !$0.isEmpty }) else { return false }
    var unary = OneAtATime()
    var memory = HeldTogether()
    repeat {
      guard settle(&unary, &memory), let isFewer = dropPaths() else { return false }
      guard let forced = left.indices.first(where: { chosen[$0] < 0 && left[$0].count == 1 }) else {
        if !isFewer { return true }
        continue
      }
      choose(left[forced][0], for: forced)
    } while true
  }

  private mutating func settle(_ unary: inout OneAtATime, _ memory: inout HeldTogether) -> Bool {
    for device in tasksOfDevice.indices { tasksOfDevice[device].removeAll(keepingCapacity: true) }
    for (task, device) in devices.enumerated() where device >= 0 {
      tasksOfDevice[Int(device)].append(Int32(task))
    }
    isRefuted = false
    for _ in 0..<Self.mostRounds {
      isChanged = false
      for microbatch in chosen.indices {
        if chosen[microbatch] < 0 { followOpen(microbatch) } else { follow(microbatch) }
        followWeights(microbatch)
        if layout.followsAlike[microbatch] {
          let task = microbatch * layout.tasksPerMicrobatch
          keep(task - layout.tasksPerMicrobatch, before: task, lag: 0)
        }
        if isRefuted { return false }
      }
      for arc in arcs { keep(Int(arc.before), before: Int(arc.after), lag: 0) }
      for device in tasksOfDevice.indices {
        guard !isRefuted, narrowTime(on: device, &unary), narrowMemory(on: device, &memory) else {
          return false
        }
      }
      if isRefuted { return false }
      if !isChanged { return true }
    }
    return true
  }
}

extension PathWindows {
  @inline(__always)
  mutating func raise(_ task: Int, to time: Double) {
    guard time > earliest[task] + slip else { return }
    earliest[task] = time
    isChanged = true
    if time + durations[task] > latest[task] + slip { isRefuted = true }
  }

  @inline(__always)
  mutating func lower(_ task: Int, to time: Double) {
    guard time < latest[task] - slip else { return }
    latest[task] = time
    isChanged = true
    if earliest[task] + durations[task] > time + slip { isRefuted = true }
  }

  /// Another task starts no sooner than a lag after the end of a task.
  @inline(__always)
  private mutating func keep(_ task: Int, before other: Int, lag: Double) {
    raise(other, to: earliest[task] + durations[task] + lag)
    lower(task, to: latest[other] - durations[other] - lag)
  }

  /// Two passes of a microbatch start so far apart at least.
  @inline(__always)
  private mutating func keep(_ task: Int, _ other: Int, apart time: Double) {
    keep(task, before: other, lag: time - durations[task])
  }

  /// The passes of a microbatch follow each other along its path.
  private mutating func follow(_ microbatch: Int) {
    let path = layout.path(chosen[microbatch], of: microbatch)
    let base = microbatch * layout.tasksPerMicrobatch
    for pass in 1..<layout.passCount {
      raise(base + pass, to: earliest[base + pass - 1] + path.time(from: pass - 1, to: pass))
    }
    for pass in (0..<layout.passCount - 1).reversed() {
      let apart = path.time(from: pass, to: pass + 1) + durations[base + pass + 1] - durations[base + pass]
      lower(base + pass, to: latest[base + pass + 1] - apart)
    }
  }

  /// What is known of a microbatch whose path is open: paths that are too long go, and the passes on its origin are
  /// as far apart as the shortest of the others asks for.
  private mutating func followOpen(_ microbatch: Int) {
    let base = microbatch * layout.tasksPerMicrobatch
    let anchors = layout.anchors
    let last = anchors[anchors.count - 1]
    func fits(_ path: TimedPath, _ pass: Int, _ other: Int) -> Bool {
      earliest[base + pass] + path.time(from: pass, to: other) + durations[base + other] <= latest[
        base + other] + slip
    }
    var least = [Double](repeating: .infinity, count: anchors.count)
    var (all, tail) = (Double.infinity, Double.infinity)
    let kept = left[microbatch].filter { number in
      let path = layout.path(number, of: microbatch)
      guard earliest[base + last] + durations[base + last] + path.passes[last].tail <= length + slip,
        fits(path, 0, last)
      else { return false }
      for place in 1..<anchors.count where !fits(path, anchors[place - 1], anchors[place]) { return false }
      for place in 1..<anchors.count {
        least[place] = min(least[place], path.time(from: anchors[place - 1], to: anchors[place]))
      }
      all = min(all, path.time(from: 0, to: last))
      tail = min(tail, path.passes[last].tail)
      return true
    }
    if kept.count < left[microbatch].count { left[microbatch] = kept }
    guard !kept.isEmpty else {
      isRefuted = true
      return
    }
    lower(base + last, to: length - tail)
    keep(base, base + last, apart: all)
    for place in 1..<anchors.count {
      keep(base + anchors[place - 1], base + anchors[place], apart: least[place])
    }
  }

  private mutating func followWeights(_ microbatch: Int) {
    let base = microbatch * layout.tasksPerMicrobatch
    for pass in base..<base + layout.passCount where devices[pass + layout.passCount] >= 0 {
      keep(pass, before: pass + layout.passCount, lag: 0)
    }
  }
}

extension PathWindows {
  /// Takes away the paths that break a limit of visits, or have a pass that finds no time on its device; tells whether there
  /// were any, `nil` where a microbatch has none left.
  private mutating func dropPaths() -> Bool? {
    let before = left.reduce(0) { $0 + $1.count }
    for counter in layout.counters.indices { if !payWhatIsOwed(to: counter) { return nil } }
    for microbatch in chosen.indices where chosen[microbatch] < 0 {
      let raises = layout.raises[layout.groupOf[microbatch]]
      let kept = left[microbatch].filter { path in
        raises[Int(path)].allSatisfy { visits[Int($0)] < layout.counters[Int($0)].upperBound }
          && hasTime(for: layout.path(path, of: microbatch), of: microbatch)
      }
      if kept.isEmpty { return nil }
      if kept.count < left[microbatch].count { left[microbatch] = kept }
    }
    return left.reduce(0) { $0 + $1.count } < before
  }

  /// Leaves microbatches the paths through a stage or device that needs all of them; `false` where they are too few.
  private mutating func payWhatIsOwed(to counter: Int) -> Bool {
    let owed = layout.counters[counter].lowerBound - visits[counter]
    guard owed > 0 else { return true }
    let layout = layout
    func times(_ path: Int32, _ microbatch: Int) -> Int {
      layout.raises[layout.groupOf[microbatch]][Int(path)].count { Int($0) == counter }
    }
    var most: [(microbatch: Int, times: Int)] = []
    for microbatch in chosen.indices where chosen[microbatch] < 0 {
      let best = left[microbatch].reduce(0) { max($0, times($1, microbatch)) }
      if best > 0 { most.append((microbatch, best)) }
    }
    let sum = most.reduce(0) { $0 + $1.times }
    guard sum >= owed else { return false }
    if sum == owed {
      for (microbatch, best) in most { left[microbatch].removeAll { times($0, microbatch) < best } }
    }
    return true
  }

  /// Whether each pass of a path can run before or after each task that is known of its device.
  private func hasTime(for path: TimedPath, of microbatch: Int) -> Bool {
    let base = microbatch * layout.tasksPerMicrobatch
    var place = 1
    for pass in 1..<layout.passCount - 1 {
      let (before, after) = (layout.anchors[place - 1], layout.anchors[place])
      if pass == after {
        place += 1
        continue
      }
      let duration = path.passes[pass].duration
      guard duration > 0 else { continue }
      let start = earliest[base + before] + path.time(from: before, to: pass)
      let behind = path.time(from: pass, to: after) - duration + durations[base + after]
      let end = min(length - path.passes[pass].tail, latest[base + after] - behind)
      if start + duration > end + slip { return false }
      for task in tasksOfDevice[path.passes[pass].device]
      where Int(task) / layout.tasksPerMicrobatch != microbatch {
        let both = duration + durations[Int(task)] - slip
        if earliest[Int(task)] + both > end && start + both > latest[Int(task)] { return false }
      }
    }
    return true
  }
}
