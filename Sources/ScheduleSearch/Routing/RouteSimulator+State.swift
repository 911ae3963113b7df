/// What a run knows of steps and devices.
extension RouteSimulator {
  /// A piece of work in the order in which a device starts it.
  struct Start {
    var microbatch: Int32
    var step: Int16
    var isWeight: Bool
  }

  /// A step's place and costs.
  struct Step: BitwiseCopyable {
    var device: Int32
    /// -1 for the head's.
    var lane: Int32
    var duration: Double
    /// From the end until the next step's device has the result.
    var latency: Double
    /// The unobstructed time from this step's start to the end of the way.
    var rest = 0.0
    /// `-rest` in instants: the longest way left goes first.
    var turn = 0.0
    var isForward: Bool
    /// Memory taken at the start, given back at the end and, where it is a `B`, kept on for `W`.
    var growth: Double
    var release: Double
    var weight: Double
    var kept: Double
  }

  /// A step that waits for its device, in a list of all that do.
  struct Waiting: BitwiseCopyable {
    var key = 0.0
    /// The memory it needs to start.
    var growth = 0.0
    /// The step behind it in the list; -1 for the last.
    var next: Int32 = -1
  }

  /// What a device does, and who waits for it.
  struct Device: BitwiseCopyable {
    var held = 0.0
    var firstStart = 0.0
    var lastEnd = 0.0
    /// The first of the steps that wait, in no order; -1 for none.
    var waiting: Int32 = -1
    /// The step that runs, or whose `W` does.
    var running: Int32 = 0
    var isWeight = false
    var isBusy = false
    var isMarked = false
  }
}
