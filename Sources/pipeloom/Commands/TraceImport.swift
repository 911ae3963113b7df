import PipelineModel
import ScheduleFormats

/// `pipeloom import TRACE... --format chrome-trace`: a problem from what was measured.
struct TraceImport {
  /// The format's name on the command line.
  static let format = "chrome-trace"

  /// The paths of the traces, one per rank or one with all ranks.
  var files: [FilePath]
  /// The user's own pattern of names.
  var pattern: String?
  var output: ScheduleOutput

  func run() throws {
    let recordings = try recordings()
    let profile: MeasuredProfile
    do throws(FormatError) {
      profile = try MeasuredProfile(recordings)
    } catch {
      // What one trace lacks is said of it; what several lack together, of the first.
      var error = error
      if error.file.isEmpty { error.file = files[0].text }
      throw error
    }
    let problem = try profile.problem(name: files.count == 1 ? files[0].inputName : "traces")
    if let path = output.output {
      try OutputFile(path: path).write(ProblemFile.encode(problem))
      if path.isStandardStream { return }
    }
    let report = ProfileReport(profile)
    try StandardOutput.write(output.json ? MachineReport.json(report) : report.text + output.written)
  }

  private func recordings() throws -> [TraceRecording] {
    var names = try readPattern()
    return try files.map { file in
      let input = try InputFile(file, limit: TraceRecording.largestText)
      return try TraceRecording(input.bytes, file: file.text, pattern: &names)
    }
  }

  private func readPattern() throws(Failure) -> TracePattern {
    guard let pattern else { return TracePattern() }
    do throws(FormatError) {
      return try TracePattern(pattern)
    } catch {
      throw Failure(.usage, "--pattern: \(error)")
    }
  }
}
