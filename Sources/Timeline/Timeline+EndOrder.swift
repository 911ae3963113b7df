extension Timeline {
  /// All positions by the end of their operations; of equal ends, what is waited for comes first.
  /// O(operations log operations).
  package var positionsByEnd: [Int] {
    var kernel = TimingKernel(lowered)
    var recorder = OrderRecorder(count: lowered.codes.count)
    _ = kernel.run(recording: &recorder)
    return ends.indices.sorted {
      ends[$0] != ends[$1] ? ends[$0] < ends[$1] : recorder.ranks[$0] < recorder.ranks[$1]
    }
  }
}

/// Keeps the place of every operation in the order of timing, by position.
private struct OrderRecorder: SweepRecorder {
  var ranks: [Int32]
  private var count: Int32 = 0

  init(count: Int) { ranks = Array(repeating: 0, count: count) }

  @inline(__always)
  mutating func record(_ times: OperationTimes) {
    ranks[times.position] = count
    count += 1
  }
}
