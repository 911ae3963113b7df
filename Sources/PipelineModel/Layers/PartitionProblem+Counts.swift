extension PartitionProblem {
  /// As many layers on every stage, one more on the first where they do not divide; layers that stay together move to
  /// the stage of their first. O(layers).
  public var equalCounts: [Int] {
    let cuts = layers.cuts
    var ends: [Int] = []
    for stage in 1..<stageCount {
      let wanted = stage * (layers.count / stageCount) + min(stage, layers.count % stageCount)
      // Enough cuts stay for the stages behind, and each stage has its least.
      let last = cuts.count - 1 - leastCount * (stageCount - stage)
      let first = (ends.last.flatMap(cuts.firstIndex) ?? 0) + leastCount
      let place = cuts.indices.last { cuts[$0] <= wanted } ?? 0
      ends.append(cuts[min(max(place, first), last)])
    }
    return counts(endingAt: ends)
  }

  /// So many layers that the largest work of a device is least: see `PartitionBalance`. O(stages x layers²).
  public var balancedCounts: [Int] {
    (PartitionBalance.cut(self) ?? PartitionBalance.cut(self, isLimited: false))?.counts ?? equalCounts
  }

  /// The least largest work of a device, of one microbatch in the fastest modes, over all partitions; `nil` where nobody
  /// knows. O(stages x layers² x modes), or as long as trying some partitions takes.
  package var leastBottleneck: Double? { PartitionBalance.leastWork(of: self) }

  /// So many layers, in these modes, that the largest work of a device is least with so many microbatches in flight;
  /// `nil` where that does not fit. O(stages x layers² x modes).
  ///
  /// - Parameter inFlight: a factor on the microbatches that 1F1B has in flight.
  package func balanced(inFlight: Double) -> (counts: [Int], modes: [Int])? {
    PartitionBalance.cut(self, inFlight: inFlight)
  }

  /// How many layers stages have that end at given places, the last one at the end.
  func counts(endingAt ends: [Int]) -> [Int] {
    zip(ends + [layers.count], [0] + ends).map { $0 - $1 }
  }

  /// The same layers for another number of stages, placed anew.
  ///
  /// - Throws: `ProblemError` where a device would have no stage, or there are too few layers.
  public func arranged(_ placement: Placement, stageCount: Int) throws(ProblemError) -> PartitionProblem {
    var parts = ProblemParts(instance)
    parts.placement = placement
    return try PartitionProblem(parts: parts, layers: layers, stageCount: stageCount, leastCount: leastCount)
  }
}
