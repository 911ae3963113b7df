import ArgumentParser
import PipelineModel
import ScheduleFormats

/// The flags that describe a problem by themselves or change one that was read.
struct ProblemFlags: ParsableArguments {
  /// Help for a figure of the problem that flags describe by themselves.
  private static func shapeHelp(_ text: String) -> ArgumentHelp {
    Magnitude.help("\(text) Instead of PROBLEM.")
  }

  private static let devicesFlag = CountFlag(name: "--devices", range: ProblemRules.counts)
  private static let microbatchesFlag = CountFlag(name: "--microbatches", range: ProblemRules.counts)

  @Option(help: devicesFlag.help("The number of devices, each with one stage. Instead of PROBLEM."))
  var devices: Int?

  @Option(help: microbatchesFlag.help("The number of microbatches."))
  var microbatches: Int?

  @Option(help: shapeHelp("The duration of F on each stage; 1 if left out."))
  var forward: Magnitude?

  @Option(
    help: shapeHelp("The duration of B, the backward pass for the input; 1 if left out."))
  var backwardInput: Magnitude?

  @Option(
    help: shapeHelp("The duration of W, the backward pass for the weights; 1 if left out."))
  var backwardWeight: Magnitude?

  @Option(
    name: .customLong("activation-for-b"),
    help: shapeHelp("The memory held from the start of F to the end of B; 1 if left out."))
  var activationForB: Magnitude?

  @Option(
    name: .customLong("activation-for-w"),
    help: shapeHelp("The part of it held on to the end of W; half of it if left out."))
  var activationForW: Magnitude?

  @Option(help: shapeHelp("The memory each stage holds all the time; 0 if left out."))
  var `static`: Magnitude?

  @Option(help: Magnitude.help("The latency between any two devices."))
  var communication: Magnitude?

  @Option(help: Magnitude.help("The time each device takes after its last operation."))
  var optimizerStep: Magnitude?

  @Option(
    help: Magnitude.help(
      "The memory limit of every device, or a multiple of the largest peak of 1F1B, such as 0.75x.",
      valueName: "limit"))
  var memoryLimit: MemoryLimit?

  @Option(
    help: Magnitude.help(
      "The duration of an overlapped pair, as a multiple of the sum of its parts.", valueName: "factor",
      isFactor: true))
  var overlap: Magnitude?

  @OptionGroup
  var layout: LayoutFlags

  @Option(help: PartitionFlag.help)
  var partition: PartitionFlag?

  @OptionGroup
  var modes: ModeFlags

  /// The names of the built-in problems, for help and messages.
  static var presetNames: String { Preset.all.map(\.name).joined(separator: ", ") }

  /// The problem of a file, standard input, a preset or the flags alone, changed as the flags say.
  ///
  /// - Parameter arrangement: how `--chunks` places the chunks unless `--placement` says it.
  /// - Throws: `Failure` or `FormatError`; a figure that is wrong on its own is a usage error, one that the
  ///   problem cannot bear is bad input.
  func problem(_ path: FilePath?, chunksPlaced arrangement: Arrangement = .loop) throws -> Problem {
    let (base, flags) = try base(path, chunksPlaced: arrangement)
    let problem = try flags.finished(base, chunksPlaced: arrangement)
    Warnings.show(problem.suspiciousFigures, in: path)
    return problem
  }

  /// What `problem` gives, or the problem of a file whose routes or stages are still to be chosen.
  ///
  /// - Throws: as `problem` does, and where a flag would change a problem without routes.
  func contents(_ path: FilePath?) throws -> ProblemFile.Contents {
    guard let path, !shapeFlags.contains(where: \.isGiven) else { return .problem(try problem(path)) }
    let (loaded, flags) = try placed(Self.load(path), in: path)
    let contents = try flags.changed(loaded, in: path)
    Warnings.show(contents.suspiciousFigures, in: path)
    return contents
  }

  /// What a file holds, changed as the flags say.
  private func changed(_ contents: ProblemFile.Contents, in path: FilePath) throws -> ProblemFile.Contents {
    switch contents {
    case .problem(let problem):
      guard let partition, partition.isOpen else {
        return .problem(try finished(cutAnew(problem, chunksPlaced: .loop)))
      }
      guard problem.partition != nil else { throw PartitionFlag.withoutLayers }
      return try changed(.partitioning(PartitionProblem(problem)), in: path)
    case .partitioning(let open):
      let open = try changed(open, chunksPlaced: .loop)
      guard let partition, !partition.isOpen else {
        try layout.checkWithoutPartition()
        return .partitioning(try modes.apply(to: open))
      }
      return .problem(try finished(partition.cut(open)))
    case .choosing(let choice):
      let changed = try choice.mapped { alternative in
        var flags = self
        // In chunks, each lies as it did.
        if layout.chunks != nil { flags.layout.placement = alternative.placement == .v ? .v : .loop }
        switch try flags.changed(ProblemFile.Contents(alternative), in: path) {
        case .partitioning(let open): return .partitioning(open)
        case .problem(let problem): return .problem(problem)
        case .routing, .placing, .choosing: return alternative
        }
      }
      return .choosing(changed)
    case .routing, .placing:
      guard let flag = firstGiven else { return contents }
      throw Failure(
        .usage, "\(flag) changes a problem with routes: change the figure in '\(path.text)' instead")
    }
  }

  /// What a file holds under the placement of the flags, where it gives a choice, and the flags that are left.
  private func placed(
    _ contents: ProblemFile.Contents, in path: FilePath
  ) throws(Failure) -> (contents: ProblemFile.Contents, flags: ProblemFlags) {
    guard case .choosing(let choice) = contents, let name = layout.placement?.rawValue else {
      return (contents, self)
    }
    guard let alternative = choice.alternatives.first(where: { $0.placement.name == name }) else {
      throw Failure(
        .badInput,
        "--placement: expected one of \(choice.names.joined(separator: ", ")) for \(path.inputName), found \(name)"
      )
    }
    var flags = self
    if layout.chunks == nil { flags.layout.placement = nil }
    return (ProblemFile.Contents(alternative), flags)
  }

  /// The problem as the file gives it, changed by no flags but those that cut its layers, and the flags that are left.
  private func base(
    _ path: FilePath?, chunksPlaced arrangement: Arrangement
  ) throws -> (problem: Problem, flags: ProblemFlags) {
    guard let path else {
      guard partition == nil else { throw PartitionFlag.withoutLayers }
      return (try fromFlags(), self)
    }
    if let flag = shapeFlags.first(where: \.isGiven)?.name {
      throw Failure(
        .usage,
        "\(flag) describes a problem by itself: leave '\(path.text)' out, or change the figure there")
    }
    let (contents, flags) = try placed(Self.load(path), in: path)
    switch contents {
    case .problem(let problem): return (try flags.cutAnew(problem, chunksPlaced: arrangement), flags)
    case .partitioning(let open):
      guard let partition else {
        throw Failure(
          .badInput, "\(FormatError(.missingPartition, file: path.text)); --partition balanced does, too")
      }
      return (try partition.cut(flags.changed(open, chunksPlaced: arrangement)), flags)
    case .routing, .placing: throw FormatError(.missingRoutes, file: path.text)
    case .choosing(let choice):
      throw Failure(
        .badInput,
        "\(FormatError(.openPlacement(choice.choices), file: path.text)); --placement \(choice.names[0]) does, too"
      )
    }
  }

  /// The problem with as many microbatches as the flags say, and with its layers cut as they say.
  private func cutAnew(_ problem: Problem, chunksPlaced arrangement: Arrangement) throws -> Problem {
    guard let partition else { return try counted(problem) }
    guard problem.partition != nil else { throw PartitionFlag.withoutLayers }
    return try partition.cut(changed(PartitionProblem(problem), chunksPlaced: arrangement))
  }

  /// Layers that are still to be cut, with everything else as the flags say.
  private func changed(_ open: PartitionProblem, chunksPlaced arrangement: Arrangement) throws
    -> PartitionProblem
  {
    var open = try open.mapped { try changed(counted($0)) }
    if layout.placement != .bidirectional, let chunks = layout.chunks {
      do throws(ProblemError) {
        open = try open.arranged(
          (layout.placement ?? arrangement) == .v ? .v : .loop, stageCount: chunks * open.devices.count)
      } catch {
        throw Failure(.badInput, "--chunks: \(error.reason)")
      }
    }
    guard let memoryLimit else { return open }
    // What 1F1B holds depends on the partition: multiples are of what it holds in the one that is balanced.
    let free = open.withoutMemoryLimits
    let size = try memoryLimit.size(for: free.cut(free.balancedCounts))
    return open.with(memoryLimits: open.devices.map { _ in size })
  }

  private func finished(
    _ problem: Problem, chunksPlaced arrangement: Arrangement = .loop
  ) throws -> Problem {
    let whole = try changed(problem)
    // Layers that were cut anew are in chunks already.
    let isLaidOut = partition != nil && layout.placement != .bidirectional && layout.pieces == nil
    let arranged = try modes.apply(to: isLaidOut ? whole : layout.arrange(whole, chunksPlaced: arrangement))
    // 1F1B is a schedule of the problem as it was given: what it holds does not depend on the arrangement.
    return try limited(arranged, by: memoryLimit?.size(for: whole))
  }

  /// The problem as it is given, without another layout, and the memory limit that the flags set.
  func plainProblem(_ path: FilePath?) throws -> (problem: Problem, memoryLimit: Double?) {
    let (base, flags) = try base(path, chunksPlaced: .loop)
    let whole = try flags.changed(base)
    Warnings.show(whole.suspiciousFigures, in: path)
    return (try modes.apply(to: whole), memoryLimit?.size(for: whole))
  }

  /// The first of these flags that was given, if any.
  var firstGiven: String? {
    let changes = [
      ("--microbatches", microbatches != nil), ("--communication", communication != nil),
      ("--optimizer-step", optimizerStep != nil), ("--memory-limit", memoryLimit != nil),
      ("--overlap", overlap != nil),
    ]
    return (shapeFlags + changes).first(where: \.1)?.0 ?? layout.firstGiven ?? modes.firstGiven
      ?? (partition == nil ? nil : "--partition")
  }

  private func changed(_ problem: Problem) throws -> Problem {
    // A flag's limit stands for the file's from the start: what the flags of modes ask for has to fit it alone.
    var problem = memoryLimit == nil ? problem : problem.withoutMemoryLimits
    if let communication { problem = try problem.with(communication: .uniform(communication.value)) }
    if let optimizerStep { problem = try problem.with(optimizerStep: optimizerStep.value) }
    if let overlap {
      do throws(ProblemError) {
        problem = try problem.with(overlap: Overlap(forwardBackward: overlap.value))
      } catch {
        throw Failure(.usage, "--overlap: \(error.reason)")
      }
    }
    return problem
  }

  private func limited(_ problem: Problem, by limit: Double?) throws -> Problem {
    guard let limit else { return problem }
    do throws(ProblemError) {
      return try problem.with(memoryLimit: limit)
    } catch {
      throw Failure(.badInput, "--memory-limit: \(error.reason)")
    }
  }

  /// The problem with as many microbatches as the flags say.
  private func counted(_ problem: Problem) throws -> Problem {
    guard let microbatches else { return problem }
    return try usage { () throws(ProblemError) in try problem.with(microbatchCount: microbatches) }
  }
}
