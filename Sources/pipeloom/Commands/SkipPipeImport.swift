import ArgumentParser
import PipelineModel
import ScheduleFormats
import Timeline

extension SkipPipeFile.PlanName: ExpressibleByArgument {}

/// `pipeloom import FILE --format skippipe`: a plan of SkipPipe with its routes, timed afresh.
struct SkipPipeImport {
  var files: [FilePath]
  /// The problem that says what operations cost, unless `forward` does.
  var problem: FilePath?
  var forward: Magnitude?
  var plan: SkipPipeFile.PlanName?
  var output: ScheduleOutput

  func run() throws {
    let name = SkipPipe().name
    guard files.count == 1, let path = files.first else {
      throw Failure(.usage, "\(name): expected one file, found \(files.count)")
    }
    guard (problem == nil) != (forward == nil) else {
      let found = problem == nil ? "neither" : "both"
      throw Failure(
        .usage, "\(name): expected --problem or --forward, as the file has no compute times, found \(found)")
    }
    let input = try InputFile(path, limit: SkipPipeFile.largestText)
    let file = try SkipPipeFile.decode(input.bytes, file: path.text)
    guard let plan = file.plan(plan) else {
      let plans = file.plans.map(\.name.rawValue).joined(separator: ", ")
      throw Failure(
        .usage, "--plan: expected a plan of the file, which has \(plans), found none of that name")
    }
    let problem = try costs(of: plan, in: file, at: path)
    let schedule = Schedule(problem: problem, orders: file.orders(of: plan, for: problem))
    let timeline: Timeline
    do throws(TimelineError) {
      timeline = try Timeline(schedule)
    } catch {
      throw Failure(.badInput, "\(path.inputName): \(error)")
    }
    let generator = ScheduleFile.Generator(command: "import", version: Pipeloom.version)
    let note = "\(file.source(of: plan)); the figures above are of one microbatch per path, and our own"
    try output.write(timeline, title: "Import", generator: generator, notes: [note])
  }

  private func costs(
    of plan: SkipPipeFile.Plan, in file: SkipPipeFile, at path: FilePath
  ) throws -> Problem {
    let costs = try problem.map { try ProblemFlags.contents($0) }
    do throws(FormatError) {
      if let costs { return try file.problem(of: plan, under: costs) }
      let name = path.inputName
      return try file.problem(of: plan, forward: forward?.value ?? 0, name: name)
    } catch {
      throw error.named(path.text)
    }
  }
}

extension FormatError {
  fileprivate func named(_ file: String) -> FormatError {
    var error = self
    error.file = file
    return error
  }
}
