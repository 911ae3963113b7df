import ArgumentParser
import Diagrams
import PipelineModel
import ScheduleFormats

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// `pipeloom sweep FILE`: a design space, as commands for whatever runs them, and the table of what they made.
struct SweepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Lists the commands of a design space, and collects their results in a table and a picture.",
    discussion: """
      Every command of the list makes one schedule and writes it to DIR under a name that its problem and settings give \
      it: run them with what you have (GNU parallel, Slurm, Snakemake, make), stop them at any time, and --missing lists \
      what is left. DIR is 'results' where none is given.

      Examples:
        pipeloom sweep sweep.yaml --list | parallel
        pipeloom sweep sweep.yaml --missing | sh
        pipeloom sweep sweep.yaml --collect results -o table.csv
        pipeloom sweep sweep.yaml --collect results -o trade-off.svg
      """)

  @Argument(help: ArgumentHelp("The sweep: a file, or '-' for standard input.", valueName: "file"))
  var file: FilePath

  @Argument(
    help: ArgumentHelp("With --list or --missing: the folder of the results.", valueName: "dir"))
  var folder: FilePath?

  @Flag(help: "Print all commands, one a line, and put what they read into the folder.")
  var list = false

  @Flag(help: "Print only those that have no result yet.")
  var missing = false

  @Option(
    help: ArgumentHelp(
      "Read the results in this folder; mark the Pareto set of memory and time.", valueName: "dir"))
  var collect: FilePath?

  @Option(help: "With --collect: which time counts, makespan or period.")
  var objective = Objective.makespan

  @Option(
    name: [.short, .customLong("output")],
    help: ArgumentHelp(
      "With --collect: write the table to a .csv file, or the trade-off to a .svg, .pdf, .png or .dot file.",
      valueName: "file"))
  var output: FilePath?

  @Flag(help: "With --collect: print JSON instead of text.")
  var json = false

  private static let defaultFolder = FilePath(bytes: "results".utf8)

  func validate() throws {
    guard [list, missing, collect != nil].count(where: { $0 }) == 1 else {
      throw ValidationError("expected one of --list, --missing and --collect DIR")
    }
    if collect == nil, output != nil || json {
      throw ValidationError("\(json ? "--json" : "--output") goes with --collect")
    }
    if collect != nil, folder != nil {
      throw ValidationError("--collect names its folder itself: leave the other out")
    }
  }

  func run() throws {
    let input = try InputFile(file, limit: SweepFile.largestText)
    let sweep = try SweepFile.decode(input.bytes, file: file.text)
    let target = try output.map(SweepOutput.init)
    let plan = try SweepPlan(sweep, file: file, folder: collect ?? folder ?? Self.defaultFolder)
    guard let collect else { return try printCommands(of: plan) }
    let table = try collected(plan, from: ResultFolder(path: collect))
    if let target { try target.write(table, heading: heading(of: sweep)) }
    let written: TerminalText = output.map { "  Written to \($0.text)\n" } ?? ""
    if json { return try StandardOutput.write(table.json) }
    try StandardOutput.write(table.text + written)
  }

  /// Prints what is to be run, once it can be.
  private func printCommands(of plan: SweepPlan) throws {
    let folder = ResultFolder(path: plan.inputs.folder)
    let done = missing ? try folder.names() : []
    let program = try ShellText.word(FilePath(bytes: Self.program))
    var text: [UInt8] = []
    for point in plan.points where !done.contains(plan.path(of: point).lastName) {
      text += try plan.command(of: point, program: program)
      text.append(UInt8(ascii: "\n"))
    }
    try folder.make()
    if !plan.inputs.files.isEmpty {
      try ResultFolder(path: folder.path.within(SweepInputs.folderName)).make()
      // The name tells the content: what is there already is the same.
      for (path, bytes) in plan.inputs.files.sorted(by: { $0.key.text < $1.key.text })
      where !InputFile.exists(path) {
        try OutputFile(path: path).write(bytes)
      }
    }
    try StandardOutput.write(text)
  }

  /// The program as it was started, so that the commands start the same one.
  private static var program: [UInt8] {
    CommandLine.unsafeArgv[0].map { Array(UnsafeRawBufferPointer(start: $0, count: strlen($0))) }
      ?? Array("pipeloom".utf8)
  }

  private func collected(_ plan: SweepPlan, from folder: ResultFolder) throws -> SweepTable {
    let names = try folder.names()
    let rows = try plan.points.map { point in
      let path = plan.path(of: point)
      let result = names.contains(path.lastName) ? try ResultFolder.result(at: path) : nil
      if case .schedule(let head)? = result { try Self.check(head.generator, made: point.maker, in: path) }
      return SweepTable.Row(name: point.name, settings: point.settings, result: result)
    }
    return SweepTable(columns: plan.columns, objective: objective, rows: rows)
  }

  /// Refuses a file that another command has written over.
  private static func check(
    _ generator: ScheduleFile.Generator, made maker: Sweep.Maker, in path: FilePath
  ) throws(Failure) {
    let expected =
      switch maker {
      case .family(let name): "generate \(name)"
      case .search: "search"
      }
    let found = [generator.command, generator.family].compactMap { $0 }.joined(separator: " ")
    guard found != expected else { return }
    throw Failure(
      .badInput, "\(path.inputName): expected what '\(expected)' made, found what '\(found)' made")
  }

  private func heading(of sweep: Sweep) -> String {
    sweep.problems.isEmpty ? "Sweep" : "Sweep · " + sweep.problems.joined(separator: ", ")
  }
}
