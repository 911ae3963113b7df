import ArgumentParser
import PipelineModel

/// The flags that say in which modes stages run.
struct ModeFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Run every stage that has modes in the one of this name, and in no other; plain is the stage itself.",
      valueName: "name"))
  var modes: String?

  @Option(
    help: ArgumentHelp(
      "Among what search chooses modes: one per stage, one per microbatch and stage, or one name for the problem.",
      valueName: "extent"))
  var modesPer: Mode.Extent?

  /// The first of these flags that was given, if any.
  var firstGiven: String? { modes != nil ? "--modes" : modesPer != nil ? "--modes-per" : nil }

  /// The problem with its modes as the flags say.
  ///
  /// - Throws: `Failure` where no stage has modes, or one has none of that name.
  func apply(to problem: Problem) throws -> Problem {
    guard let flag = firstGiven else { return problem }
    guard problem.hasModes else {
      throw Failure(.badInput, "\(flag): expected a problem whose stages have modes, found none")
    }
    do throws(ProblemError) {
      var problem = problem
      if let modesPer { problem = try problem.with(modesPer: modesPer) }
      if let modes { problem = try problem.inMode(named: modes) }
      return problem
    } catch {
      throw Failure(.badInput, "\(flag): \(error)")
    }
  }

  /// Layers that are still to be cut, with their modes as the flags say.
  ///
  /// - Throws: `Failure` where no layer has modes, or none of that name.
  func apply(to problem: PartitionProblem) throws -> PartitionProblem {
    guard let flag = firstGiven else { return problem }
    guard problem.hasModes else {
      throw Failure(.badInput, "\(flag): expected a problem whose layers have modes, found none")
    }
    do throws(ProblemError) {
      var problem = problem
      if let modesPer { problem = problem.with(modesPer: modesPer) }
      if let modes { problem = try problem.inMode(named: modes) }
      return problem
    } catch {
      throw Failure(.badInput, "\(flag): \(error)")
    }
  }

  func validate() throws {
    guard modes != nil, modesPer != nil else { return }
    throw ValidationError("--modes-per: with --modes there is nothing to choose; leave one of them out")
  }
}

extension Mode.Extent: ExpressibleByArgument {}
