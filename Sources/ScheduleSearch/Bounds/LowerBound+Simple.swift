import PipelineModel

extension LowerBound {
  /// The best simple bound on an objective. O(visits of all microbatches).
  public static func simple(for problem: Problem, objective: Objective) -> LowerBound {
    if let alone = withoutOverlap(problem) {
      let best = simple(for: alone, objective: objective).overlapped(of: problem)
      let pairs = PairRelaxation(problem)?.bounds(on: objective) ?? []
      return pairs.reduce(best) { $1.value > $0.value ? $1 : $0 }
    }
    let relaxation = SimpleRelaxation(problem)
    let candidates = objective == .period ? relaxation.loads(withHeads: false) : relaxation.makespanBounds
    let nothing = LowerBound(value: 0, argument: .roundTrip(Microbatch.ID(0)))
    return candidates.max { $0.value < $1.value } ?? nothing
  }
}

/// What every schedule of a problem has in common, device by device.
private struct SimpleRelaxation {
  private let problem: Problem
  /// Per device: the earliest arrival of work, the time of all operations, of `F` and `B` only, and the
  /// shortest time from the end of a `B` there to the end of its microbatch.
  private var head: [Double]
  private var work: [Double]
  private var chainWork: [Double]
  private var tail: [Double]
  private var longestRoundTrip: (time: Double, microbatch: Microbatch.ID) = (0, Microbatch.ID(0))

  init(_ problem: Problem) {
    self.problem = problem
    head = Array(repeating: .infinity, count: problem.deviceCount)
    tail = head
    work = problem.deviceWork
    chainWork = Array(repeating: 0, count: problem.deviceCount)
    for index in problem.microbatches.indices { add(Microbatch.ID(index)) }
  }

  private mutating func add(_ microbatch: Microbatch.ID) {
    let scale = problem.microbatches[microbatch.index].scale
    let visits = problem.route(of: microbatch).visits
    guard let first = visits.first else { return }
    let lastWeight =
      problem.costs(at: first).backwardWeight * scale
      + problem.devices[first.device.index].optimizerStep
    var arrival = 0.0
    var wayBack = lastWeight
    var previous = first
    for visit in visits {
      let stage = problem.costs(at: visit)
      let device = visit.device.index
      arrival += problem.communication.latency(from: previous.device, to: visit.device)
      wayBack += problem.communication.latency(from: visit.device, to: previous.device)
      head[device] = min(head[device], arrival)
      tail[device] = min(tail[device], wayBack)
      chainWork[device] += (stage.forward + stage.backwardInput) * scale
      arrival += stage.forward * scale
      wayBack += stage.backwardInput * scale
      previous = visit
    }
    if arrival + wayBack > longestRoundTrip.time { longestRoundTrip = (arrival + wayBack, microbatch) }
  }

  var makespanBounds: [LowerBound] {
    let chains = problem.devices.indices.filter { head[$0].isFinite }.map { device in
      LowerBound(
        value: head[device] + chainWork[device] + tail[device],
        argument: .backward(
          Device.ID(device), head: head[device], work: chainWork[device], tail: tail[device]))
    }
    let roundTrip = LowerBound(
      value: longestRoundTrip.time, argument: .roundTrip(longestRoundTrip.microbatch))
    return loads(withHeads: true) + chains + [roundTrip]
  }

  func loads(withHeads: Bool) -> [LowerBound] {
    problem.devices.indices.filter { head[$0].isFinite }.map { device in
      let start = withHeads ? head[device] : 0
      return LowerBound(
        value: start + work[device],
        argument: .load(Device.ID(device), head: start, work: work[device]))
    }
  }
}
