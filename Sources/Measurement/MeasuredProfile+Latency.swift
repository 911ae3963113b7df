import PipelineModel

extension MeasuredProfile {
  /// How long messages took over all links; `nil` where none was measured.
  public var latency: Spread? { Spread(times: Array(latencies.values.joined())) }

  /// The latency of the problem: one number, or one per link where links differ by more than a quarter and by more than
  /// their messages scatter. Links with few messages tell little and take the median of all. `nil` where none was
  /// measured.
  public var communication: Communication? {
    guard let usual = latency?.median else { return nil }
    let links = linkLatencies
    let medians = links.values.map(\.median)
    let scatter = Spread(times: links.values.map(\.scatter))?.median ?? 0
    guard let range = Spread(times: medians), range.most - range.least > max(3 * scatter, 0.25 * usual) else {
      return .uniform(usual)
    }
    return .matrix(
      (0..<run.deviceCount).map { from in
        (0..<run.deviceCount).map { to in
          from == to ? 0 : links[Link(from: from, to: to)]?.median ?? usual
        }
      })
  }

  /// The median of each link that has at least a third as many messages as others, up to three, and how far apart its
  /// quartiles are.
  ///
  /// Clocks that were aligned by messages in both directions tell what both take together, not each: both directions
  /// then have the mean of the two, and one alone tells nothing.
  private var linkLatencies: [Link: (median: Double, scatter: Double)] {
    let most = latencies.values.map(\.count).max() ?? 0
    return latencies.reduce(into: [:]) { links, entry in
      guard let there = Spread(times: entry.value) else { return }
      let back = latencies[Link(from: entry.key.to, to: entry.key.from)].flatMap(Spread.init(times:))
      guard max(there.count, back?.count ?? 0) * 3 >= min(most, 9), run.sharesClock || back != nil else {
        return
      }
      let other = run.sharesClock ? there : back ?? there
      let median = ((there.median + other.median) / 2).nanoseconds
      let latency = (
        median, max(there.upperQuartile - there.lowerQuartile, other.upperQuartile - other.lowerQuartile)
      )
      links[entry.key] = latency
      if !run.sharesClock { links[Link(from: entry.key.to, to: entry.key.from)] = latency }
    }
  }
}
