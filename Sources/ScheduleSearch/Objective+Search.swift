import OperationGraph
import PipelineModel
import Timeline

/// What the objectives differ in, as far as a search goes: how time is counted, and all that follows from it.
extension Objective {
  /// Whether a device's time counts from its own first start, as iterations follow each other; otherwise from the
  /// first start of all.
  ///
  /// Devices may then be released at different times, and nothing that comes before on another device counts.
  var countsFromOwnStart: Bool {
    switch self {
    case .makespan: false
    case .period: true
    }
  }

  /// The value of the orders that a kernel holds, in grid steps; `nil` where they cannot run.
  ///
  /// - Parameters:
  ///   - devices: those that have operations.
  ///   - steps: what follows the last operation of each device in a makespan.
  @inline(__always)
  func value(
    in kernel: inout TimingKernel, busy devices: [Int], end: IterationEnd, stepsOfMakespan steps: [Double]
  ) -> Double? {
    guard kernel.run() else { return nil }
    if countsFromOwnStart { return kernel.period(lowerBound: 0, end: end) + end.tail }
    return devices.reduce(0) { max($0, kernel.clocks[$1] + steps[$1]) } + end.tail
  }
}
