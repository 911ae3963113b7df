import PipelineModel

/// Which ranks are replicas of one device, and which ranks make a pipeline together.
struct DeviceGroups {
  /// The recordings of each device, in order of the stages; those of one device are replicas.
  private(set) var devices: [[Int]]
  /// Pipelines with a recording of every device: one recording per device each.
  private(set) var pipelines: [[Int]]
  /// The device of each recording.
  private(set) var device: [Int]

  /// Groups recordings by the stages that they ran.
  ///
  /// - Throws: `MeasurementError` where a stage is on two devices, or where ranks are of different jobs.
  init(_ recordings: [RankRecording], stages: [Set<Int>]) throws(MeasurementError) {
    try Self.checkJob(recordings)
    var groups: [Set<Int>: [Int]] = [:]
    for index in recordings.indices.sorted(by: { Self.precedes(recordings, $0, $1) }) {
      groups[stages[index], default: []].append(index)
    }
    var hosts: [Int: Int] = [:]
    for group in groups.values.sorted(by: { $0[0] < $1[0] }) {
      for stage in stages[group[0]].sorted() {
        if let other = hosts[stage] {
          throw MeasurementError(.stageTwice(stage, recordings[other].name, recordings[group[0]].name))
        }
        hosts[stage] = group[0]
      }
    }
    devices = groups.values.sorted { Self.place($0, recordings, stages) < Self.place($1, recordings, stages) }
    device = [Int](repeating: 0, count: recordings.count)
    for (place, members) in devices.enumerated() { for member in members { device[member] = place } }
    pipelines = []
    try addPipelines(recordings, stages)
  }

  /// By rank, where ranks are known; otherwise as they were given.
  private static func precedes(_ recordings: [RankRecording], _ first: Int, _ second: Int) -> Bool {
    (recordings[first].rank ?? .max, first) < (recordings[second].rank ?? .max, second)
  }

  /// Where a device stands: as its ranks stand in their pipelines where they say so, else by its first stage.
  private static func place(
    _ members: [Int], _ recordings: [RankRecording], _ stages: [Set<Int>]
  ) -> (Int, Int) {
    let recording = recordings[members[0]]
    let told = recording.rank.flatMap { rank in recording.pipeline?.firstIndex(of: rank) }
    return (told ?? 0, stages[members[0]].min() ?? 0)
  }

  private static func checkJob(_ recordings: [RankRecording]) throws(MeasurementError) {
    var ranks: [Int: Int] = [:]
    var pipelines: [Int: Int] = [:]
    var job: Int?
    for (index, recording) in recordings.enumerated() {
      if let rank = recording.rank {
        if let other = ranks[rank] {
          throw MeasurementError(.rankTwice(rank, other: recording.name), in: recordings[other].name)
        }
        ranks[rank] = index
      }
      for rank in recording.pipeline ?? [] {
        if let other = pipelines[rank], let ranks = recordings[other].pipeline, ranks != recording.pipeline {
          throw MeasurementError(
            .mixedPipelines(ranks, other: recording.name, otherRanks: recording.pipeline ?? []),
            in: recordings[other].name)
        }
        pipelines[rank] = index
      }
      guard let size = recording.worldSize else { continue }
      if let job, let otherSize = recordings[job].worldSize, otherSize != size {
        throw MeasurementError(
          .mixedJobs(ranks: otherSize, other: recording.name, otherRanks: size), in: recordings[job].name)
      }
      job = job ?? index
    }
  }

  private mutating func addPipelines(_ recordings: [RankRecording], _ stages: [Set<Int>])
    throws(MeasurementError)
  {
    guard recordings.allSatisfy({ $0.pipeline != nil }) else {
      let count = devices.map(\.count).min() ?? 0
      pipelines = (0..<count).map { replica in devices.map { $0[replica] } }
      return
    }
    let groups = Dictionary(grouping: recordings.indices) { recordings[$0].pipeline ?? [] }
    for members in groups.values.sorted(by: { $0[0] < $1[0] }) {
      var pipeline = [Int?](repeating: nil, count: devices.count)
      for member in members {
        if let other = pipeline[device[member]] {
          throw MeasurementError(
            .twiceInPipeline(stage: stages[member].min() ?? 0, other: recordings[member].name),
            in: recordings[other].name)
        }
        pipeline[device[member]] = member
      }
      let whole = pipeline.compactMap { $0 }
      if whole.count == devices.count { pipelines.append(whole) }
    }
  }
}
