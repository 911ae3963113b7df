import ArgumentParser
import PipelineModel

/// The flags that lay a sequential problem out anew.
struct LayoutFlags: ParsableArguments {
  private static let chunksFlag = CountFlag(name: "--chunks", range: ProblemRules.counts)
  private static let piecesFlag = CountFlag(name: "--pieces", range: ProblemRules.counts)

  @Option(
    help: chunksFlag.help(
      "In how many equal chunks each stage of a sequential problem is cut; its devices then host as many."))
  var chunks: Int?

  @Option(
    help: ArgumentHelp(
      "Where a sequential problem's chunks go: loop, v or bidirectional (two copies of the model, from both ends).",
      valueName: "placement"))
  var placement: Arrangement?

  @Option(help: piecesFlag.help("In how many equal pieces each sequence of a sequential problem is cut."))
  var pieces: Int?

  /// The first of these flags that was given, if any.
  var firstGiven: String? {
    let flags = [
      ("--chunks", chunks != nil), ("--pieces", pieces != nil), ("--placement", placement != nil),
    ]
    return flags.first(where: \.1)?.0
  }

  func validate() throws {
    try Self.chunksFlag.check(chunks)
    try Self.piecesFlag.check(pieces)
  }

  /// The problem laid out as the flags say.
  ///
  /// - Throws: `Failure` naming the flag that the problem does not suit.
  func arrange(_ problem: Problem, chunksPlaced arrangement: Arrangement) throws(Failure) -> Problem {
    if pieces != nil, chunks != nil || placement != nil {
      throw Failure(.usage, "--pieces: pieces run through whole stages; leave --chunks and --placement out")
    }
    if let placement, placement != .bidirectional, chunks == nil {
      throw Failure(.usage, "--placement \(placement.rawValue): expected --chunks with it, found none")
    }
    do throws(ProblemError) {
      if let pieces { return try problem.cut(intoPieces: pieces) }
      guard chunks != nil || placement != nil else { return problem }
      return try problem.arranged(placement ?? arrangement, chunks: chunks ?? 1)
    } catch {
      throw Failure(.badInput, "\(flag(for: error)): \(error.reason)")
    }
  }

  /// Refuses what lays whole stages out where there are none yet.
  func checkWithoutPartition() throws(Failure) {
    let flags = [("--pieces", pieces != nil), ("--placement bidirectional", placement == .bidirectional)]
    guard let flag = flags.first(where: \.1)?.0 else { return }
    throw Failure(
      .usage, "\(flag): it lays out stages, and the layers are still to be cut; name a --partition")
  }

  private func flag(for error: ProblemError) -> String {
    if pieces != nil { return "--pieces" }
    return error.key == ["chunks"] || placement == nil ? "--chunks" : "--placement"
  }
}

extension Arrangement: ExpressibleByArgument {}
