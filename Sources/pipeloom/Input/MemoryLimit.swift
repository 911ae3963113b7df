import ArgumentParser
import PipelineModel
import ScheduleFamilies

/// A memory limit on the command line: a size, or a multiple of 1F1B's peak such as `0.75x`.
enum MemoryLimit: ExpressibleByArgument {
  case size(Double)
  case multiple(Double)

  init?(argument: String) {
    let isMultiple = argument.hasSuffix("x")
    guard let number = Magnitude(argument: isMultiple ? String(argument.dropLast()) : argument) else {
      return nil
    }
    self = isMultiple ? .multiple(number.value) : .size(number.value)
  }

  /// The limit in the problem's memory unit.
  func size(for problem: Problem) -> Double {
    switch self {
    case .size(let size): size
    case .multiple(let factor): factor * problem.peakOfOneForwardOneBackward
    }
  }
}
