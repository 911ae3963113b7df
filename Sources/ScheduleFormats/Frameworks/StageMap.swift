import PipelineModel

/// The maps from stages to ranks that frameworks know by name.
enum StageMap: Hashable {
  /// Stage s alone on rank s.
  case single
  /// Stage s on rank s mod P, the same number on every rank.
  case loop
  /// Back and forth, the same number on every rank.
  case v

  /// The schedule of PyTorch for which trainers choose the map; of a V, with two stages on every rank.
  var scheduleName: String {
    switch self {
    case .single: "1F1B"
    case .loop: "Interleaved1F1B"
    case .v: "ZBVZeroBubble"
    }
  }
}

extension Problem {
  /// The map that the problem's hosts follow, however its placement is written; `nil` for any other. O(stages).
  var stageMap: StageMap? {
    let ranks = hosts.map { $0.count == 1 ? $0[0] : nil }
    func follows(_ placement: Placement) -> Bool {
      ranks == placement.hosts(stageCount: stageCount, deviceCount: deviceCount).map { $0.first }
    }
    guard stageCount.isMultiple(of: deviceCount) else { return nil }
    if follows(.loop) { return stageCount == deviceCount ? .single : .loop }
    return follows(.v) ? .v : nil
  }
}
