import PipelineModel
import RankPrograms
import ScheduleChecker
import ScheduleFormats
import Timeline

/// `pipeloom import FILE --format program|torch-comms`: programs with sends and receives, proved as they stand.
struct ProgramImport {
  var files: [FilePath]
  var format: any ProgramFormat
  /// The problem that says what operations cost.
  var problem: FilePath?
  var layout: LayoutFlags
  /// When sends and receives complete; the first of `modes` in which they all do, where nobody says it.
  var communication: CommunicationMode?
  var output: ScheduleOutput

  /// What is tried where nobody says it: what runs under the first runs in all, and of the others neither implies the
  /// other.
  private static let modes: [CommunicationMode] = [.rendezvous, .batched, .buffered(capacity: nil)]

  func run() throws {
    guard files.count == 1, let file = files.first else {
      throw Failure(.usage, "\(format.name): expected one file, found \(files.count)")
    }
    if problem == nil, let flag = layout.firstGiven {
      throw Failure(.usage, "\(flag) lays --problem out anew: expected one with it, found none")
    }
    let input = try InputFile(file, limit: format.largestText)
    let costs = try costs(of: input, at: file)
    let programs = try format.decode(input.bytes, file: file.text, for: costs)
    let placed = costs.hosting(programs)
    let schedule = Schedule(problem: placed, orders: Orders(of: programs, for: placed))
    let timeline: Timeline
    do throws(TimelineError) {
      timeline = try Timeline(schedule)
    } catch {
      throw Failure(.badInput, "\(file.inputName): \(error)")
    }
    let proof = try proof(of: programs, for: schedule, at: file)
    let notes = [
      problem == nil ? costs.impliedCosts : nil, proof.found.text.capitalizedFirst, proof.stricter,
    ]
    try output.write(
      timeline, title: "Import",
      generator: ScheduleFile.Generator(command: "import", version: Pipeloom.version),
      communication: proof.found, notes: notes.compactMap(\.self) + remarks(on: programs, timeline))
  }

  private func costs(of input: InputFile, at file: FilePath) throws -> Problem {
    guard let problem else { return try format.impliedProblem(of: input.bytes, file: file.text) }
    let contents = try ProblemFlags.contents(problem)
    if case .routing(let open) = contents, layout.firstGiven == nil {
      return try open.problem(routes: format.routes(of: input.bytes, file: file.text))
    }
    return try layout.arrange(ProblemFlags.problem(in: contents, of: problem), chunksPlaced: .loop)
  }

  /// Proves that the programs run to their end, and that every operation has what it needs.
  ///
  /// - Returns: what is proved, and why not more where nobody says what.
  /// - Throws: `Failure` with the fault: in the mode that is asked for, or in all.
  private func proof(
    of programs: [RankProgram], for schedule: Schedule, at file: FilePath
  ) throws(Failure) -> (found: CommunicationReport, stricter: String?) {
    var faults: [String] = []
    for mode in communication.map({ [$0] }) ?? Self.modes {
      let report = CommunicationReport(programs, of: schedule, mode: mode)
      guard let fault = report.fault else { return (report, faults.first?.capitalizedFirst) }
      faults.append(report.blocks ? "under \(mode), \(fault)" : fault)
      if !report.blocks { break }
    }
    throw Failure(.badInput, "\(file.inputName): \(faults.last ?? "")")
  }

  /// What programs do besides, of which the times above know nothing.
  private func remarks(on programs: [RankProgram], _ timeline: Timeline) -> [String] {
    var remarks: [String] = []
    let needed = Set(((try? timeline.rankPrograms()) ?? []).flatMap(\.messages))
    let others = programs.flatMap(\.messages).count { !needed.contains($0) }
    if others > 0 {
      remarks.append("Proved and not timed: \(others.counted("message")) that no operation waits for")
    }
    let kinds = LocalStep.Kind.allCases.filter { kind in
      programs.contains { $0.instructions.contains { $0.isLocal(kind) } }
    }
    if !kinds.isEmpty {
      remarks.append("No time is counted for \(kinds.map(\.rawValue).joined(separator: ", "))")
    }
    return remarks
  }
}

/// A message without the number that a program gives it.
private struct Message: Hashable {
  let content: Transfer.Content
  let source: Device.ID
  let destination: Device.ID
}

extension RankProgram {
  fileprivate var messages: [Message] {
    instructions.compactMap { instruction in
      guard case .send(let transfer) = instruction else { return nil }
      return Message(content: transfer.content, source: transfer.source, destination: transfer.destination)
    }
  }
}

extension Problem {
  /// The same problem with tasks that may run on several devices where programs run them.
  fileprivate func hosting(_ programs: [RankProgram]) -> Problem {
    hosting(
      programs.flatMap { program in
        program.instructions.compactMap { instruction -> (device: Device.ID, work: ProgramWork)? in
          guard case .compute(let work, _) = instruction else { return nil }
          return (program.device, work)
        }
      })
  }
}

extension RankProgram.Instruction {
  fileprivate func isLocal(_ kind: LocalStep.Kind) -> Bool {
    if case .local(let step) = self { step.kind == kind } else { false }
  }
}

extension String {
  /// The text as a sentence of its own begins.
  fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
