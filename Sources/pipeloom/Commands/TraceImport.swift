import Measurement
import PipelineModel
import ScheduleFormats
import ScheduleScenarios
import ScheduleStudies
import Timeline

/// `pipeloom import TRACE... --format chrome-trace`: a problem from what was measured.
struct TraceImport {
  /// The names of formats on the command line; files of both are told apart by what is in them.
  static let formats = ["chrome-trace", "primus"]

  /// The paths of the traces, one per rank or one with all ranks.
  var files: [FilePath]
  var flags: TraceFlags
  /// Where the order that ran is written to.
  var schedule: FilePath?
  /// Where the durations of each iteration are written to.
  var samples: FilePath?
  var output: ScheduleOutput

  func run() throws {
    let profile = MeasuredProfile(try flags.read(files))
    let problem = try profile.problem(name: files.count == 1 ? files[0].inputName : "traces")
    var written: [(file: OutputFile, bytes: [UInt8])] = []
    if let path = output.output { written.append((OutputFile(path: path), ProblemFile.encode(problem))) }
    if let path = schedule {
      written.append((OutputFile(path: path), try observed(profile, in: problem).encode()))
    }
    if let path = samples {
      written.append((OutputFile(path: path), ScenarioFile.encode(samples: try recorded(profile.run))))
    }
    try OutputFile.write(written)
    if written.contains(where: { $0.file.path.isStandardStream }) { return }
    let report = ProfileReport(profile, skipIsAsked: flags.skip != nil)
    let lines = written.map { "  Written to \($0.file.path.text)\n" as TerminalText }.joined()
    try StandardOutput.write(output.json ? MachineReport.json(report) : report.text + lines)
  }

  /// What every operation took, iteration by iteration.
  private func recorded(_ run: MeasuredRun) throws(Failure) -> [Scenarios.Sample] {
    guard !run.iterations.isEmpty else {
      throw Failure(
        .badInput, "\(files[0].inputName): --keep-samples: expected all ranks of a pipeline, found some only")
    }
    return run.iterations.map(\.durations)
  }

  /// The order that ran, timed under the measured problem.
  private func observed(_ profile: MeasuredProfile, in problem: Problem) throws -> ScheduleFile {
    let timeline: Timeline
    do throws(TimelineError) {
      timeline = try Timeline(Schedule(problem: problem, orders: profile.observedOrders))
    } catch {
      throw Failure(.badInput, "\(files[0].inputName): \(error)")
    }
    let generator = ScheduleFile.Generator(command: "import", version: Pipeloom.version)
    return ScheduleFile(
      generator: generator, record: timeline.record(certificate: Proof(for: timeline).valid))
  }
}
