import PipelineModel

/// The cost-aware order of one stage per device: forwards until the first gradient comes back, then one forward and one
/// backward per device and round, with `W` where a device would wait.
///
/// Source: Qi et al., "Zero Bubble Pipeline Parallelism", ICLR 2024, arXiv 2401.10241, section 3.1.
struct SequentialHeuristic {
  /// What the paper leaves open, and decides by trying both.
  private struct Setting {
    /// Whether the last forward of the warm-up ends before the gradient arrives, or may start until then.
    var warmsUpInTime: Bool
    /// Whether a device that is two forwards ahead of the next one may leave one out.
    var leavesOutForwards: Bool
    /// Whether waits are filled that do not make the device's idle time the longest.
    var fillsShortWaits: Bool

    static let all = [true, false].flatMap { inTime in
      [true, false].flatMap { leavesOut in
        [true, false].map { Self(warmsUpInTime: inTime, leavesOutForwards: leavesOut, fillsShortWaits: $0) }
      }
    }
  }

  private var run: ChunkRun
  private let setting: Setting
  /// How many forwards may be in flight on each device at most.
  private let mostInFlight: [Double]

  /// The orders of the shortest longest span over all settings; `nil` when every setting gets stuck, which none does
  /// under limits that one microbatch keeps.
  ///
  /// - Parameter limits: the most memory of each device, static memory included.
  /// - Complexity: O(operations) for each of eight settings.
  static func orders(for problem: Problem, limits: [Double]) -> [[Operation]]? {
    var best: ChunkRun?
    for setting in Setting.all {
      guard let run = try? Self.run(problem, limits, setting) else { continue }
      if run.longestSpan < (best?.longestSpan ?? .infinity) * (1 - 1e-9) { best = run }
    }
    return best?.orders
  }

  private static func run(
    _ problem: Problem, _ limits: [Double], _ setting: Setting
  ) throws(ChunkRun.Stuck) -> ChunkRun {
    var heuristic = Self(
      run: ChunkRun(problem, limits: limits), setting: setting,
      mostInFlight: problem.mostMicrobatchesInFlight(limits: limits))
    try heuristic.warmUp()
    while heuristic.run.hasBackwardsLeft {
      try heuristic.runForwards()
      try heuristic.runBackwards()
    }
    for device in heuristic.devices { heuristic.run.runWaitingWeights(on: device) }
    return heuristic.run
  }

  private var devices: Range<Int> { 0..<run.deviceCount }

  /// 1. The first microbatch to the last device and back, and meanwhile more forwards: fewer on each device than on the
  /// one before it, so that they find their inputs, unless they are the whole batch.
  private mutating func warmUp() throws(ChunkRun.Stuck) {
    for device in devices { try run.run(.forward, 0, on: device) }
    var extra = forwardsBeforeGradient()
    for device in devices.dropFirst() {
      let isWholeBatch = extra[device] + 1 == run.microbatchCount
      extra[device] = max(0, min(extra[device], isWholeBatch ? extra[device - 1] : extra[device - 1] - 1))
    }
    for device in devices {
      for _ in 0..<extra[device] { try run.run(.forward, 0, on: device) }
    }
    for device in devices.reversed() { try run.run(.backward, 0, on: device) }
  }

  /// How many forwards fit on each device, by time and memory, while the first gradient is on its way back to it.
  private func forwardsBeforeGradient() -> [Int] {
    var extra = devices.map { _ in 0 }
    var returned = run.clocks[run.deviceCount - 1] + run.duration(.backward, 0, on: run.deviceCount - 1)
    for device in devices.dropLast().reversed() {
      let arrival = returned + run.gradientLatency(0, on: device)
      var clock = run.clocks[device]
      while extra[device] + 1 < run.microbatchCount, Double(extra[device] + 2) <= mostInFlight[device] {
        let end = clock + run.duration(.forward, 0, on: device, later: extra[device])
        guard setting.warmsUpInTime ? ChunkRun.isMet(end, by: arrival) : !ChunkRun.isMet(arrival, by: clock)
        else { break }
        clock = end
        extra[device] += 1
      }
      returned = max(clock, arrival) + run.duration(.backward, 0, on: device)
    }
    return extra
  }

  /// 2a. One forward on every device after the last one that leaves its own out: devices before that one are further
  /// ahead still.
  private mutating func runForwards() throws(ChunkRun.Stuck) {
    for device in devices.reversed().prefix(while: takesForward).reversed() {
      run.makeRoom(for: run.activation(0, on: device), on: device)
      if device > 0 { try fillWait(.forward, on: device) }
      try run.run(.forward, 0, on: device)
    }
  }

  /// Whether a device's next forward is due: it is left out where it would keep the next gradient waiting though the
  /// next device has enough to do.
  private func takesForward(on device: Int) -> Bool {
    guard !run.isDone(.forward, 0, on: device) else { return false }
    let next = device + 1
    guard setting.leavesOutForwards, next < run.deviceCount,
      run.count(.forward, 0, on: device) >= run.count(.forward, 0, on: next) + 2
    else { return true }
    let gradient =
      run.clocks[next] + run.duration(.forward, 0, on: next) + run.duration(.backward, 0, on: next)
      + run.gradientLatency(0, on: device)
    if ChunkRun.isMet(gradient, by: run.clocks[device]) { return false }
    let end =
      run.clocks[device] + run.duration(.forward, 0, on: device)
      + run.weightTime(toFit: run.activation(0, on: device), on: device)
    return ChunkRun.isMet(end, by: gradient)
      || !ChunkRun.isMet(gradient, by: run.clocks[device] + allowance(of: device))
  }

  /// 2b. One backward on every device, from the last one on.
  private mutating func runBackwards() throws(ChunkRun.Stuck) {
    for device in devices.reversed() {
      if device < run.deviceCount - 1 { try fillWait(.backward, on: device) }
      // Nothing else waits for device 0: what follows its last forward need not keep to a round.
      if device == 0, run.isDone(.forward, 0, on: 0) { run.runWaitingWeights(on: 0) }
      run.makeRoom(for: run.spike(0, on: device), on: device)
      try run.run(.backward, 0, on: device)
    }
  }

  /// Fills the wait for the input of a device's next pass with `W`.
  private mutating func fillWait(_ pass: ChunkRun.Pass, on device: Int) throws(ChunkRun.Stuck) {
    guard let arrival = run.arrival(pass, 0, on: device) else { throw ChunkRun.Stuck() }
    run.fillWait(
      until: arrival, on: device, patience: setting.fillsShortWaits ? 0 : allowance(of: device))
  }

  /// How much longer a device may wait before its idle time is the longest.
  private func allowance(of device: Int) -> Double { run.longestIdle - run.idle[device] }
}

extension Problem {
  /// How many microbatches may be between `F` and `B` on each device at once, whichever they are; not rounded.
  /// O(devices x distinct microbatches).
  fileprivate func mostMicrobatchesInFlight(limits: [Double]) -> [Double] {
    let (fixed, peaks) = (staticMemory, activationPeaks.distinct)
    return devices.indices.map { device in
      let ofDevice = peaks.compactMap { $0[Device.ID(device)] }
      let held = ofDevice.map(\.held).max() ?? 0
      let most = ofDevice.map(\.most).max() ?? 0
      return held > 0 ? (limits[device] - fixed[device] - most) / held + 1 : .infinity
    }
  }
}
