import Foundation
import Testing

/// The exit statuses that scripts may rely on.
enum Status {
  static let success: Int32 = 0
  static let violations: Int32 = 1
  static let usage: Int32 = 64
  static let badInput: Int32 = 65
  static let missingInput: Int32 = 66
  static let missingComponent: Int32 = 69
  static let defect: Int32 = 70
  static let inputOutput: Int32 = 74
}

extension Program.Outcome {
  /// Expects an end of its own, with a status.
  func expect(_ status: Int32, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(!ranOutOfTime, "the program ran out of time", sourceLocation: sourceLocation)
    #expect(!diedBySignal, "died by signal \(self.status): \(errors)", sourceLocation: sourceLocation)
    #expect(self.status == status, "\(errors)", sourceLocation: sourceLocation)
  }

  /// Expects success and nothing on standard error.
  func expectSuccess(sourceLocation: SourceLocation = #_sourceLocation) {
    expect(Status.success, sourceLocation: sourceLocation)
    #expect(errors.isEmpty, sourceLocation: sourceLocation)
  }

  /// Expects one line on standard error that holds all the given texts, and nothing on standard output.
  func expectRefusal(
    _ status: Int32, naming texts: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    expect(status, sourceLocation: sourceLocation)
    #expect(output.isEmpty, sourceLocation: sourceLocation)
    #expect(
      errors.hasPrefix("pipeloom: ") && errors.hasSuffix("\n"), "\(errors)", sourceLocation: sourceLocation)
    #expect(errors.utf8.count(where: { $0 == 0x0A }) == 1, "\(errors)", sourceLocation: sourceLocation)
    #expect(errors.utf8.count < 1000, "\(errors)", sourceLocation: sourceLocation)
    for text in texts {
      #expect(errors.contains(text), "expected '\(text)' in: \(errors)", sourceLocation: sourceLocation)
    }
  }

  /// Expects the argument parser's complaint: an error, then the command's usage.
  func expectUsage(naming texts: [String] = [], sourceLocation: SourceLocation = #_sourceLocation) {
    expect(Status.usage, sourceLocation: sourceLocation)
    #expect(output.isEmpty, sourceLocation: sourceLocation)
    #expect(errors.hasPrefix("Error: ") && errors.contains("Usage: pipeloom"), sourceLocation: sourceLocation)
    for text in texts {
      #expect(errors.contains(text), "expected '\(text)' in: \(errors)", sourceLocation: sourceLocation)
    }
  }

  /// The output as an object of JSON.
  func object(sourceLocation: SourceLocation = #_sourceLocation) throws -> [String: Any] {
    try #require(
      try JSONSerialization.jsonObject(with: output) as? [String: Any], sourceLocation: sourceLocation)
  }

  /// The output as a list of objects of JSON.
  func objects(sourceLocation: SourceLocation = #_sourceLocation) throws -> [[String: Any]] {
    try #require(
      try JSONSerialization.jsonObject(with: output) as? [[String: Any]], sourceLocation: sourceLocation)
  }
}
