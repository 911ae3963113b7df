import PipelineModel

/// Finds the stages of operations whose recordings leave them to the place of the rank in its pipeline.
struct StageNumbers {
  private let places: [Int]
  private let pipelineSize: Int

  /// Finds the place of each recording: in its pipeline where all tell theirs, and else among all ranks.
  init(_ recordings: [RankRecording]) {
    let told = recordings.map { recording in
      recording.rank.flatMap { rank in recording.pipeline?.firstIndex(of: rank) }
    }
    if told.allSatisfy({ $0 != nil }) {
      places = told.map { $0 ?? 0 }
      pipelineSize = recordings.compactMap { $0.pipeline?.count }.max() ?? 1
    } else {
      let order = recordings.indices.sorted {
        (recordings[$0].rank ?? $0, $0) < (recordings[$1].rank ?? $1, $1)
      }
      var places = [Int](repeating: 0, count: recordings.count)
      for (place, index) in order.enumerated() { places[index] = place }
      self.places = places
      pipelineSize = recordings.count
    }
  }

  /// The stage of an operation. Chunks lie in a loop over the devices, as frameworks that count them lay them.
  func stage(of operation: RecordedOperation, in recording: Int) -> Int {
    if let stage = operation.stage { return stage }
    let (before, isTooLarge) = (operation.chunk ?? 0).multipliedReportingOverflow(by: pipelineSize)
    return isTooLarge ? Int(Int32.max) : min(before, Int(Int32.max)) + places[recording]
  }
}
