extension Communication {
  /// The same links between the devices that stand for streams: those of one device reach each other at once.
  ///
  /// - Parameter messages: the stream whose operations are messages, which take the latency alone when they have ended.
  func copied(forStreams count: Int, of deviceCount: Int, messages: Int? = nil) -> Communication {
    guard count > 1 else { return self }
    func copied(_ entry: (Int, Int) -> Double, own: Double) -> [[Double]] {
      (0..<count * deviceCount).map { source in
        (0..<count * deviceCount).map { target in
          let (one, other) = (source % deviceCount, target % deviceCount)
          return one == other ? own : entry(one, other)
        }
      }
    }
    switch self {
    case .uniform(let latency): return latency == 0 ? self : .matrix(copied({ _, _ in latency }, own: 0))
    case .matrix(let latency): return .matrix(copied({ latency[$0][$1] }, own: 0))
    case .links(let links):
      var own = links
      own.latency = copied({ links.latency[$0][$1] }, own: 0)
      own.bandwidth = copied({ links.bandwidth[$0][$1] }, own: .infinity)
      if let messages {
        own.serialise = nil
        for source in messages * deviceCount..<(messages + 1) * deviceCount {
          own.bandwidth[source] = own.bandwidth[source].map { $0 > 0 ? .infinity : 0 }
        }
      }
      return .links(own)
    }
  }

  /// The same links with further devices that reach all others after a lag of their own, and are reached at once.
  func reaching(further lags: [Double], deviceCount: Int) -> Communication {
    let all = 0..<deviceCount + lags.count
    func extended(_ entry: (Int, Int) -> Double, own: (Int) -> Double) -> [[Double]] {
      all.map { source in
        all.map { target in
          if source >= deviceCount { return own(source - deviceCount) }
          return target >= deviceCount ? own(-1) : entry(source, target)
        }
      }
    }
    func lag(_ device: Int) -> Double { device < 0 ? 0 : lags[device] }
    switch self {
    case .uniform(let latency): return .matrix(extended({ $0 == $1 ? 0 : latency }, own: lag))
    case .matrix(let latency): return .matrix(extended({ latency[$0][$1] }, own: lag))
    case .links(let links):
      var own = links
      own.latency = extended({ links.latency[$0][$1] }, own: lag)
      own.bandwidth = extended({ links.bandwidth[$0][$1] }, own: { _ in .infinity })
      return .links(own)
    }
  }
}
