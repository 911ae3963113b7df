import PipelineModel
import RankPrograms
import Timeline

/// The generic program: per rank one order of operations, sends and receives, as JSON.
///
/// It holds every schedule, whatever its routes, for runtimes that run a plain list of instructions.
/// docs/formats.md is its reference.
public struct GenericProgram: ExportFormat {
  /// Names the format.
  public init() {}

  /// The name on the command line.
  public var name: String { "program" }
  /// What reads the format.
  public var purpose: String { "a runtime of your own: operations, sends and receives per rank, as JSON" }

  /// Writes one instruction per line.
  ///
  /// - Throws: `ExportRefusal` when pairs whose parts start together can never run.
  /// - Complexity: O(operations x log operations).
  public func encode(_ timeline: Timeline) throws(ExportRefusal) -> [UInt8] {
    let programs = try timeline.exportedPrograms()
    let problem = timeline.schedule.problem
    var writer = JSONWriter(capacity: 128 * timeline.schedule.orders.operations.count)
    writer.raw("{")
    writer.key("pipeloom", indentation: 2)
    writer.string(FileKind.program.rawValue)
    writer.key("ranks", indentation: 2)
    writer.integer(problem.deviceCount)
    writer.key("stages", indentation: 2)
    writer.lines(problem.stages.indices, indentation: 2) { writer, stage in
      writer.raw("{\"ranks\": ")
      writer.list(problem.hosts[stage]) { $0.integer($1.rawValue) }
      if let layers = problem.stages[stage].layers {
        writer.raw(", \"layers\": ")
        writer.list(layers) { $0.string($1) }
      }
      writer.raw("}")
    }
    writer.key("microbatches", indentation: 2)
    writer.integer(problem.microbatchCount)
    writer.key("programs", indentation: 2)
    writer.lines(programs, indentation: 2) { $0.program($1) }
    writer.newline(0)
    writer.raw("}")
    writer.newline(0)
    return writer.bytes
  }
}

extension Timeline {
  /// The programs of a schedule, with receives placed early.
  func exportedPrograms() throws(ExportRefusal) -> [RankProgram] {
    do throws(TimelineError) { return try rankPrograms() } catch { throw .pairsNeverRun(error) }
  }
}

extension ExportRefusal {
  /// Pairs whose operations, started together, wait for each other.
  fileprivate static func pairsNeverRun(_ error: TimelineError) -> Self {
    Self(
      "expected overlapped operations that can start together, but \(error)", .change("leave the pairs out"))
  }
}

extension JSONWriter {
  fileprivate mutating func program(_ program: RankProgram) {
    raw("{\"rank\": ")
    integer(program.device.rawValue)
    raw(", \"instructions\": ")
    lines(program.instructions, indentation: 4) { $0.instruction($1) }
    raw("}")
  }

  private mutating func instruction(_ instruction: RankProgram.Instruction) {
    switch instruction {
    case .compute(let operation): self.operation(operation)
    case .overlap(let forward, let backward):
      raw("{\"op\": \"OVERLAP\", \"parts\": ")
      list([forward, backward]) { $0.operation($1) }
      raw("}")
    case .send(let transfer):
      raw("{\"op\": \"SEND\", ")
      self.transfer(transfer, here: transfer.source, there: transfer.destination)
    case .receive(let transfer):
      raw("{\"op\": \"RECV\", ")
      self.transfer(transfer, here: transfer.destination, there: transfer.source)
    case .copy(let copy): visit(copy.word, of: copy.stage, copy.microbatch)
    case .wait(let copy): visit("WAIT", for: copy.word, of: copy.stage, copy.microbatch)
    case .local(let step): visit(step.kind.rawValue, of: step.stage, step.microbatch)
    }
  }

  private mutating func operation(_ operation: Operation) {
    visit(operation.kind.symbol, of: operation.stage, operation.microbatch)
  }

  /// An instruction about a stage, mostly of one microbatch, and what it waits for, where it waits.
  private mutating func visit(
    _ word: String, for awaited: String? = nil, of stage: Stage.ID, _ microbatch: Microbatch.ID?
  ) {
    raw("{\"op\": ")
    string(word)
    if let awaited {
      raw(", \"for\": ")
      string(awaited)
    }
    raw(", \"stage\": ")
    integer(stage.rawValue)
    if let microbatch {
      raw(", \"microbatch\": ")
      integer(microbatch.rawValue)
    }
    raw("}")
  }

  private mutating func transfer(_ transfer: Transfer, here: Route.Visit, there: Route.Visit) {
    raw("\"payload\": ")
    string(transfer.content.name)
    raw(", \"stage\": ")
    integer(here.stage.rawValue)
    raw(", \"microbatch\": ")
    integer(transfer.microbatch.rawValue)
    raw(", \"peer\": ")
    integer(there.device.rawValue)
    raw(", \"peerStage\": ")
    integer(there.stage.rawValue)
    raw(", \"pair\": ")
    integer(transfer.pair)
    raw("}")
  }
}

extension HostCopy {
  /// The instruction that launches it: the words of PyTorch's `ao::offload` and `ao::reload`.
  fileprivate var word: String { way.rawValue.uppercased() }
}
