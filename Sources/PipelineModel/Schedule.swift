/// A problem with one word per device.
///
/// The words are the authority: times, memory and figures all follow from them.
public struct Schedule: Hashable, Sendable {
  /// The problem the words are for.
  public let problem: Problem
  /// The order of operations on each device.
  public let words: Words

  /// Joins words to their problem.
  ///
  /// - Precondition: there is one word per device.
  public init(problem: Problem, words: Words) {
    precondition(words.deviceCount == problem.deviceCount)
    self.problem = problem
    self.words = words
  }
}
