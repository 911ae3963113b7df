import PipelineModel

extension Relaxation {
  /// Finds the rows of each device. O(lines).
  ///
  /// - Throws: `OutOfTime` when the deadline passes before all are found.
  init<Time>(
    _ table: OperationTable, limit: PrefixLimit? = nil, cutLimit: Int = 1 << 23, deadline: Deadline = .never
  ) throws(OutOfTime) where Prefixes == PrefixRows<Time> {
    let share = cutLimit / max(1, table.activeDevices.count)
    try self.init(table, limit: limit ?? .rows(of: table, until: deadline), deadline: deadline) {
      shape, operationCount, limit throws(OutOfTime) in
      let rows = try PrefixRows<Time>(
        shape, operationCount, limit: limit, cutLimit: share, deadline: deadline)
      return (rows, rows?.cost ?? (shape.operationsPerMicrobatch == nil ? 0 : limit))
    }
  }

  /// Whether a graph of the first device, which has most microbatches in flight, would break a limit where rows do not.
  /// O(lines of one device).
  static func outgrows<Time>(
    _ limit: PrefixLimit, _ table: OperationTable, deadline: Deadline
  ) -> Bool where Prefixes == PrefixRows<Time> {
    guard let device = table.activeDevices.first else { return false }
    let shape = ChainShape(table, device: device, order: table.ordersOfDevices[device], detail: .all)
    let own = PrefixLimit.rows(of: table, until: deadline)
    let rows = try? PrefixRows<Time>(
      shape, table.range(of: device).count, limit: own.share(of: table), cutLimit: 0, deadline: deadline)
    return rows?.outgrows(limit.share(of: table)) ?? false
  }

  /// Whether no graphs of these prefixes would keep a limit.
  func exceeds<Time>(_ limit: PrefixLimit) -> Bool where Prefixes == PrefixRows<Time> {
    prefixes.contains { $0?.outgrows(limit.share(of: table)) ?? false }
  }

  /// A bound on an objective; the search for a better one ends when it reaches the goal, in grid steps.
  ///
  /// - Throws: `OutOfTime` when the deadline passes before there is any.
  func bound<Time>(
    on objective: Objective, until goal: Double
  ) throws(OutOfTime) -> LowerBound where Prefixes == PrefixRows<Time> {
    try objective.countsFromOwnStart ? periodBound(until: goal) : makespanBound(until: goal)
  }

  /// A bound on the makespan: of heads alone where these reach the goal, in grid steps, or the deadline passes then.
  ///
  /// - Throws: `OutOfTime` when the deadline passes before there is any.
  func makespanBound<Time>(
    until goal: Double
  ) throws(OutOfTime) -> LowerBound where Prefixes == PrefixRows<Time> {
    var rests: Times?
    let heads = try sweeps(tails: &rests)
    let ends = table.activeDevices.compactMap { device in
      prefixes[device].map {
        (device: device, end: $0.end(heads.nodes[device]) + table.leastRest(after: device, to: nil))
      }
    }
    let last = ends.max { $0.end < $1.end }.map { last in
      let argument = LowerBound.Argument.order(
        Device.ID(last.device), operations: table.range(of: last.device).count, length: units(last.end))
      return LowerBound(value: units(last.end), argument: argument)
    }
    if let last, last.value >= units(goal) { return last }
    guard let tails = try? rests ?? self.tails() else {
      guard let last else { throw OutOfTime() }
      return last
    }
    return bestDeviceBound(heads: heads, tails: tails)
      .map { LowerBound(value: units($0.steps), argument: $0.argument) } ?? .nothing
  }

  /// Heads, and tails too where a thread is free for them; `nil` where they are out of time or still to be found.
  private func sweeps(tails: inout Times?) throws(OutOfTime) -> Times {
    guard threads > 1 else { return try heads() }
    let both = SideBySide.map(2, atOnce: threads) { number in
      Result { () throws(OutOfTime) in try number == 0 ? self.heads() : self.tails() }
    }
    tails = try? both[1].get()
    return try both[0].get()
  }

  /// A bound on the period from as many devices as are affordable, those with the most work first.
  ///
  /// - Throws: `OutOfTime` when the deadline passes before there is any.
  func periodBound<Time>(
    until goal: Double
  ) throws(OutOfTime) -> LowerBound where Prefixes == PrefixRows<Time> {
    let work = (0..<table.deviceCount).map(table.work(of:))
    let frames = table.activeDevices.sorted { (work[$1], $0) < (work[$0], $1) }
    return try periodBound(
      of: Array(frames.prefix(max(1, PrefixLimit.timedForPeriod / max(1, 2 * timed())))), until: goal)
  }

  /// What a sweep costs, in prefixes.
  private func timed<Time>() -> Int where Prefixes == PrefixRows<Time> {
    prefixes.reduce(0) { $0 + ($1.map { $0.cost * $0.microbatches } ?? 0) }
  }
}

extension PrefixRows {
  /// Whether a graph of the same prefixes would have more than so many.
  fileprivate func outgrows(_ most: Int) -> Bool { size * (microbatches - lastPartialRow) > most }
}

extension PrefixLimit {
  /// Of rows, of which two are held and all are timed until a steady state: as many as a sweep over a problem is done with
  /// in time.
  static func rows(of table: OperationTable, until deadline: Deadline) -> PrefixLimit {
    let microbatches = table.classes.reduce(1) { max($0, $1.members.count) }
    let rows = min(microbatches, rowsPerDevice * table.deviceCount)
    let timed = deadline.timeLeft.map { max(0, $0 / .seconds(1)) * timedPerSecond } ?? mostTimed
    return PrefixLimit(
      device: 2_000_000, built: 4_000_000, total: Int(min(36_000_000, timed / Double(rows))))
  }

  /// As many rows as the microbatches of 1F1B's warm-up are timed three or four times, until sweeps come to a steady state.
  private static let rowsPerDevice = 4
  /// The prefixes that a sweep times in a second, about.
  private static let timedPerSecond = 900_000_000.0
  /// The prefixes that a sweep may time where no clock ends it.
  private static let mostTimed = 3_000_000_000.0
  /// The prefixes that sweeps for a period may time in all, besides the first two.
  static let timedForPeriod = 1_500_000_000
}
