import PipelineModel

/// Whether the routes of a problem keep the rules that it states for them.
struct RouteRules {
  private let problem: Problem
  private let rules: SkipReorderRules

  /// Takes a problem; `nil` when it has no rules.
  init?(_ problem: Problem) {
    guard let rules = problem.skipReorder else { return nil }
    self.problem = problem
    self.rules = rules
  }

  /// Every breach: of single routes first, then of the numbers of visits. O(visits).
  func violations() -> [Violation] { routeViolations + stageViolations + deviceViolations }

  private var routeViolations: [Violation] {
    problem.microbatches.indices.flatMap { index in
      let route = problem.routes[Int(problem.routeIndexes[index])]
      let subject = Violation.Subject.microbatch(Microbatch.ID(index))
      var found: [Violation] = []
      if let origin = problem.microbatches[index].origin, let start = route.visits.first?.device,
        start != origin
      {
        found.append(Violation(subject, .wrongOrigin(start, expected: origin)))
      }
      if let breach = rules.breach(in: route, stageCount: problem.stageCount) {
        found.append(Violation(subject, .breaksRoute(breach)))
      }
      return found
    }
  }

  /// The visits of all microbatches but those of the head.
  private var visits: [Route.Visit] {
    problem.routeIndexes.flatMap { index in
      problem.routes[Int(index)].visits.filter { $0.stage != rules.head }
    }
  }

  private var stageViolations: [Violation] {
    var counts = [Int](repeating: 0, count: problem.stageCount)
    for visit in visits { counts[visit.stage.index] += 1 }
    let ranges = rules.visitRanges(
      stageCount: problem.stageCount, microbatchCount: problem.microbatchCount)
    return zip(counts, ranges).enumerated().compactMap { stage, entry in
      let (count, range) = entry
      guard !range.contains(count) else { return nil }
      return Violation(.schedule, .stageVisits(Stage.ID(stage), count, expected: range))
    }
  }

  private var deviceViolations: [Violation] {
    guard let limits = rules.visitsPerDevice else { return [] }
    var counts = [Int](repeating: 0, count: problem.deviceCount)
    for visit in visits { counts[visit.device.index] += 1 }
    return counts.indices.filter { counts[$0] > limits[$0] }.map { device in
      Violation(.device(Device.ID(device)), .deviceVisits(counts[device], limit: limits[device]))
    }
  }
}
