extension GreedyScheduler {
  /// What a lane has going on. Small, as the loop copies it.
  struct LaneState: BitwiseCopyable {
    let growth: Double
    var inFlight: Int32 = 0
    /// Backward passes that could run as far as their `R` goes.
    var recomputed: Int32 = 0
    var cap = Int32.max
    let hasBackward: Bool
    /// How many visits there are, and of a lane without backward passes how many are still to run.
    let visitCount: Int32
    var left: Int32 = 0
  }

  /// What a device is, and what it is doing.
  struct DeviceState: BitwiseCopyable {
    let capacity: Double
    let optimizerStep: Double
    let work: Double
    /// Where its order begins, and how many of its operations are forwards and backwards.
    let orderStart: Int32
    let chainCount: Int32
    /// Its part of the list of lanes.
    let firstLane: Int32
    let endOfLanes: Int32

    var choice: GreedyParameters.DeviceChoice
    var freeAt = 0.0
    var held = 0.0
    var workLeft = 0.0
    /// The time from which its end counts.
    var begin = 0.0
    /// The operation before; -1 where there is none.
    var last: Int32 = -1
    var next: Int32 = 0
    /// Forwards and backwards left.
    var chainLeft: Int32 = 0
    /// `W` that could run.
    var backlog: Int32 = 0
    /// Whether the last but for `W` was a forward pass: those alternate, whatever fills the time between them.
    var lastWasForward = false

    @inline(__always)
    var lanes: Range<Int> { Int(firstLane)..<Int(endOfLanes) }
  }
}
