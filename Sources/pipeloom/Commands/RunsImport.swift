import PipelineModel
import ScheduleFormats

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// `pipeloom import RUNS.csv --format runs -o DIR`: a problem for each measured run of a table.
struct RunsImport {
  /// The format's name on the command line.
  static let format = "runs"

  var files: [FilePath]
  var output: ScheduleOutput

  func run() throws {
    guard files.count == 1, let path = files.first else {
      throw Failure(.usage, "\(Self.format): expected one file, found \(files.count)")
    }
    guard let folder = output.output, !folder.isStandardStream else {
      throw Failure(.usage, "\(Self.format): expected -o with a folder for a problem per run, found none")
    }
    let table = try RunTable(InputFile(path, limit: RunTable.largestText).bytes, file: path.text)
    let names = try table.fileNames(file: path.text).map { "\($0).json" }
    try make(folder)
    for (run, name) in zip(table.runs, names) {
      try OutputFile(path: folder.appending(Array("/\(name)".utf8))).write(ProblemFile.encode(run.problem))
    }
    let report = RunTableReport(table, files: names)
    try StandardOutput.write(output.json ? MachineReport.json(report.lines) : report.text + output.written)
  }

  /// Makes a folder unless it is there.
  private func make(_ folder: FilePath) throws(Failure) {
    guard folder.withSystemText({ mkdir($0, 0o777) }) != 0 else { return }
    let reason = errno
    var status = stat()
    let isFolder = folder.withSystemText { stat($0, &status) } == 0 && status.st_mode & S_IFMT == S_IFDIR
    guard reason == EEXIST, isFolder else {
      errno = reason
      throw Failure(.inputOutput, "\(folder.outputName): \(SystemError.current)")
    }
  }
}
