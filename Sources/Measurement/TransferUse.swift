import PipelineModel

/// What collectives, sends and copies of one name took beside the operations of one stage.
public struct TransferUse: Hashable, Sendable {
  /// The stage.
  public let stage: Int
  /// What they are called.
  public let name: String
  /// How long they took.
  public let spread: Spread

  /// Sums up the transfers of ranks by stage and name; those of no stage that is known belong to that of the
  /// operation that ran or had run last.
  static func uses(in ranks: [MeasuredRank]) -> [TransferUse] {
    struct Key: Hashable {
      var stage: Int
      var name: String
    }
    var times: [Key: [Double]] = [:]
    for rank in ranks {
      guard let begin = rank.steps.first?.start,
        let end = rank.steps.last.map({ max($0.end, $0.optimizerEnd ?? $0.end) })
      else { continue }
      let operations = rank.steps.flatMap(\.operations)
      var next = 0
      for transfer in rank.recording.transfers.sorted(by: { $0.span.start < $1.span.start })
      where transfer.span.end >= begin && transfer.span.start <= end {
        while next < operations.count, operations[next].span.start <= transfer.span.start { next += 1 }
        let running = operations[max(0, next - 1)].operation.stage.index
        let stage = transfer.stage.flatMap { rank.stages.contains($0) ? $0 : nil } ?? running
        times[Key(stage: stage, name: transfer.name), default: []].append(transfer.span.duration)
      }
    }
    return times.compactMap { key, times in
      Spread(times: times).map { TransferUse(stage: key.stage, name: key.name, spread: $0) }
    }.sorted { ($0.stage, $0.name) < ($1.stage, $1.name) }
  }
}
