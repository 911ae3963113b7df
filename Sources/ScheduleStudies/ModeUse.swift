import PipelineModel

/// In which modes the stages of a problem run; the machine form has the names of its parts.
public struct ModeUse: Hashable, Sendable, Encodable {
  /// The stages, one by one.
  public let stages: [StageLine]

  /// The modes of one stage.
  public struct StageLine: Hashable, Sendable, Encodable {
    /// The stage.
    public let stage: Int
    /// The modes that some microbatch has there, in the order of the stage's.
    public let modes: [ModeLine]
  }

  /// How often a mode occurs.
  public struct ModeLine: Hashable, Sendable, Encodable {
    /// The name.
    public let mode: String
    /// The microbatches that run in it.
    public let microbatches: Int
  }

  /// Counts the modes of a problem; `nil` where stages have none. O(visits).
  public init?(_ problem: Problem) {
    guard problem.listsModes else { return nil }
    var counts = problem.stages.map { [Int](repeating: 0, count: $0.modeCount) }
    for microbatch in problem.microbatches.indices.lazy.map({ Microbatch.ID($0) }) {
      for visit in problem.route(of: microbatch).visits {
        counts[visit.stage.index][problem.modes[visit.stage, microbatch]] += 1
      }
    }
    stages = zip(problem.stages, counts).enumerated().map { index, stage in
      StageLine(
        stage: index,
        modes: zip(stage.0.modeNames, stage.1).filter { $1 > 0 }.map { ModeLine(mode: $0, microbatches: $1) })
    }
  }

  /// The modes in one line: `full on stages 0-3, plain on stages 4-7`.
  public var text: String {
    var runs: [(line: [ModeLine], stages: ClosedRange<Int>)] = []
    for stage in stages where !stage.modes.isEmpty {
      if let last = runs.last, last.line == stage.modes, last.stages.upperBound == stage.stage - 1 {
        runs[runs.count - 1].stages = last.stages.lowerBound...stage.stage
      } else {
        runs.append((stage.modes, stage.stage...stage.stage))
      }
    }
    return runs.map { run in
      let names =
        run.line.count == 1
        ? run.line[0].mode : run.line.map { "\($0.mode) for \($0.microbatches)" }.joined(separator: " and ")
      return run.stages.count == 1
        ? "\(names) on stage \(run.stages.lowerBound)"
        : "\(names) on stages \(run.stages.lowerBound)-\(run.stages.upperBound)"
    }.joined(separator: ", ")
  }
}
