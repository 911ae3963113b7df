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
      try checkMatrix(links.bandwidth, deviceCount: deviceCount, key: ["communication", "bandwidth"])
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
    _ rows: [[Double]], deviceCount: Int, key: ProblemKey
  ) throws(ProblemError) {
    guard rows.count == deviceCount else {
      throw ProblemError(key, .wrongLength(rows.count, expected: deviceCount, of: "device"))
    }
    for (source, row) in rows.enumerated() {
      let key = key.appending(.index(source))
      guard row.count == deviceCount else {
        throw ProblemError(key, .wrongLength(row.count, expected: deviceCount, of: "device"))
      }
      for (destination, value) in row.enumerated() {
        try checkMagnitude(value, key: key.appending(.index(destination)))
      }
    }
  }

  /// Checks that every message of every route arrives, forward and back.
  static func checkReach(of routes: [Route], over communication: Communication) throws(ProblemError) {
    for (index, route) in routes.enumerated() {
      for (here, there) in zip(route.visits, route.visits.dropFirst()) {
        for (source, destination) in [(here.device, there.device), (there.device, here.device)]
        where communication.latency(from: source, to: destination) > largestNumber {
          throw ProblemError(
            ["routes", .index(index)],
            .unreachable(from: source.index, to: destination.index))
        }
      }
    }
  }
}
