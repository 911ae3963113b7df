import PipelineModel
import RankPrograms
import Timeline

extension TorchComms: ExportFormat {
  /// What reads the format.
  public var purpose: String { "PyTorch pipelining, with all transfers and steps: the compute_comms CSV" }
  /// Tasks may be steps of PyTorch, which run beside its operations.
  public var knowsStreams: Bool { true }

  /// Where stages recompute within their backward passes, what to wrap stands beside the file.
  public func supplements(of timeline: Timeline) throws(ExportRefusal) -> [ExportSupplement] {
    try TorchCheckpoints.supplements(of: timeline.schedule.problem.asWritten)
  }

  /// Writes one row per device, with its sends and receives where the generic program has them.
  ///
  /// - Throws: `ExportRefusal` for what PyTorch would refuse, or load and then fail on.
  /// - Complexity: O(operations x log operations).
  public func encode(_ timeline: Timeline) throws(ExportRefusal) -> [UInt8] {
    let (problem, plain) = (timeline.schedule.problem, timeline.schedule.problem.asWritten)
    try plain.checkRunsInTorch()
    let generic = try timeline.exportedPrograms()
    let tasks = try TorchTasks(problem)
    let programs = generic.map { tasks.steps(of: $0) }
    let passes = Schedule(problem: plain, orders: Orders(of: programs, for: plain))
    try TorchCSV.check(passes)
    if let version { try check(passes, on: version) }
    var bytes: [UInt8] = []
    for program in programs {
      var row = program
      if !tasks.has(.reduceGradients) { row.addReductions() }
      if waitsAreSteps { row.addWaits() }
      bytes += row.instructions.compactMap { cell($0, on: plain.stages) }.joined(separator: ",").utf8
      bytes.append(ASCII.newline)
    }
    try checkReadsBack(bytes, for: problem)
    return bytes
  }

  /// Whether the version waits for sends and reductions where the file says it, and not of itself.
  private var waitsAreSteps: Bool { version.map { $0 >= .firstWithWaits } ?? true }

  private func check(_ schedule: Schedule, on version: TorchVersion) throws(ExportRefusal) {
    guard version >= .firstWithReductions else { throw .withoutReductions(version) }
    try TorchCSV().check(schedule, on: version)
  }

  /// What PyTorch takes unseen is told by whoever reads such files.
  private func checkReadsBack(_ bytes: [UInt8], for problem: Problem) throws(ExportRefusal) {
    do throws(FormatError) {
      _ = try decode(bytes, file: "", for: problem)
    } catch {
      throw .steps(error)
    }
  }

  /// The text of an instruction; `nil` for what PyTorch does of itself.
  private func cell(_ instruction: RankProgram.Instruction, on stages: [Stage]) -> String? {
    switch instruction {
    case .compute(.pass(let operation, _), _): TorchCSV.cell(operation, on: stages)
    case .overlap(let forward, let backward): TorchCSV.cell(forward, with: backward, on: stages)
    case .send(let transfer): cell("SEND", transfer, at: \.source)
    case .receive(let transfer): cell("RECV", transfer, at: \.destination)
    case .local(let step):
      "\(step.stage)\(step.kind.rawValue)\(step.microbatch.map(\.description) ?? "")"
    case .compute, .copy, .wait, .hold: nil
    }
  }

  private func cell(
    _ word: String, _ transfer: Transfer, at end: KeyPath<Transfer.Passage, Stage.ID>
  ) -> String? {
    transfer.content.passage.map { passage in
      "\(passage[keyPath: end])\(word)_\(transfer.payload == .activation ? "F" : "B")\(passage.microbatch)"
    }
  }
}

extension RankProgram {
  /// Reduces the gradients of each stage behind its last backward pass, as PyTorch does where it adds the steps: what does
  /// not do so keeps gradients that are too large.
  fileprivate mutating func addReductions() {
    var last: [Stage.ID: Int] = [:]
    for (position, instruction) in instructions.enumerated() {
      for operation in instruction.passes where operation.kind != .forward {
        last[operation.stage] = position
      }
    }
    for (stage, position) in last.sorted(by: { ($0.value, $0.key) > ($1.value, $1.key) }) {
      instructions.insert(.local(LocalStep(.reduceGradients, stage: stage)), at: position + 1)
    }
  }

  /// Waits for all that is under way: for a reduction before the next, as there may be one at a time, and for everything else
  /// at the end.
  fileprivate mutating func addWaits() {
    var waiting: [Instruction] = []
    var sends: [Instruction] = []
    var reducing: Stage.ID?
    func wait() { if let reducing { waiting.append(.local(LocalStep(.waitForReduction, stage: reducing))) } }
    for instruction in instructions {
      if case .local(let step) = instruction, step.kind == .reduceGradients {
        wait()
        reducing = step.stage
      }
      if case .send(let transfer) = instruction, let passage = transfer.content.passage {
        let kind: LocalStep.Kind = transfer.payload == .activation ? .waitForActivation : .waitForGradient
        sends.append(.local(LocalStep(kind, stage: passage.source, microbatch: passage.microbatch)))
      }
      waiting.append(instruction)
    }
    wait()
    instructions = waiting + sends
  }
}

extension RankProgram.Instruction {
  /// The passes that it runs.
  fileprivate var passes: [Operation] {
    switch self {
    case .compute(.pass(let operation, _), _): [operation]
    case .overlap(let forward, let backward): [forward, backward]
    case .compute, .send, .receive, .copy, .wait, .hold, .local: []
    }
  }
}

extension ExportRefusal {
  /// Steps that stand where PyTorch runs something else than the schedule says.
  fileprivate static func steps(_ error: FormatError) -> Self {
    Self(error.reason.description, .change("let the tasks need and feed the passes of their stage"))
  }

  /// A version that reduces gradients where no file says it.
  fileprivate static func withoutReductions(_ version: TorchVersion) -> Self {
    Self(
      "expected PyTorch \(TorchVersion.firstWithReductions) or later, whose steps the file has, found \(version)",
      .change("take torch-csv, to which PyTorch adds its own"))
  }
}
