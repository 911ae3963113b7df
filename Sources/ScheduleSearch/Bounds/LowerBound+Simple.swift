import PipelineModel

extension LowerBound {
  /// The best simple bound on an objective. O(visits of all microbatches).
  ///
  /// - Parameter scope: the schedules that it is to hold for.
  public static func simple(
    for problem: Problem, objective: Objective, scope: Certificate.Scope = .all
  ) -> LowerBound {
    guard problem.overlap == nil else {
      let alone = (try? problem.withoutOverlap()).map { simple(for: $0, objective: objective, scope: scope) }
      let pairs = PairRelaxation(problem, scope: scope)?.bounds(on: objective) ?? []
      return pairs.reduce(alone?.overlapped(of: problem) ?? .nothing) { $1.value > $0.value ? $1 : $0 }
    }
    let relaxation = SimpleRelaxation(problem, scope: scope)
    let candidates = objective == .period ? relaxation.loads(withHeads: false) : relaxation.makespanBounds
    return candidates.max { $0.value < $1.value } ?? .nothing
  }
}

extension Certificate.Scope {
  /// The backward pass whose end sends the gradient on.
  var gradient: Operation.Kind { self == .fused ? .backward : .backwardInput }
}

/// What every schedule of a problem has in common, device by device.
private struct SimpleRelaxation {
  private let problem: Problem
  private let scope: Certificate.Scope
  /// Per device: the earliest arrival of work, the time of all operations, of `F` and `B` (or `BW`) only, and the
  /// shortest time from the end of a `B` (or `BW`) there to the end of its microbatch.
  private var head: [Double]
  private var work: [Double]
  private var chainWork: [Double]
  private var tail: [Double]
  private var longestRoundTrip: (time: Double, microbatch: Microbatch.ID) = (0, Microbatch.ID(0))

  init(_ problem: Problem, scope: Certificate.Scope) {
    self.problem = problem
    self.scope = scope
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
    let lastWeight = scope == .fused ? 0 : problem.costs(at: first).backwardWeight * scale
    var arrival = 0.0
    var wayBack = lastWeight + problem.devices[first.device.index].optimizerStep
    var previous = first
    for visit in visits {
      let stage = problem.costs(at: visit)
      let device = visit.device.index
      arrival += problem.communication.latency(from: previous.device, to: visit.device)
      wayBack += problem.communication.latency(from: visit.device, to: previous.device)
      head[device] = min(head[device], arrival)
      tail[device] = min(tail[device], wayBack)
      let backward = stage.duration(of: scope.gradient)
      chainWork[device] += (stage.forward + backward) * scale
      arrival += stage.forward * scale
      wayBack += backward * scale
      previous = visit
    }
    if arrival + wayBack > longestRoundTrip.time { longestRoundTrip = (arrival + wayBack, microbatch) }
  }

  var makespanBounds: [LowerBound] {
    let chains = problem.devices.indices.filter { head[$0].isFinite }.map { device in
      LowerBound(
        value: head[device] + chainWork[device] + tail[device],
        argument: .backward(
          Device.ID(device), head: head[device], work: chainWork[device], tail: tail[device]),
        scope: scope)
    }
    let roundTrip = LowerBound(
      value: longestRoundTrip.time, argument: .roundTrip(longestRoundTrip.microbatch), scope: scope)
    return loads(withHeads: true) + chains + [roundTrip]
  }

  func loads(withHeads: Bool) -> [LowerBound] {
    problem.devices.indices.filter { head[$0].isFinite }.map { device in
      let start = withHeads ? head[device] : 0
      return LowerBound(
        value: start + work[device],
        argument: .load(Device.ID(device), head: start, work: work[device]), scope: scope)
    }
  }
}
