import PipelineModel

/// Gaps and latencies: what lay between two operations where nothing else can have let the second wait.
///
/// An operation starts at the later of two times: when its device is ready again, and when its message has come. Where
/// one of the two was long before the other, its start tells how long the other takes; where they were close, it tells
/// nothing and is left out.
struct Waits {
  /// By transition: how long a device took to start the next operation, where its message was there before.
  private(set) var gaps: [Transition: [Double]] = [:]
  /// By link: how long a message took, where its receiver was free before.
  private(set) var latencies: [Link: [Double]] = [:]

  /// Collects the waits of iterations.
  init(_ iterations: [MeasuredIteration], stageCount: Int) {
    for iteration in iterations { add(iteration, stageCount) }
  }

  private mutating func add(_ iteration: MeasuredIteration, _ stageCount: Int) {
    let dependencies = Dependencies(iteration.devices, stageCount: stageCount)
    // Far enough apart to tell one reason from the other, and near enough to find some in every schedule.
    let durations = iteration.devices.joined().map(\.span.duration)
    let margin = 0.03 * (Spread(times: durations)?.median ?? 0)
    var messages: [(link: Link, time: Double)] = []
    var candidates: [(transition: Transition, idle: Double, early: Double?)] = []
    for (device, operations) in iteration.devices.enumerated() {
      var previous: MeasuredOperation?
      for measured in operations {
        defer { previous = measured }
        let sender = dependencies.sender(to: measured.operation, on: device)
        if let sender, iteration.hasCommonClock, previous.map({ sender.end >= $0.span.end + margin }) ?? true
        {
          messages.append((Link(from: sender.device, to: device), measured.span.start - sender.end))
        }
        guard let previous else { continue }
        candidates.append(
          (
            Transition(from: previous.operation.kind, to: measured.operation.kind),
            max(0, measured.span.start - previous.span.end), sender.map { previous.span.end - $0.end }
          ))
      }
    }
    let usual = Spread(times: messages.map(\.time))?.median ?? 0
    for (link, time) in messages { latencies[link, default: []].append(max(0, time)) }
    for (transition, idle, early) in candidates {
      if let early {
        guard iteration.hasCommonClock, early >= usual + margin else { continue }
      }
      gaps[transition, default: []].append(idle)
    }
  }
}

/// From an operation of one direction to one of another: `W`, `B` and `BW` are all backward. In the order of `Gap.times`.
public enum Transition: String, Hashable, Sendable, CaseIterable {
  /// Between two `F`.
  case forwardForward = "FF"
  /// From an `F` to a backward pass.
  case forwardBackward = "FB"
  /// From a backward pass to an `F`.
  case backwardForward = "BF"
  /// Between two backward passes.
  case backwardBackward = "BB"

  init(from first: Operation.Kind, to second: Operation.Kind) {
    self = Self.allCases[2 * first.direction + second.direction]
  }
}
