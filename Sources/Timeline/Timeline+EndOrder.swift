extension Timeline {
  /// All positions by the end of their operations; of equal ends, what is waited for comes first.
  /// O(operations log operations).
  package var positionsByEnd: [Int] {
    let places = placesInTiming
    return ends.indices.sorted { (ends[$0], places[$0]) < (ends[$1], places[$1]) }
  }

  /// By position, the place of each operation in an order in which what is waited for comes first. O(operations).
  package var placesInTiming: [Int32] {
    var kernel = TimingKernel(lowered)
    var recorder = OrderRecorder(count: lowered.codes.count)
    _ = kernel.run(recording: &recorder)
    return recorder.places
  }
}

/// Keeps the place of every operation in the order of timing, by position.
private struct OrderRecorder: SweepRecorder {
  var places: [Int32]
  private var count: Int32 = 0

  init(count: Int) { places = Array(repeating: 0, count: count) }

  @inline(__always)
  mutating func record(_ times: OperationTimes) {
    places[times.position] = count
    count += 1
  }
}
