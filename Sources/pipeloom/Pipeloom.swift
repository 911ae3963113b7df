import ArgumentParser
import ScheduleFormats

/// The command `pipeloom`: its subcommands, one file each in Commands.
struct Pipeloom: ParsableCommand {
  /// The version that `--version` prints and schedule files record.
  static let version = ScheduleFile.Generator.ownVersion

  static let configuration = CommandConfiguration(
    commandName: "pipeloom",
    abstract: "Synthesizes pipeline-parallel training schedules: makes, times, checks and draws them.",
    discussion: """
      A PROBLEM is a file (YAML or JSON), '-' for standard input, or the name of a built-in preset: \
      \(ProblemFlags.presetNames). Simple problems can be given by flags instead: \
      --devices 8 --microbatches 24 --forward 1 --backward-input 1 --backward-weight 1.

      Exit status: 0 success; 1 check found violations, or validate larger errors than allowed; 64 usage; 65 bad input; 66 missing input; \
      69 a needed component is missing; 70 a defect of pipeloom itself: a bound that cannot hold was left out; \
      74 input/output failure; \
      75 stopped before a result of a sweep was done.
      """,
    version: version,
    subcommands: [
      EstimateCommand.self, FamiliesCommand.self, GenerateCommand.self, SearchCommand.self,
      SimulateCommand.self, DiffCommand.self, CheckCommand.self,
      CompareCommand.self, RenderCommand.self, ExportCommand.self, ImportCommand.self, ValidateCommand.self,
      SweepCommand.self, ReportCommand.self, RepairCommand.self,
    ])
}

extension Pipeloom {
  /// Refuses a first argument that is no command, where the parser would count what stands behind it.
  ///
  /// - Throws: `ValidationError` naming the nearest command, or all.
  static func checkCommand(in arguments: [String]) throws(ValidationError) {
    guard let name = arguments.first, !name.hasPrefix("-") else { return }
    let names = configuration.subcommands.compactMap { $0.configuration.commandName }
    guard !names.contains(name), name != "help" else { return }
    let advice =
      name.nearest(among: names).map { "did you mean '\($0)'?" }
      ?? "expected one of \(names.joined(separator: ", "))"
    throw ValidationError("no such command: '\(name)'; \(advice)")
  }
}
