import PipelineModel

/// What the page says of an operation: what its problem was written with.
struct PageWork {
  /// What it is shown as.
  let kind: PageKind
  /// Its stage; the first for a task.
  let stage: Stage.ID
  /// Its microbatch, where it belongs to one.
  let microbatch: Microbatch.ID?
  /// Its name, where kind, stage and microbatch do not say all: in problems with streams or tasks.
  let name: String?

  /// Looks an operation of a problem up. O(1).
  init(_ operation: Operation, in problem: Problem) {
    guard let (work, microbatch) = problem.layout?.work(of: operation) else {
      (kind, stage, self.microbatch) = (.pass(operation.kind), operation.stage, operation.microbatch)
      name = nil
      return
    }
    name = problem.title(of: operation)
    self.microbatch = microbatch
    switch work {
    case .pass(let kind, let stage, _), .message(let kind, let stage, _):
      (self.kind, self.stage) = (.pass(kind), stage)
    case .task: (kind, stage) = (.task, Stage.ID(0))
    }
  }
}
