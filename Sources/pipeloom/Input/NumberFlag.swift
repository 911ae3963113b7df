import ArgumentParser
import PipelineModel

/// A whole number on the command line: its help and its refusal tell its range alike.
struct CountFlag {
  /// The name, with its dashes.
  let name: String
  let range: ClosedRange<Int>

  /// Help that ends with the range.
  func help(_ text: String, valueName: String = "count") -> ArgumentHelp {
    ArgumentHelp("\(text) From \(range.lowerBound) to \(range.upperBound).", valueName: valueName)
  }

  /// Refuses a number out of range.
  func check(_ number: Int?) throws {
    guard let number, !range.contains(number) else { return }
    throw ValidationError(
      "\(name): expected a count from \(range.lowerBound) to \(range.upperBound), found \(number)")
  }
}

/// A number on the command line that is a duration, a memory size or a factor: what a problem may hold.
struct Magnitude: ExpressibleByArgument {
  let value: Double

  init(value: Double) { self.value = value }

  init?(argument: String) {
    // `Double` reads hexadecimal digits, infinities and what is no number as well.
    guard argument.utf8.allSatisfy(Self.marks.contains), let value = Double(argument),
      (try? ProblemRules.checkMagnitude(value, key: [])) != nil
    else { return nil }
    self.value = value
  }

  private static let marks = Set("0123456789.+-eE".utf8)

  var defaultValueDescription: String { value.short }

  /// Help that ends with the range.
  ///
  /// - Parameter isFactor: whether 0 is none.
  static func help(_ text: String, valueName: String? = nil, isFactor: Bool = false) -> ArgumentHelp {
    let range = "\(ProblemRules.smallestNumberText) to \(ProblemRules.largestNumberText)"
    return ArgumentHelp("\(text) \(isFactor ? "From" : "0, or from") \(range).", valueName: valueName)
  }
}

/// How many seconds something may take.
struct TimeLimit: ExpressibleByArgument {
  /// A year: longer than any batch system lets a program run.
  private static let range = 0...31_536_000.0

  let seconds: Double

  init?(argument: String) {
    guard let seconds = Magnitude(argument: argument)?.value, Self.range.contains(seconds) else { return nil }
    self.seconds = seconds
  }

  /// Help that ends with the range.
  static func help(_ text: String) -> ArgumentHelp {
    ArgumentHelp("\(text) From 0 to \(range.upperBound.plain).", valueName: "seconds")
  }
}
