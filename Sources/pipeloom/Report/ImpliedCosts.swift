import PipelineModel

extension Problem {
  /// What a file without costs was taken to say, in one line.
  var impliedCosts: String {
    let kinds = Operation.Kind.allCases.filter { kind in
      kind != .backward && stages.contains { $0.duration(of: kind) != nil }
    }
    let map =
      switch placement {
      case .sequential: "one on each"
      case .loop: "placed as a loop"
      case .v: "placed as a V"
      case .explicit: "placed as in the file"
      }
    return "Without --problem: \(kinds.map(\.symbol).joined(separator: ", ")) take 1 each; "
      + "\(stageCount.counted("stage")) on \(deviceCount.counted("rank")), \(map); "
      + "\(microbatchCount.counted("microbatch", "microbatches"))"
  }
}
