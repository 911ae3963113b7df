/// The figures of a schedule, under the names that reports, files and diagrams use.
///
/// Times and memory are in the problem's units; rates are fractions of one. docs/semantics.md defines each.
public struct Summary: Hashable, Sendable {
  /// Last end minus first start, over all devices.
  public var makespan: Double
  /// Steady-state iteration time when each device starts its next iteration as soon as it can.
  public var period: Double
  /// The largest of last end minus first start on one device.
  public var longestDeviceSpan: Double
  /// 1 - total work / (devices x makespan).
  public var makespanBubble: Double
  /// 1 - total work / (devices x period).
  public var periodBubble: Double
  /// 1 - largest device work / longest device span.
  public var spanBubble: Double
  /// 1 - mean device work / largest device work.
  public var imbalance: Double
  /// The most memory each device holds at any moment, static memory included.
  public var peakMemory: [Double]
  /// What the chosen modes add to the work of mode 0, over all work; `nil` where that is nothing.
  public var recomputeShare: Double?
  /// The most memory of its host that each device uses at any moment; `nil` where nothing is offloaded.
  public var peakHostMemory: [Double]?
  /// The share of the makespan in which the busier of each device's channels to its host is used; `nil` where nothing is
  /// offloaded.
  public var hostBusy: [Double]?
  /// How far from the best possible the schedule can be, where that has been worked out.
  public var certificate: Certificate?

  /// Joins the figures.
  public init(
    makespan: Double, period: Double, longestDeviceSpan: Double, makespanBubble: Double,
    periodBubble: Double, spanBubble: Double, imbalance: Double, peakMemory: [Double],
    recomputeShare: Double? = nil, peakHostMemory: [Double]? = nil, hostBusy: [Double]? = nil,
    certificate: Certificate? = nil
  ) {
    self.makespan = makespan
    self.period = period
    self.longestDeviceSpan = longestDeviceSpan
    self.makespanBubble = makespanBubble
    self.periodBubble = periodBubble
    self.spanBubble = spanBubble
    self.imbalance = imbalance
    self.peakMemory = peakMemory
    self.recomputeShare = recomputeShare
    self.peakHostMemory = peakHostMemory
    self.hostBusy = hostBusy
    self.certificate = certificate
  }
}

/// What a schedule is made short in.
public enum Objective: String, Hashable, Sendable, CaseIterable {
  /// The time from the first start to the last end.
  case makespan
  /// The steady-state iteration time.
  case period
}
