import ArgumentParser
import ModelCosts
import PipelineModel
import ScheduleFormats

/// The flags that say how a model is trained.
struct SetupFlags: ParsableArguments {
  private static let tensorFlag = CountFlag(name: "--tensor", range: 1...4096)
  private static let expertFlag = CountFlag(name: "--expert", range: 1...65_536)
  private static let contextFlag = CountFlag(name: "--context", range: 1...65_536)
  private static let dataFlag = CountFlag(name: "--data", range: 1...1_000_000)
  private static let sequenceFlag = CountFlag(name: "--sequence", range: 1...16_777_216)
  private static let sizeFlag = CountFlag(name: "--microbatch-size", range: 1...1_000_000)
  private static let microbatchesFlag = CountFlag(name: "--microbatches", range: ProblemRules.counts)
  private static let devicesFlag = CountFlag(name: "--devices", range: ProblemRules.counts)
  private static let chunksFlag = CountFlag(name: "--chunks", range: ProblemRules.counts)

  @Option(help: tensorFlag.help("How many devices share each matrix."))
  var tensor = 1

  @Flag(help: "Those devices share the vectors between matrices, too.")
  var sequenceParallel = false

  @Option(help: expertFlag.help("How many devices share the experts, of those of --data and --context."))
  var expert = 1

  @Option(help: contextFlag.help("How many devices share each sequence."))
  var context = 1

  @Option(
    help: dataFlag.help("How many copies of the pipeline there are; as many as --expert needs if left out."))
  var data: Int?

  @Option(
    help: sequenceFlag.help("How many tokens a sequence has; 4096, or the model's positions, if left out."))
  var sequence: Int?

  @Option(help: sizeFlag.help("How many sequences make a microbatch."))
  var microbatchSize = 1

  @Option(help: microbatchesFlag.help("How many microbatches a step has; four per device if left out."))
  var microbatches: Int?

  @Option(help: devicesFlag.help("How many devices a pipeline has, those of --tensor and --context as one."))
  var devices = 1

  @Option(help: chunksFlag.help("How many stages each of them has, in a loop."))
  var chunks = 1

  @Option(
    help: ArgumentHelp(
      "What matrices are multiplied in: \(Precision.allCases.map(\.rawValue).joined(separator: ", ")).",
      valueName: "precision"))
  var precision = Precision.bfloat16

  @Option(
    help: ArgumentHelp(
      "Who holds the state of the optimizer: plain (every copy), distributed (shared) or fsdp (weights and gradients "
        + "shared, too).", valueName: "optimizer"))
  var optimizer = OptimizerState.Kind.distributed

  @Option(help: ArgumentHelp("The bits of a gradient as it is added up: 32 or 16.", valueName: "bits"))
  var gradients = GradientWidth.bits32

  @Option(
    help: ArgumentHelp(
      "How attention is worked out: flash (scores are never held) or eager.", valueName: "kernel"))
  var attention = AttentionKernel.flash

  func validate() throws {
    try Self.tensorFlag.check(tensor)
    try Self.expertFlag.check(expert)
    try Self.contextFlag.check(context)
    try Self.dataFlag.check(data)
    try Self.sequenceFlag.check(sequence)
    try Self.sizeFlag.check(microbatchSize)
    try Self.microbatchesFlag.check(microbatches)
    try Self.devicesFlag.check(devices)
    try Self.chunksFlag.check(chunks)
    let (stages, isTooMuch) = devices.multipliedReportingOverflow(by: chunks)
    guard !isTooMuch, ProblemRules.counts.contains(stages) else {
      throw ValidationError(
        "--chunks: expected at most \(ProblemRules.counts.upperBound) stages with --devices, found more")
    }
  }

  /// How a model is trained.
  ///
  /// - Throws: `Failure` or `FormatError` where the model cannot be cut so.
  func setup(of model: ModelShape, in file: InputFile) throws -> TrainingSetup {
    let usual = model.positions > 0 ? min(4096, Int(model.positions)) : 4096
    let setup = TrainingSetup(
      sequence: sequence ?? usual, tensor: tensor, isSequenceParallel: sequenceParallel, expert: expert,
      context: context, data: data ?? expert, microbatchSize: microbatchSize,
      microbatches: microbatches ?? min(4 * devices, ProblemRules.counts.upperBound), devices: devices,
      chunks: chunks, precision: precision,
      optimizer: OptimizerState(optimizer, gradientBytes: gradients.bytes), attention: attention)
    do throws(SetupError) {
      try setup.check(model)
    } catch {
      switch error {
      case .indivisible(.sequence, _, _, _): throw Failure(.usage, "--sequence: \(error)")
      case .expertsWithoutCopies: throw Failure(.usage, "--expert: \(error)")
      case .indivisible, .withoutExperts:
        throw ModelConfiguration.refusal(error, in: file.bytes, file: file.path.text)
      }
    }
    return setup
  }
}

/// How long a gradient is as it is added up.
enum GradientWidth: String, CaseIterable, ExpressibleByArgument {
  case bits32 = "32"
  case bits16 = "16"

  var bytes: Double { self == .bits32 ? 4 : 2 }
}

extension Precision: ExpressibleByArgument {}
extension OptimizerState.Kind: ExpressibleByArgument {}
extension AttentionKernel: ExpressibleByArgument {}
