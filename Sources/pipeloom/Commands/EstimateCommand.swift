import ArgumentParser
import ModelCosts
import PipelineModel
import ScheduleFormats

/// `pipeloom estimate CONFIG`: what training a model takes, by formulas.
struct EstimateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "estimate",
    abstract: "Works out a model's parameters, FLOPs and memory, and writes a problem with its layers.",
    discussion: """
      CONFIG is the configuration of a language model as Hugging Face writes it (config.json), of a model_type among \
      \(ModelConfiguration.knownTypes.joined(separator: ", ")).

      With --hardware, a file or one of \(MachineFlag.presetNames), layers have times and a memory limit, and -o writes a problem \
      whose layers search cuts into stages. Times are an estimate, not a measurement: fitted on half of 81 public runs, such \
      estimates were off by 6.4 % on average on the rest, by 31 % at worst. --profile and --measured hold them to what \
      was measured.

      Examples:
        pipeloom estimate config.json
        pipeloom estimate config.json --hardware h100 --tensor 8 --sequence-parallel --data 16 --sequence 8192 \
      --devices 16 --microbatches 64 -o problem.json
        pipeloom search problem.json --modes-per stage
      """)

  @Argument(help: ArgumentHelp("The model's configuration; '-' for standard input.", valueName: "config"))
  var config: FilePath

  @Option(
    help: ArgumentHelp("The machine: a file, '-' or \(MachineFlag.presetNames).", valueName: "machine"))
  var hardware: FilePath?

  @OptionGroup
  var flags: SetupFlags

  @OptionGroup
  var calibration: CalibrationFlags

  @Option(
    name: [.short, .customLong("output")],
    help: ArgumentHelp(
      "Write the problem to this file; '-' for standard output, instead of the report.", valueName: "file"))
  var output: FilePath?

  @Flag(help: "Print JSON instead of text.")
  var json = false

  func run() throws {
    try output.map { OutputFile(path: $0) }?.checkFolder()
    try InputFile.checkStandardInput([config] + [hardware, calibration.profile].compactMap { $0 })
    if hardware == nil, let flag = output.map({ _ in "--output" }) ?? calibration.firstGiven {
      throw Failure(
        .usage,
        "\(flag): expected --hardware with the machine that tells times (a file or one of "
          + "\(MachineFlag.presetNames)), found none")
    }
    let file = try InputFile(config, limit: ModelConfiguration.largestText)
    let model = try ModelConfiguration.decode(file.bytes, file: config.text)
    let setup = try flags.setup(of: model, in: file)
    let estimate = try hardware.map { try self.estimate(model, setup, on: MachineFlag($0)) }
    let report = EstimateReport(model, setup, estimate)
    if let output, let estimate {
      let problem = try named { () throws(ProblemError) in
        try estimate.problem(named: "\(model.type) on \(estimate.hardware.name)")
      }
      try OutputFile(path: output).write(ProblemFile.encode(problem))
      if output.isStandardStream { return }
    }
    let written: TerminalText = output.map { "  Written to \($0.text)\n" } ?? ""
    try StandardOutput.write(json ? MachineReport.json(report) : report.text + written)
  }

  /// The estimate, held to what was measured.
  private func estimate(
    _ model: ModelShape, _ setup: TrainingSetup, on machine: MachineFlag
  ) throws -> Estimate {
    let plain = try machine.estimate(model, setup)
    let calibration = try calibration.calibration(of: plain)
    return calibration == .none ? plain : try machine.estimate(model, setup, calibration: calibration)
  }

  /// Names the configuration where its layers make no problem.
  private func named<Value>(_ make: () throws(ProblemError) -> Value) throws(Failure) -> Value {
    do throws(ProblemError) { return try make() } catch {
      throw Failure(.badInput, "\(config.inputName): \(error)")
    }
  }
}
