import PipelineModel
import ScheduleSearch
import Timeline

extension SearchPlan {
  /// Repairs a schedule: visits whose host is lost go to other hosts of their stages, orders start from the old ones.
  ///
  /// - Parameters:
  ///   - breakages: what happened; devices are counted over all replicas.
  ///   - replicas: how many such pipelines run side by side, with the same stages.
  ///   - remaps: whether layers are cut anew over the devices that are left.
  ///   - deadline: when to end besides the plan's own limits, with what is known by then.
  ///   - progress: called a few times a second, on the calling thread.
  /// - Throws: `RepairRefusal`, `SearchError`, and what `certified` throws.
  public func repair(
    _ schedule: Schedule, after breakages: [Breakage], replicas: Int = 1, remaps: Bool = false,
    until deadline: Deadline = .never, progress: (PlanProgress) -> Void = { _ in }
  ) throws -> Repair {
    if schedule.problem.layout != nil { throw RepairRefusal.streams }
    let schedule = try schedule.replicated(replicas)
    try breakages.check(of: schedule.problem)
    let before = try Timeline(schedule)
    if remaps {
      return try remapped(before, after: breakages, until: deadline, progress: progress)
    }
    let repaired = try Self.repaired(schedule.problem, after: breakages)
    var plan = self
    plan.timeLimit = totalTime / repaired.count
    var best: (after: CertifiedSchedule, carriedOn: Double?)?
    for problem in repaired {
      try Search.checkScope(of: problem, proving: proves)
      let orders = before.orders(on: problem)
      let carriedOn = Timeline(ifItRuns: Schedule(problem: problem, orders: orders))?.value(of: objective)
      let after = try plan.certified(problem, starts: [orders], until: deadline, progress: progress)
      if let best, best.after.timeline.value(of: objective) <= after.timeline.value(of: objective) {
        continue
      }
      best = (after, carriedOn)
    }
    guard let best else { throw RepairRefusal.nothingLeft }
    return Repair(
      breakages: breakages, objective: objective, before: before, carriedOn: best.carriedOn,
      after: best.after,
      partition: nil, renumbered: nil, moves: Repair.moves(from: schedule.problem, to: best.after.problem),
      layerMoves: [])
  }

  private func remapped(
    _ before: Timeline, after breakages: [Breakage], until deadline: Deadline,
    progress: (PlanProgress) -> Void
  ) throws -> Repair {
    let remap = try Remap(before.schedule.problem, after: breakages)
    let partition = try certified(remap.open, until: deadline, progress: progress)
    return Repair(
      breakages: breakages, objective: objective, before: before, carriedOn: nil, after: partition.schedule,
      partition: partition, renumbered: breakages.lostDevices.isEmpty ? nil : remap.kept, moves: [],
      layerMoves: Repair.layerMoves(
        from: before.schedule.problem, to: partition.schedule.problem, kept: remap.kept))
  }

  /// The problem with what is left: first that in which the fewest visits move; where devices are slower or links longer,
  /// others in which visits make way may be better.
  private static func repaired(
    _ problem: Problem, after breakages: [Breakage]
  ) throws(RepairRefusal) -> [Problem] {
    let lost = breakages.lostDevices
    let hosts = problem.hosts.map { $0.filter { !lost.contains($0) } }
    if let stage = hosts.firstIndex(where: \.isEmpty) {
      throw .stageLost(
        Stage.ID(stage), hosts: problem.hosts[stage], hasLayers: problem.partition != nil)
    }
    var parts = ProblemParts(of: problem)
    breakages.apply(to: &parts)
    let costs = try parts.overFormerLinks(of: problem)
    var repair = RouteRepair(costs, hosts: hosts, breakages: breakages)
    let fewest = try repair.routes()
    var choices = [fewest]
    let slow = Set(
      breakages.compactMap { if case .slowDevice(let device, _) = $0 { device } else { nil } })
    if !slow.isEmpty { choices.append(repair.relieve(slow, in: fewest)) }
    let avoided = breakages.map { breakage in
      if case .slowLink(let one, let other, _) = breakage { Breakage.lostLink(one, other) } else { breakage }
    }
    if avoided != breakages {
      var other = RouteRepair(costs, hosts: hosts, breakages: avoided)
      // A longer link may be the only one.
      if let routes = try? other.routes() { choices.append(routes) }
    }
    var problems: [Problem] = []
    for routes in choices {
      let made = try parts.routed(routes, hosts: hosts, deviceCount: problem.deviceCount)
      if !problems.contains(made) { problems.append(made) }
    }
    return problems
  }
}

extension ProblemParts {
  /// The problem along other routes, on the hosts that are left.
  fileprivate func routed(
    _ routes: [Route], hosts: [[Device.ID]], deviceCount: Int
  ) throws(RepairRefusal) -> Problem {
    var parts = self
    parts.placement = Placement(naming: hosts, deviceCount: deviceCount)
    for (index, route) in routes.enumerated() where parts.microbatches[index].origin != nil {
      parts.microbatches[index].origin = route.visits.first?.device
    }
    parts.give(routes)
    do throws(ProblemError) { return try parts.problem() } catch { throw .problem(error) }
  }

  /// The problem as far as it is one before routes are repaired: slower, over the links that there were.
  fileprivate func overFormerLinks(of problem: Problem) throws(RepairRefusal) -> Problem {
    var parts = self
    if case .links(var links) = parts.communication, case .links(let before) = problem.communication {
      links.bandwidth = before.bandwidth
      parts.communication = .links(links)
    }
    do throws(ProblemError) { return try parts.problem() } catch { throw .problem(error) }
  }
}

extension [Breakage] {
  /// Checks that the devices exist.
  fileprivate func check(of problem: Problem) throws(RepairRefusal) {
    for breakage in self {
      for device in breakage.devices where !problem.devices.indices.contains(device.index) {
        throw .unknownDevice(device, count: problem.deviceCount)
      }
      if breakage.devices.count == 2, breakage.devices[0] == breakage.devices[1] {
        throw .noLink(breakage.devices[0])
      }
    }
  }
}
