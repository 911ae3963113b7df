import PipelineModel

/// The stages as microbatches run on them, in one array: what is asked of every operation is read there in place.
struct ModeStages {
  /// The stages in each distinct list of modes, one list after the other.
  let all: [Stage]
  private let lists: [Int32]
  private let stageCount: Int

  /// Spells out all stages in all lists of modes.
  init(of problem: Problem) {
    all = problem.modes.distinct.indices.flatMap { problem.stages(inModes: Int32($0)) }
    lists = problem.modes.indexes
    stageCount = problem.stageCount
  }

  /// Where the stage of an operation stands, in the mode of its microbatch; both exist. O(1).
  func place(of operation: Operation) -> Int {
    place(of: operation.stage, microbatch: operation.microbatch.index)
  }

  /// Where a stage stands, in the mode of a microbatch. O(1).
  func place(of stage: Stage.ID, microbatch: Int) -> Int { Int(lists[microbatch]) * stageCount + stage.index }
}
