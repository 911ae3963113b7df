import ArgumentParser
import ModelCosts
import PipelineModel
import ScheduleFamilies
import ScheduleFormats
import Timeline

/// The flags that hold an estimate to a measurement.
struct CalibrationFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Fit the times of layers to the measured stages of this problem, as import makes it of traces; they must differ in "
        + "their numbers of layers.", valueName: "problem"))
  var profile: FilePath?

  @Option(
    help: ArgumentHelp(
      "With --profile: how many transformer layers each of its stages has, such as 3,4,4,3; what the names of its layers "
        + "say if left out.", valueName: "counts"))
  var profileLayers: LayerCounts?

  @Option(
    help: Magnitude.help(
      "Multiply all times so that a run of the same setup takes as many milliseconds per iteration as were measured.",
      valueName: "ms", isFactor: true))
  var measured: Magnitude?

  @Option(help: ArgumentHelp("With --measured: the family that the run ran.", valueName: "family"))
  var measuredFamily = "1f1b"

  @Option(
    help: ArgumentHelp(
      "With --measured: how the run's layers were cut into stages: equal, balanced, or how many each stage had, embedding, "
        + "norm and head counted.", valueName: "partition"))
  var measuredPartition: PartitionFlag?

  /// The first of these flags that was given, if any.
  var firstGiven: String? {
    let flags = [("--profile", profile != nil), ("--measured", measured != nil)]
    return flags.first(where: \.1)?.0
  }

  func validate() throws {
    if profile != nil, measured != nil {
      throw ValidationError("expected --profile or --measured, found both")
    }
    if profileLayers != nil, profile == nil {
      throw ValidationError("--profile-layers: expected --profile beside it, found none")
    }
    if measuredPartition != nil, measured == nil {
      throw ValidationError("--measured-partition: expected --measured beside it, found none")
    }
  }

  /// What was measured, if anything.
  ///
  /// - Throws: `Failure`, or what the modules say of a file that does not tell.
  func calibration(of estimate: Estimate) throws -> Calibration {
    if let profile { return .profile(try fits(profile, estimate)) }
    guard let measured else { return .none }
    let family = try Families.named(measuredFamily)
    let problem = try measuredProblem(estimate.problem(named: "").withoutMemoryLimits)
    try MemoryForecast.check(.timing, operations: problem.operationCount, in: nil)
    let orders = try family.orders(for: problem, parameters: FamilyParameters())
    let makespan = try Timeline(Schedule(problem: problem, orders: orders)).summary.makespan
    return .run(measured: measured.value / 1e3, estimated: makespan / 1e3)
  }

  /// The estimate with its layers cut as the measured run had them.
  private func measuredProblem(_ open: PartitionProblem) throws(Failure) -> Problem {
    let counts = try (measuredPartition ?? .equal).counts(of: open)
    do throws(ProblemError) { return try open.cut(counts) } catch {
      throw Failure(.badInput, "--measured-partition: \(error)")
    }
  }

  private func fits(_ path: FilePath, _ estimate: Estimate) throws -> LayerFits {
    let problem = try ProblemFlags.read(path)
    guard let unit = TimeUnit(rawValue: problem.units.time) else {
      throw FormatError(
        .expected(
          "a unit of time (\(TimeUnit.allCases.map(\.rawValue).joined(separator: ", ")))",
          found: problem.units.time.quoted), file: path.text, key: ["units", "time"])
    }
    let counts = try profileLayers?.counts ?? namedLayers(of: problem, in: path)
    guard counts.count == problem.stageCount else {
      throw Failure(
        .badInput,
        "--profile-layers: expected a count for each of the \(problem.stageCount.counted("stage")) of "
          + "\(path.inputName), found \(counts.count)")
    }
    let stages = MeasuredStages(
      problem, layers: counts, seconds: unit.convert(1, to: .seconds), estimate)
    do throws(LayerFitError) {
      return try LayerFits(
        stages.samples, estimated: estimate.averageLayer,
        layersPerStage: Double(estimate.model.layerCount) / Double(estimate.setup.stages))
    } catch {
      throw Failure(.badInput, "\(path.inputName): stages: \(error)")
    }
  }

  private func namedLayers(of problem: Problem, in path: FilePath) throws(FormatError) -> [Int] {
    guard let counts = problem.namedLayerCounts else {
      throw FormatError(
        .expected("the names of the layers of each stage, or --profile-layers", found: "none"),
        file: path.text, key: ["stages"])
    }
    return counts
  }
}

/// Numbers of layers on the command line: `3,4,4,3`.
struct LayerCounts: ExpressibleByArgument {
  let counts: [Int]

  init?(argument: String) {
    let counts = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard counts.allSatisfy({ $0.map { (0...65_536).contains($0) } ?? false }) else { return nil }
    self.counts = counts.compactMap { $0 }
  }
}

extension Problem {
  /// How many transformer layers each stage names; `nil` where one names none.
  fileprivate var namedLayerCounts: [Int]? {
    let counts = stages.map { stage in
      stage.layers?.count { if case .transformer? = LayerName($0).role { true } else { false } }
    }
    return counts.contains { $0 == nil } ? nil : counts.compactMap { $0 }
  }
}
