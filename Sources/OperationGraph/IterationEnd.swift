import PipelineModel

/// What follows the last operations of an iteration: barriers, optimizer steps and the tail, in grid steps.
package struct IterationEnd: Sendable {
  /// The optimizer step of each device.
  package let optimizerSteps: [Double]
  /// The devices that wait for each other before their optimizer steps, group by group.
  package let groups: [[Int]]
  /// After the last end of all.
  package let tail: Double
  private let barrier: Barrier

  init(of problem: Problem, on grid: DecimalGrid) {
    optimizerSteps = problem.devices.map { grid.steps($0.optimizerStep) }
    groups = problem.barrier.groups(deviceCount: problem.deviceCount).map { $0.map(\.index) }
    tail = grid.steps(problem.tail)
    barrier = problem.barrier
  }

  /// When each device begins its optimizer step, and the device whose last operation it waits for.
  ///
  /// - Parameter lastEnds: per device; `nil` for one without operations.
  /// - Complexity: O(devices).
  package func stepStarts(after lastEnds: [Double?]) -> [(time: Double, device: Int)?] {
    var starts = lastEnds.enumerated().map { device, end in end.map { (time: $0, device: device) } }
    for group in groups {
      guard
        let last = group.compactMap({ starts[$0] }).max(by: { ($0.time, $1.device) < ($1.time, $0.device) })
      else { continue }
      for device in group where starts[device] != nil { starts[device] = last }
    }
    return starts
  }

  /// When each device is done, by the ends of its last operations; `nil` for one without operations. O(devices).
  package func ends(after lastEnds: [Double?]) -> [Double?] {
    zip(stepStarts(after: lastEnds), optimizerSteps).map { start, step in start.map { $0.time + step } }
  }

  /// Per device, how long after its last operation the last of those that wait for it is done: for the makespan, what
  /// an optimizer step is without barriers.
  ///
  /// - Parameter isActive: whether each device has operations.
  package func stepsOfMakespan(isActive: [Bool]) -> [Double] {
    barrier.longestSteps(optimizerSteps, isActive: isActive)
  }
}
