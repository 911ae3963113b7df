import ArgumentParser
import PipelineModel

/// How commands take their problem: a file, a preset or flags, with a few flags that change what was read.
struct ProblemOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "The problem: a file, '-' for standard input, or a preset. Leave it out to give the problem by flags.",
      valueName: "problem"))
  var problem: FilePath?

  @OptionGroup
  var flags: ProblemFlags

  /// The problem that the arguments describe.
  ///
  /// - Parameter arrangement: how `--chunks` places the chunks unless `--placement` says it.
  /// - Throws: `Failure` or `FormatError`; a figure that is wrong on its own is a usage error, one that the
  ///   problem cannot bear is bad input.
  func resolve(chunksPlaced arrangement: Arrangement = .loop) throws -> Problem {
    try flags.problem(problem, chunksPlaced: arrangement)
  }
}
