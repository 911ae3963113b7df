import PipelineModel

/// What the ranks of one job ran, put together: checked, cut into iterations, on one clock.
///
/// This is what all figures are taken from, and what a schedule's prediction is compared with.
public struct MeasuredRun: Sendable {
  /// The number of stages.
  public let stageCount: Int
  /// The number of devices of a pipeline.
  public let deviceCount: Int
  /// The number of microbatches.
  public let microbatchCount: Int
  /// The device of each stage.
  public let hosts: [Device.ID]
  /// The iterations of every whole pipeline, without those of the warm-up, in order of their numbers.
  public private(set) var iterations: [MeasuredIteration]
  /// How long each iteration took, in milliseconds; of several pipelines, on the slowest.
  public private(set) var iterationTimes: [Double]
  /// Whether all ranks were recorded on one clock.
  public let sharesClock: Bool
  /// The numbers of the iterations that were left out as warm-up.
  public let warmUp: [Int]
  /// How many ranks were replicas of another.
  public let replicaCount: Int

  /// What each rank ran in the iterations that count; on clocks of their own.
  private(set) var ranks: [MeasuredRank]
  let letterB: LetterB
  /// Where the ranks that were given hold no whole pipeline: the first replica of each device.
  let standIns: [Int]

  /// Puts recordings together: one for each rank, or one for each device of a file with all.
  ///
  /// - Parameters:
  ///   - recordings: of one job, in any order; any ranks that show every stage.
  ///   - skip: how many iterations to leave out; `nil` leaves out those that took longer than the rest.
  /// - Throws: `MeasurementError` for recordings that do not fit together.
  /// - Complexity: O(operations log operations).
  public init(_ recordings: [RankRecording], skip: Int? = nil) throws(MeasurementError) {
    let recordings = recordings.filter { !$0.operations.isEmpty }
    guard !recordings.isEmpty else { throw MeasurementError(.noOperations) }
    let placed = PlacedRecordings(recordings)
    let groups = try DeviceGroups(recordings, stages: placed.stages)
    let steps = try Self.commonSteps(placed, recordings)
    try RunRules(steps: steps, recordings: recordings).check()

    stageCount = (placed.stages.reduce(Set()) { $0.union($1) }.max() ?? 0) + 1
    deviceCount = groups.devices.count
    microbatchCount = Set(steps[0][0].operations.map(\.operation.microbatch)).count
    var hosts = [Device.ID](repeating: Device.ID(0), count: stageCount)
    for (recording, stages) in placed.stages.enumerated() {
      for stage in stages { hosts[stage] = Device.ID(groups.device[recording]) }
    }
    self.hosts = hosts
    replicaCount = recordings.count - groups.devices.count
    letterB = placed.letterB
    standIns = groups.devices.map { $0[0] }

    let all = Self.iterations(steps, groups, recordings, stageCount: stageCount)
    // Pipelines side by side end an iteration together: with the slowest.
    let times = steps[0].indices.map { step in
      all[step].map(\.time).max() ?? steps.map { $0[step].marked ?? $0[step].end - $0[step].start }.max() ?? 0
    }
    let warmUp = try WarmUp(times, skip: skip)
    self.warmUp = steps[0].prefix(warmUp.count).map(\.number)
    iterations = Array(all.dropFirst(warmUp.count).joined())
    iterationTimes = Array(times.dropFirst(warmUp.count))
    sharesClock = Set(recordings.map(\.clock)).count == 1
    ranks = recordings.indices.map { index in
      MeasuredRank(
        device: groups.device[index], recording: recordings[index],
        steps: Array(steps[index].dropFirst(warmUp.count)), stages: placed.stages[index])
    }
  }

  /// How many whole pipelines ran side by side; none where some device of each was not recorded.
  public var pipelineCount: Int { iterations.count / max(1, iterationTimes.count) }

  /// The run with some of its iterations only.
  ///
  /// - Parameter isKept: told of each iteration by its place in `iterationTimes`; one at least is to be kept.
  /// - Complexity: O(operations).
  public func keeping(_ isKept: (Int) -> Bool) -> MeasuredRun {
    let kept = iterationTimes.indices.filter(isKept)
    var run = self
    run.iterationTimes = kept.map { iterationTimes[$0] }
    run.iterations = kept.flatMap { iterations[$0 * pipelineCount..<($0 + 1) * pipelineCount] }
    for index in ranks.indices { run.ranks[index].steps = kept.map { ranks[index].steps[$0] } }
    return run
  }

  /// The iterations of every pipeline, step by step.
  private static func iterations(
    _ steps: [[RankStep]], _ groups: DeviceGroups, _ recordings: [RankRecording], stageCount: Int
  ) -> [[MeasuredIteration]] {
    steps[0].indices.map { step in
      groups.pipelines.enumerated().map { number, members in
        MeasuredIteration(
          members.map { steps[$0][step] }, pipeline: number, stageCount: stageCount,
          sharesClock: Set(members.map { recordings[$0].clock }).count == 1)
      }
    }
  }

  /// The iterations that all ranks have whole; as many for each.
  private static func commonSteps(
    _ placed: PlacedRecordings, _ recordings: [RankRecording]
  ) throws(MeasurementError) -> [[RankStep]] {
    var splitters: [StepSplitter] = []
    for (operations, recording) in zip(placed.operations, recordings) {
      splitters.append(try StepSplitter(operations, of: recording))
    }
    var steps = splitters.map(\.steps)
    if !splitters.allSatisfy(\.isNumbered), splitters.contains(where: \.isNumbered) {
      for rank in steps.indices {
        for index in steps[rank].indices { steps[rank][index].number = index }
      }
    }
    var common = Set(steps[0].map(\.number))
    for (index, rank) in steps.enumerated() {
      common.formIntersection(rank.map(\.number))
      guard !common.isEmpty else {
        throw MeasurementError(.noCommonStep(other: recordings[index].name), in: recordings[0].name)
      }
    }
    return steps.map { $0.filter { common.contains($0.number) } }
  }
}

/// What one rank ran in the iterations that count.
struct MeasuredRank {
  var device: Int
  var recording: RankRecording
  var steps: [RankStep]
  var stages: Set<Int>
}

/// The operations of all recordings with their stages and kinds.
struct PlacedRecordings {
  /// By recording, in order of their starts.
  private(set) var operations: [[PlacedOperation]]
  /// The stages that each recording has.
  let stages: [Set<Int>]
  private(set) var letterB = LetterB()

  init(_ recordings: [RankRecording]) {
    let numbers = StageNumbers(recordings)
    let named = recordings.enumerated().map { index, recording in
      recording.operations.map { (stage: numbers.stage(of: $0, in: index), recorded: $0) }
    }
    for (stage, recorded) in named.joined() { letterB.note(recorded.pass, of: stage) }
    let letterB = letterB
    operations = named.map { operations in
      operations.map { stage, recorded in
        PlacedOperation(
          kind: letterB.kind(of: recorded.pass, on: stage), stage: stage, microbatch: recorded.microbatch,
          step: recorded.step, span: recorded.span)
      }.sorted { ($0.span.start, $0.span.end) < ($1.span.start, $1.span.end) }
    }
    stages = operations.map { Set($0.map(\.stage)) }
  }
}
