import PipelineModel

/// Choices of modes that are dealt out to the microbatches in turn.
enum ModeDeals {
  /// Two choices, each given to a quarter, half or three quarters of the microbatches.
  static func pairs(of choices: [ModeChoice]) -> [ModeChoice] {
    choices.indices.flatMap { index in
      choices[..<index].flatMap { first in
        quarters.map { share in
          ModeChoice(
            first.indexes.indices.map { turn in
              let other = (turn + 1) * share / 4 > turn * share / 4
              return (other ? choices[index] : first).list(of: turn)
            })
        }
      }
    }
  }

  private static let quarters = 1...3

  /// So many microbatches in each mode of each stage, those of one mode spread over the batch.
  static func dealing(_ counts: [[Double]], to microbatchCount: Int) -> ModeChoice {
    let perStage = counts.map { counts -> [Int] in
      var dealt = [Double](repeating: 0, count: counts.count)
      return (1...microbatchCount).map { turn in
        // The mode that is furthest behind its share.
        let behind = counts.indices.map { counts[$0] * Double(turn) / Double(microbatchCount) - dealt[$0] }
        let mode = behind.indices.max { (behind[$0], -$0) < (behind[$1], -$1) } ?? 0
        dealt[mode] += 1
        return mode
      }
    }
    return ModeChoice((0..<microbatchCount).map { microbatch in perStage.map { $0[microbatch] } })
  }
}
