import OperationGraph

/// What follows the last operation of each device until the end of a frame, in grid steps: optimizer steps, those of
/// devices that wait for it behind a barrier, and the tail.
struct FrameEnd {
  /// To the end of all devices.
  private let toEnd: [Double]
  /// From the last end of a device, or of one that it waits for, to its own end.
  private let own: [Double]
  /// The number of the group in which each device waits; -1 for one that waits for nobody.
  private let groups: [Int]

  init(_ end: IterationEnd, isActive: [Bool]) {
    toEnd = end.stepsOfMakespan(isActive: isActive).map { $0 + end.tail }
    own = end.optimizerSteps.map { $0 + end.tail }
    var groups = [Int](repeating: -1, count: isActive.count)
    for (number, group) in end.groups.enumerated() { for device in group { groups[device] = number } }
    self.groups = groups
  }

  /// What follows a device's last operation; minus infinity where nothing leads to the end.
  ///
  /// - Parameter sink: the device whose end counts; `nil` for the makespan.
  func rest(after device: Int, to sink: Int?) -> Double {
    guard let sink else { return toEnd[device] }
    return device == sink || (groups[device] >= 0 && groups[device] == groups[sink]) ? own[sink] : -.infinity
  }
}
