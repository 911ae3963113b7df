extension PrefixRows {
  func alikeCount(after microbatch: Int, _ sweep: Sweep) -> Int {
    // Neither of both rows that are compared may lack a prefix, nor hold operations of the first microbatch, which may
    // last longer than others. So may those of the last one, which tells the end.
    let first = lastPartialRow + 2
    guard microbatch >= first else { return 0 }
    return switch sweep {
    case .heads: microbatches - 2 - microbatch
    case .tails: microbatch + linesByLag.count < microbatches ? microbatch - first : 0
    }
  }

  func isLater(
    by time: Double, after microbatch: Int, over count: Int, _ sweep: Sweep, in times: RowTimes<Time>
  ) -> Bool {
    // After a microbatch heads depend on the row that it has filled, tails on the prefixes that lack it first.
    let own = sweep == .heads ? microbatch + 1 : microbatch
    let (row, before) = (times.rows.base + (own & 1) * size, times.rows.base + (1 - own & 1) * size)
    guard let later = Time(exactly: time) else { return false }
    var latest = -Time.infinity
    for index in 0..<size {
      guard row[index] == before[index] + later else { return false }
      if row[index] < .infinity { latest = max(latest, row[index]) }
    }
    return Double(latest) + Double(count) * time <= 2 * Time.latest
  }

  func skip(
    _ count: Int, after microbatch: Int, by time: Double, _ sweep: Sweep, gates: UnsafePointer<Double>,
    durations: UnsafePointer<Double>, in times: RowTimes<Time>
  ) {
    switch sweep {
    case .heads:
      let rows = cuts.filter { $0 > microbatch + 1 && $0 <= microbatch + 1 + count }
      guard !rows.isEmpty else { break }
      let entered = entering(microbatch + 1, gates: gates, durations: durations, in: times)
      for row in rows {
        times.kept[row] = entered.copy()
        times.kept[row]?.add(Time(Double(row - microbatch - 1) * time))
      }
    case .tails:
      for ahead in 1...count {
        keep(after: microbatch - ahead, in: times, as: microbatch, later: Time(Double(ahead) * time))
      }
    }
    times.rows.add(Time(Double(count) * time))
  }
}

extension FlatArray where Element: RowTime {
  /// Adds a time to every element.
  fileprivate func add(_ time: Element) {
    for index in 0..<count { base[index] += time }
  }
}
