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
  /// As a search chooses.
  case open

  static let help = ArgumentHelp(
    "How the layers are cut into stages: equal, balanced (the largest work of a device is least), how many each stage "
      + "has, such as 6,5,5, or open, as search chooses.", valueName: "partition")

  /// Stages where layers are needed.
  static let withoutLayers = Failure(.badInput, "--partition: \(ProblemError.Reason.withoutLayers)")

  init?(argument: String) {
    switch argument {
    case "equal": self = .equal
    case "balanced": self = .balanced
    case "open": self = .open
    default:
      let counts = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
      guard counts.allSatisfy({ $0.map { $0 >= 0 } ?? false }) else { return nil }
      self = .counts(counts.compactMap { $0 })
    }
  }

  /// Whether the layers are still to be cut.
  var isOpen: Bool { if case .open = self { true } else { false } }

  /// How many layers each stage has.
  ///
  /// - Throws: `Failure` where a search is to choose.
  func counts(of problem: PartitionProblem) throws(Failure) -> [Int] {
    switch self {
    case .equal: return problem.equalCounts
    case .balanced: return problem.balancedCounts
    case .counts(let counts): return counts
    case .open:
      throw Failure(
        .usage, "--partition: expected equal, balanced or counts, found open: search alone cuts layers")
    }
  }

  /// The problem with its layers cut so.
  ///
  /// - Throws: `Failure` where the layers cannot be cut so, or a device does not hold what it is given.
  func cut(_ problem: PartitionProblem) throws(Failure) -> Problem {
    let counts = try counts(of: problem)
    do throws(ProblemError) { return try problem.cut(counts) } catch {
      // What a device holds is no fault of the flag alone.
      let place =
        error.key.steps.first == "partition" ? "--partition: \(error.reason)" : "--partition: \(error)"
      throw Failure(.badInput, place)
    }
  }
}
