import PipelineModel

/// The tasks of a problem that PyTorch has steps for: it gathers and frees the weights of a stage, and reduces its gradients.
struct TorchTasks {
  /// The steps that a task may stand for.
  static let kinds: [LocalStep.Kind] = [.unshard, .reshard, .reduceGradients]

  /// The tasks by what they do.
  private let tasks: [LocalStep.Kind: PipelineTask]
  private let streams: [String]

  /// Finds the tasks.
  ///
  /// - Throws: `ExportRefusal` for phases, and for tasks of which PyTorch does nothing.
  init(_ problem: Problem) throws(ExportRefusal) {
    guard let written = problem.layout?.written else {
      (tasks, streams) = ([:], [])
      return
    }
    if let stage = written.phases.firstIndex(where: { !$0.arePlain }) {
      throw .notOfTorch("phases of stage \(stage)")
    }
    var tasks: [LocalStep.Kind: PipelineTask] = [:]
    for task in written.tasks {
      guard let kind = Self.kind(of: task) else { throw .notOfTorch("task \(task.name.shortened)") }
      tasks[kind] = task
    }
    // A stage that stays gathered cannot be gathered in the next step, nor one be freed that has not been.
    for (one, other) in [(LocalStep.Kind.unshard, LocalStep.Kind.reshard), (.reshard, .unshard)]
    where tasks[one] != nil && tasks[other] == nil {
      throw .notOfTorch("\(one.rawValue) without \(other.rawValue)")
    }
    self.tasks = tasks
    streams = written.streams
  }

  /// The step that a task is: one for each stage on its device, in this iteration, that waits for and is waited for by passes
  /// of its own stage alone.
  private static func kind(of task: PipelineTask) -> LocalStep.Kind? {
    let isOfOwnStage = (task.needs + task.feeds).allSatisfy {
      if case .passes(_, stage: nil, microbatch: _) = $0 { true } else { false }
    }
    guard task.extent == .stage, task.hosts == .own, task.pieces == 1, !task.isAhead, isOfOwnStage else {
      return nil
    }
    return kinds.first { $0.rawValue == task.name }
  }

  /// Whether the problem says when a step takes place.
  func has(_ kind: LocalStep.Kind) -> Bool { tasks[kind] != nil }

  /// A program whose tasks are steps.
  func steps(of program: RankProgram) -> RankProgram {
    RankProgram(
      device: program.device,
      instructions: program.instructions.map { instruction in
        guard case .compute(.task(let name, let copy, _), _) = instruction, let copy,
          let kind = LocalStep.Kind(rawValue: name)
        else { return instruction }
        return .local(LocalStep(kind, stage: Stage.ID(copy)))
      })
  }

  /// A program whose steps are tasks where the problem has them, each with what PyTorch makes its stream and the others wait
  /// for: a step waits for all passes before it and for steps of its stage, and a pass for the steps of its stage.
  func tasks(of program: RankProgram) -> RankProgram {
    guard !tasks.isEmpty else { return program }
    var waits = TorchWaits()
    var instructions: [RankProgram.Instruction] = []
    for instruction in program.instructions {
      switch instruction {
      case .local(let step):
        guard let task = tasks[step.kind] else { break }
        let work = ProgramWork.task(task.name, copy: step.stage.index)
        let stream = task.stream == 0 ? nil : streams[task.stream]
        instructions += waits.waits(before: work, of: step.stage, on: stream, isStep: true)
        instructions.append(.compute(work, stream: stream))
        continue
      case .compute(.pass(let pass, _), _):
        instructions += waits.waits(before: .pass(pass), of: pass.stage, on: nil, isStep: false)
      case .overlap(let forward, let backward):
        for pass in [forward, backward] {
          instructions += waits.waits(before: .pass(pass), of: pass.stage, on: nil, isStep: false)
        }
      case .compute, .send, .receive, .copy, .wait, .hold: break
      }
      instructions.append(instruction)
    }
    return RankProgram(device: program.device, instructions: instructions)
  }
}

/// What PyTorch lets the streams of a rank wait for, step by step.
private struct TorchWaits {
  /// The last step of each stage on each stream.
  private var steps: [Stage.ID: [String?: ProgramWork]] = [:]
  private var lastPass: ProgramWork?
  private var known: Set<StreamWait> = []

  /// The waits of a stream before a piece of work, which is then the last of its kind.
  mutating func waits(
    before work: ProgramWork, of stage: Stage.ID, on stream: String?, isStep: Bool
  ) -> [RankProgram.Instruction] {
    var awaited = (steps[stage] ?? [:]).filter { $0.key != stream }
      .sorted { ($0.key ?? "") < ($1.key ?? "") }.map(\.value)
    if isStep, stream != nil, let lastPass { awaited.append(lastPass) }
    if isStep { steps[stage, default: [:]][stream] = work } else { lastPass = work }
    return awaited.map { StreamWait(of: stream, for: $0) }.filter { known.insert($0).inserted }
      .map { .hold($0) }
  }
}

extension ExportRefusal {
  /// What PyTorch has no action for.
  fileprivate static func notOfTorch(_ found: String) -> Self {
    let steps = TorchTasks.kinds.map(\.rawValue).joined(separator: ", ")
    return Self(
      "expected passes in one phase, and as tasks steps of PyTorch alone (\(steps)), per stage and for passes of their own "
        + "stage, found \(found)", .genericProgram)
  }
}
