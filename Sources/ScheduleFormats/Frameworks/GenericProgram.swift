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
  /// Instructions say on which stream they run, and what their stream waits for.
  public var knowsStreams: Bool { true }

  /// Writes one instruction per line.
  ///
  /// - Throws: `ExportRefusal` when pairs whose parts start together can never run.
  /// - Complexity: O(operations x log operations).
  public func encode(_ timeline: Timeline) throws(ExportRefusal) -> [UInt8] {
    let programs = try timeline.exportedPrograms()
    let problem = timeline.schedule.problem.asWritten
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
    if let layout = timeline.schedule.problem.layout {
      writer.key("streams", indentation: 2)
      writer.list(layout.written.streams) { $0.string($1) }
    }
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
    if schedule.problem.layout?.written.messageStream != nil { throw .messagesInOrder }
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
