import ArgumentParser
import PipelineModel

/// How layers are cut into stages, on the command line.
enum PartitionFlag: ExpressibleByArgument {
  /// As many layers on every stage as on any other.
  case equal
  /// The least largest work of a device.
  case balanced
  /// So many layers on each stage.
  case counts([Int])

  static let help = ArgumentHelp(
    "How the layers are cut into stages: equal, balanced (the largest work of a device is least), or how many each stage "
      + "has, such as 6,5,5.", valueName: "partition")

  /// Stages where layers are needed.
  static let withoutLayers = Failure(.badInput, "--partition: \(ProblemError.Reason.withoutLayers)")

  init?(argument: String) {
    switch argument {
    case "equal": self = .equal
    case "balanced": self = .balanced
    default:
      let counts = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
      guard counts.allSatisfy({ $0.map { $0 >= 0 } ?? false }) else { return nil }
      self = .counts(counts.compactMap { $0 })
    }
  }

  /// The problem with its layers cut so.
  ///
  /// - Throws: `Failure` where the layers cannot be cut so, or a device does not hold what it is given.
  func cut(_ problem: PartitionProblem) throws(Failure) -> Problem {
    let counts =
      switch self {
      case .equal: problem.equalCounts
      case .balanced: problem.balancedCounts
      case .counts(let counts): counts
      }
    do throws(ProblemError) { return try problem.cut(counts) } catch {
      // What a device holds is no fault of the flag alone.
      let place =
        error.key.steps.first == "partition" ? "--partition: \(error.reason)" : "--partition: \(error)"
      throw Failure(.badInput, place)
    }
  }
}
