import PipelineModel

/// How long the passes of one stage took, in all iterations and on all replicas that count.
public struct StageTimes: Hashable, Sendable {
  /// What was measured of one pass.
  public struct Pass: Hashable, Sendable {
    /// Of all operations, those that stalled and those at the ends of an iteration included.
    public let spread: Spread
    /// The mean of those that ran as usual, in milliseconds: what an operation takes in the problem.
    public let usual: Double
    /// The median of those at the end of an iteration, the first `F` or the last `B`, where it is not as usual.
    public let atEnd: Double?
    /// The stalls, where there were any.
    public let stalls: Spread?
  }

  /// The device that ran it.
  public let device: Device.ID
  /// By kind; `F` is always there.
  public let passes: [Operation.Kind: Pass]
  /// The first `F` of each iteration; `nil` with a single microbatch, where it is all there is.
  public let firstForward: Spread?
  /// The last `B` of each iteration, or the last whole backward pass; `nil` as above, or without one.
  public let lastBackward: Spread?

  /// Collects the times of a stage.
  init(of stage: Stage.ID, on device: Device.ID, in ranks: [MeasuredRank]) {
    self.device = device
    var all: [Operation.Kind: [Double]] = [:]
    var inner: [Operation.Kind: [Double]] = [:]
    var firsts: [Double] = []
    var lasts: [Double] = []
    for step in ranks.lazy.filter({ $0.stages.contains(stage.index) }).flatMap(\.steps) {
      let operations = step.operations.filter { $0.operation.stage == stage }
      let first = operations.first { $0.operation.kind == .forward }?.operation
      let isSplit = operations.contains { $0.operation.kind == .backwardWeight }
      let last = operations.last { $0.operation.kind.traits.payload == .gradient }?.operation
      for measured in operations {
        let (kind, time) = (measured.operation.kind, measured.span.duration)
        all[kind, default: []].append(time)
        if measured.operation == first {
          firsts.append(time)
        } else if measured.operation == last {
          // The whole pass of a stage that splits others is longer than its B by a W.
          if kind == .backwardInput || !isSplit { lasts.append(time) }
        } else {
          inner[kind, default: []].append(time)
        }
      }
    }
    passes = Dictionary(
      uniqueKeysWithValues: all.compactMap { kind, times in
        Pass(all: times, inner: inner[kind] ?? [], atEnd: kind == .forward ? firsts : lasts).map {
          (kind, $0)
        }
      })
    firstForward = inner[.forward] == nil ? nil : Spread(times: firsts)
    lastBackward = inner[.backwardInput] == nil && inner[.backward] == nil ? nil : Spread(times: lasts)
  }
}

extension StageTimes.Pass {
  /// Tells the usual time from that at the ends; `nil` without times.
  fileprivate init?(all: [Double], inner: [Double], atEnd: [Double]) {
    guard let spread = Spread(times: all) else { return nil }
    // Where ends are as frequent as others, there is nothing usual that they could differ from.
    let isApart = inner.count >= 3 * (all.count - inner.count)
    guard let usual = Spread(times: StalledTimes(isApart ? inner : all).usual)?.mean else { return nil }
    let end = isApart ? Spread(times: atEnd)?.median : nil
    self.init(
      spread: spread, usual: usual,
      atEnd: end.flatMap { abs($0 - usual) > Self.noticeable * usual ? $0 : nil },
      stalls: Spread(times: StalledTimes(all).stalled))
  }

  /// The least difference of an end that is worth a figure of its own: half of what operations scatter by.
  private static let noticeable = 0.005
}
