import PipelineModel

/// The cost-aware order of a V: forwards as memory allows, then one backward and one forward per device and
/// round, with `W` where a device would wait.
///
/// Source: Qi et al., "Zero Bubble Pipeline Parallelism", ICLR 2024, arXiv 2401.10241, section 6, and the
/// published program.
struct VHeuristic {
  /// Whether a device may lengthen a wait for a forward, or for a backward of chunk 1, by a `W` that does not
  /// fit in it. Before a backward of chunk 0 it always may.
  private struct Fill {
    var forward: Bool
    var backward: Bool
  }

  private var run: ChunkRun
  private let fill: Fill
  /// How much longer than now each device's idle time may become without harm, as an earlier run knows it: the
  /// longest idle time of that run less the device's own.
  private let approved: [Double]
  /// What one microbatch takes on each device.
  private let activations: [Double]

  /// The orders of the shortest longest span over all settings; `nil` when every setting gets stuck.
  ///
  /// Each setting runs again with what it has learned of the idle times, as long as that makes it shorter.
  ///
  /// - Parameter limits: the most memory of each device, static memory included.
  /// - Complexity: O(operations) per run.
  static func orders(for problem: Problem, limits: [Double]) -> [[Operation]]? {
    var best: ChunkRun?
    for forward in [false, true] {
      for backward in [false, true] {
        var last = Double.infinity
        var approved = Array(repeating: 0.0, count: problem.deviceCount)
        while let run = try? Self.run(problem, limits, Fill(forward: forward, backward: backward), approved),
          run.longestSpan < last * (1 - 1e-9)
        {
          last = run.longestSpan
          approved = run.idle
          if last < best?.longestSpan ?? .infinity { best = run }
        }
      }
    }
    return best?.orders
  }

  private static func run(
    _ problem: Problem, _ limits: [Double], _ fill: Fill, _ idle: [Double]
  ) throws(ChunkRun.Stuck) -> ChunkRun {
    let longest = idle.max() ?? 0
    var heuristic = VHeuristic(
      run: ChunkRun(problem, limits: limits), fill: fill, approved: idle.map { longest - $0 },
      activations: problem.activationsOfOneMicrobatch)
    try heuristic.fillPipeline()
    try heuristic.levelForwards()
    while heuristic.run.hasBackwardsLeft {
      let turns = heuristic.run.turns
      try heuristic.runBackwards()
      try heuristic.runForwards()
      if heuristic.run.turns == turns { throw ChunkRun.Stuck() }
    }
    for device in 0..<heuristic.run.deviceCount { heuristic.run.runWaitingWeights(on: device) }
    return heuristic.run
  }

  /// 1. The first microbatch to the turn and back; meanwhile as many others as time and memory allow.
  private mutating func fillPipeline() throws(ChunkRun.Stuck) {
    for device in 0..<run.deviceCount { try run.run(.forward, 0, on: device) }
    for device in (0..<run.deviceCount).reversed() {
      while device < run.deviceCount - 1, fitsBeforeReturn(on: device) {
        for before in 0...device { try run.run(.forward, 0, on: before) }
      }
      try run.run(.forward, 1, on: device)
    }
  }

  /// Whether another forward of chunk 0 ends before the first one of chunk 1 can start, and leaves memory for
  /// the forwards that the devices before need in between.
  private func fitsBeforeReturn(on device: Int) -> Bool {
    guard !run.isDone(.forward, 0, on: device), let arrival = run.arrival(.forward, 1, on: device) else {
      return false
    }
    return ChunkRun.isMet(run.clocks[device] + run.duration(.forward, 0, on: device), by: arrival)
      && (0...device).allSatisfy { before in
        run.hasRoom(for: Double(before + 1) * activations[before], on: before)
      }
  }

  /// 2. Forwards of both chunks in turn until no device has run fewer than the one before it.
  ///
  /// Ends earlier where chunks are so unlike that memory runs out first.
  private mutating func levelForwards() throws(ChunkRun.Stuck) {
    var chunk = 0
    for device in 0..<run.deviceCount where device > 0 {
      var idleTurns = 0
      while isBehind(device), idleTurns < 2 {
        idleTurns += 1
        for later in (device..<run.deviceCount).reversed() where run.canRunForward(chunk, on: later) {
          try run.run(.forward, chunk, on: later)
          idleTurns = 0
        }
        chunk = 1 - chunk
      }
    }
  }

  private func isBehind(_ device: Int) -> Bool {
    func returned(_ device: Int) -> Int { run.count(.forward, 1, on: device) }
    func all(_ device: Int) -> Int { run.count(.forward, 0, on: device) + returned(device) }
    return all(device) < all(device - 1)
      || returned(device) <= returned(device - 1) && !run.isDone(.forward, 1, on: device - 1)
  }

  /// 3a. One backward on every device: those of chunk 0 from the turn on, then those of chunk 1 from device 0.
  private mutating func runBackwards() throws(ChunkRun.Stuck) {
    let chunks = (0..<run.deviceCount).map(nextBackward)
    for device in chunks.indices.reversed() where chunks[device] == 0 {
      try runAfterWeights(.backward, 0, on: device, filling: true)
    }
    for device in chunks.indices where chunks[device] == 1 {
      try runAfterWeights(.backward, 1, on: device, filling: fill.backward)
    }
  }

  /// The chunk of a device's next backward: chunk 0 where its input is there, otherwise chunk 1.
  private func nextBackward(on device: Int) -> Int {
    let done = run.count(.backward, 0, on: device)
    if done == run.count(.backward, 1, on: device) { return 1 }
    let isSupplied = device == run.deviceCount - 1 || run.count(.backward, 0, on: device + 1) > done
    return isSupplied || run.isDone(.backward, 1, on: device) ? 0 : 1
  }

  /// 3b. One forward on every device that has one whose input is there.
  private mutating func runForwards() throws(ChunkRun.Stuck) {
    for device in 0..<run.deviceCount where !run.isDone(.forward, 1, on: device) {
      guard let chunk = nextForward(on: device) else { continue }
      let needed = run.activation(chunk, on: device)
      run.makeRoom(for: needed, on: device)
      if run.hasRoom(for: needed, on: device) {
        try runAfterWeights(.forward, chunk, on: device, filling: fill.forward)
      }
    }
  }

  /// The chunk of a device's next forward: chunk 1 where its input is there, otherwise chunk 0.
  private func nextForward(on device: Int) -> Int? {
    let done = run.count(.forward, 1, on: device)
    if done == run.count(.forward, 0, on: device) { return 0 }
    if device == run.deviceCount - 1 || run.count(.forward, 1, on: device + 1) > done { return 1 }
    return run.arrival(.forward, 0, on: device) == nil ? nil : 0
  }

  /// Runs a pass whose input is there, after the `W` that fit before it arrives, and, if asked to fill, after one more where
  /// the rest of the wait would make the device's idle time the longest.
  private mutating func runAfterWeights(
    _ pass: ChunkRun.Pass, _ chunk: Int, on device: Int, filling: Bool
  ) throws(ChunkRun.Stuck) {
    guard let arrival = run.arrival(pass, chunk, on: device) else { return }
    if pass == .backward, !run.hasBackward(chunk, on: device) { return try run.run(pass, chunk, on: device) }
    run.fillWait(until: arrival, on: device, patience: filling ? allowance(of: device) : .infinity)
    try run.run(pass, chunk, on: device)
  }

  /// How much longer a device may wait before its idle time counts.
  private func allowance(of device: Int) -> Double {
    max(run.longestIdle, approved[device]) - run.idle[device]
  }
}
