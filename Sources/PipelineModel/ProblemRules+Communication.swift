extension ProblemRules {
  static func checkCommunication(
    _ communication: Communication, deviceCount: Int
  ) throws(ProblemError) {
    switch communication {
    case .uniform(let latency): try checkMagnitude(latency, key: ["communication"])
    case .matrix(let rows):
      try checkLinks(between: deviceCount)
      try checkMatrix(rows, deviceCount: deviceCount, key: ["communication", "latency"])
    case .links(let links):
      try checkLinks(between: deviceCount)
      try checkMatrix(links.latency, deviceCount: deviceCount, key: ["communication", "latency"])
      // Between streams of one device nothing takes time; no file says so.
      try checkMatrix(
        links.bandwidth, deviceCount: deviceCount, key: ["communication", "bandwidth"], mayBeInfinite: true)
      try checkMagnitude(links.bytes, key: ["communication", "bytes"])
    }
  }

  /// Checks that the links between so many devices can be told one by one.
  ///
  /// - Throws: `ProblemError` when there are too many, before anything of that size is made.
  public static func checkLinks(between deviceCount: Int) throws(ProblemError) {
    guard deviceCount <= linkedDevices else {
      throw ProblemError(["communication"], .tooManyLinks(devices: deviceCount))
    }
  }

  private static func checkMatrix(
    _ rows: [[Double]], deviceCount: Int, key: ProblemKey, mayBeInfinite: Bool = false
  ) throws(ProblemError) {
    guard rows.count == deviceCount else {
      throw ProblemError(key, .wrongLength(rows.count, expected: deviceCount, of: "device"))
    }
    for (source, row) in rows.enumerated() {
      let key = key.appending(.index(source))
      guard row.count == deviceCount else {
        throw ProblemError(key, .wrongLength(row.count, expected: deviceCount, of: "device"))
      }
      for (destination, value) in row.enumerated() where !mayBeInfinite || value != .infinity {
        try checkMagnitude(value, key: key.appending(.index(destination)))
      }
    }
  }

  /// Checks that every message of every route arrives, forward and, where there is a gradient, back.
  static func checkReach(of problem: Problem) throws(ProblemError) {
    for (index, route) in problem.routes.enumerated() {
      let visits = route.visits
      let links = RouteLinks(of: visits, stages: problem.stages)
      for (position, inputs) in links.inputs.enumerated() {
        for input in inputs {
          try checkLink(on: visits, from: input, to: position, route: index, of: problem)
          guard [input, position].allSatisfy({ problem.stages[visits[$0].stage.index].hasBackward }) else {
            continue
          }
          try checkLink(on: visits, from: position, to: input, route: index, of: problem)
        }
      }
    }
  }

  private static func checkLink(
    on visits: [Route.Visit], from source: Int, to target: Int, route: Int, of problem: Problem
  ) throws(ProblemError) {
    guard problem.latency(along: visits, from: source, to: target) > largestNumber else { return }
    throw ProblemError(
      ["routes", .index(route)],
      .unreachable(from: visits[source].device.index, to: visits[target].device.index))
  }
}
