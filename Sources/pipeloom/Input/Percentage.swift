import ArgumentParser
import PipelineModel

/// A part of a whole on the command line: `0.5%`.
struct Percentage: Hashable, ExpressibleByArgument {
  /// As a fraction of one.
  let value: Double

  init?(argument: String) {
    guard argument.hasSuffix("%"), let number = Magnitude(argument: String(argument.dropLast())) else {
      return nil
    }
    value = number.value / 100
  }
}
