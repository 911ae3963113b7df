import PipelineModel

/// A path of a microbatch with the passes on it, in the order of the way there and back, as if nothing hindered them.
///
/// Times count from the start of the microbatch's first `F`; what follows counts to the end of the schedule.
struct TimedPath: Sendable {
  /// An `F` or `B` on the way, or the head's.
  struct Pass: BitwiseCopyable, Sendable {
    var device: Int
    var duration: Double
    /// Its `W`, which follows it on the device at some time.
    var weight: Double
    /// From the start of the first `F` to its own start.
    var head = 0.0
    /// From its end to the end of the schedule at least.
    var tail = 0.0
  }

  /// What the stage of a lane holds on its device from the start of its `F` to the end of its `B`.
  struct Stay: Sendable {
    /// The passes that begin and end it.
    var forward: Int
    var backward: Int
    var amount: Double
  }

  /// The lanes after the first.
  let path: [Int32]
  let passes: [Pass]
  let stays: [Stay]
  /// From the start of the first `F` to the end of the schedule at least; infinite where a link is missing.
  var length: Double { passes[0].duration + passes[0].tail }

  /// Follows a path there and back. O(length of the path).
  ///
  /// - Precondition: each visit is fed by the one before it, and every stage has a backward pass.
  init(_ model: RoutingModel, from origin: Int32, along path: [Int32], scale: Double) {
    self.path = path
    let lanes = ([origin] + path).map { model.lanes[Int($0)] }
    var passes = lanes.map { Pass(device: $0.device, duration: scale * $0.forward, weight: 0) }
    if let head = model.headLanes?[lanes[0].device] {
      passes.append(Pass(device: head.device, duration: scale * head.forward, weight: 0))
      passes.append(Pass(device: head.device, duration: scale * head.backward, weight: scale * head.weight))
    }
    passes += lanes.reversed().map {
      Pass(device: $0.device, duration: scale * $0.backward, weight: scale * $0.weight)
    }
    func latency(after pass: Int) -> Double {
      let link = passes[pass].device * model.deviceCount + passes[pass + 1].device
      return 2 * (pass + 1) < passes.count ? model.link[link] : model.returnLink[link]
    }
    for pass in passes.indices.dropLast() {
      passes[pass + 1].head = passes[pass].head + passes[pass].duration + latency(after: pass)
    }
    for pass in passes.indices.reversed() {
      passes[pass].tail = passes[pass].weight + model.optimizerSteps[passes[pass].device]
      guard pass + 1 < passes.count else { continue }
      let rest = latency(after: pass) + passes[pass + 1].duration + passes[pass + 1].tail
      passes[pass].tail = max(passes[pass].tail, rest)
    }
    self.passes = passes
    stays = lanes.enumerated().filter { $1.growth > 0 }.map {
      Stay(forward: $0.offset, backward: passes.count - 1 - $0.offset, amount: $0.element.growth)
    }
  }

  /// The time between the starts of two passes, the earlier one first.
  @inline(__always)
  func time(from pass: Int, to other: Int) -> Double { passes[other].head - passes[pass].head }

  /// How long a stay is at least.
  func length(of stay: Stay) -> Double {
    time(from: stay.forward, to: stay.backward) + passes[stay.backward].duration
  }
}
