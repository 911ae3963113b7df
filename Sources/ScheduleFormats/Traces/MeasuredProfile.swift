import PipelineModel

/// What traces tell of a problem: how long passes take on each stage, where stages are, how many microbatches.
public struct MeasuredProfile: Hashable, Sendable {
  /// How long one kind of operation took on one stage, in milliseconds.
  public struct Spread: Hashable, Sendable {
    /// How often it was measured.
    public let count: Int
    /// The middle of all durations, or the mean of the two in the middle.
    public let median: Double
    /// A quarter of the durations is below, three quarters above.
    public let lowerQuartile: Double
    /// Three quarters of the durations are below, a quarter above.
    public let upperQuartile: Double
    /// The shortest duration.
    public let least: Double
    /// The longest duration.
    public let most: Double

    /// Sorts durations in microseconds; there must be one.
    init(microseconds: [Double]) {
      // To the nanosecond: the rest is rounding of binary subtractions.
      let sorted = microseconds.map { ($0 * 1000).rounded() / 1e6 }.sorted()
      func quantile(_ fraction: Double) -> Double {
        let place = fraction * Double(sorted.count - 1)
        let below = Int(place)
        let above = min(below + 1, sorted.count - 1)
        let value = sorted[below] + (sorted[above] - sorted[below]) * (place - Double(below))
        return (value * 1e6).rounded() / 1e6
      }
      count = sorted.count
      median = quantile(0.5)
      lowerQuartile = quantile(0.25)
      upperQuartile = quantile(0.75)
      least = sorted[0]
      most = sorted[sorted.count - 1]
    }
  }

  /// What was measured of one stage.
  public struct MeasuredStage: Hashable, Sendable {
    /// The device that ran it.
    public let device: Device.ID
    /// By kind; `F` is always there.
    public let spreads: [Operation.Kind: Spread]

    /// The stage of the problem, with durations in milliseconds. A backward pass that was not measured in parts is
    /// whole: how much of it is `W` cannot be told from it.
    var stage: Stage {
      Stage(
        forward: spreads[.forward]?.median ?? 0, backward: backward, activationForB: 1,
        activationForW: spreads[.backwardInput] != nil && spreads[.backwardWeight] != nil ? 0.5 : 0)
    }

    /// The backward passes that were measured.
    var backward: Stage.Backward {
      switch (spreads[.backwardInput], spreads[.backwardWeight], spreads[.backward]) {
      case (let input?, let weight?, _): .split(input: input.median, weight: weight.median)
      case (let input?, nil, _): .input(input.median)
      case (nil, _, let both?): .whole(both.median)
      case (nil, _, nil): .none
      }
    }
  }

  /// The stages, in order.
  public let stages: [MeasuredStage]
  /// The number of devices.
  public let deviceCount: Int
  /// The number of microbatches.
  public let microbatchCount: Int
  /// What was taken for granted, one line each.
  public let remarks: [String]

  /// Measures what traces recorded; one trace per rank, or one with all of them.
  ///
  /// - Throws: `FormatError` where operations overlap on a device, stages, microbatches or kinds are missing, or a
  ///   stage is on two devices.
  /// - Complexity: O(events log events).
  public init(_ recordings: [TraceRecording]) throws(FormatError) {
    let devices = try MeasuredDevice.devices(of: recordings)
    var table = MeasurementTable()
    for (index, device) in devices.enumerated() { try table.add(device, at: Device.ID(index)) }
    stages = try table.stages()
    microbatchCount = try table.microbatchCount()
    deviceCount = devices.count
    remarks = Self.remarks(on: stages, devices)
  }

  private static func remarks(on stages: [MeasuredStage], _ devices: [MeasuredDevice]) -> [String] {
    var remarks: [String] = []
    func note(_ text: (_ stages: String) -> String, where matches: (Stage.Backward) -> Bool) {
      let found = stages.indices.filter { matches(stages[$0].backward) }
      guard !found.isEmpty else { return }
      let numbers = found.map(String.init).joined(separator: ", ")
      remarks.append(text("\(found.count == 1 ? "stage" : "stages") \(numbers)"))
    }
    note({
      "Backward passes of \($0) were measured whole: schedules leave them so; a profile of a schedule that splits them "
        + "tells B and W"
    }) { if case .whole = $0 { true } else { false } }
    note({ "No W of \($0): none is in the problem" }) { if case .input = $0 { true } else { false } }
    for device in devices where device.leftOut > 0 {
      remarks.append("\(device.name): \(device.leftOut.counted("event")) on less busy tracks left out")
    }
    remarks.append(
      "Not in a trace: memory (1 activation per microbatch and stage assumed), communication (0)")
    return remarks
  }

  /// The problem that the measurements make, in milliseconds; memory counts activations, 1 for each stage.
  ///
  /// - Throws: `ProblemError` when the counts are beyond what a problem may have.
  public func problem(name: String) throws(ProblemError) -> Problem {
    try Problem(
      name: name, source: "measured: medians of traces", units: Units(time: "ms", memory: "activations"),
      devices: Array(repeating: Device(), count: deviceCount), stages: stages.map(\.stage),
      microbatches: Array(repeating: Microbatch(), count: microbatchCount), placement: placement)
  }

  /// The placement's name, where it has one.
  private var placement: Placement {
    let hosts = stages.map { [$0.device] }
    // One stage per device is also a loop and a v of one chunk.
    let named: [Placement] = stages.count == deviceCount ? [.sequential] : [.loop, .v]
    return named.first { $0.hosts(stageCount: stages.count, deviceCount: deviceCount) == hosts }
      ?? .explicit(hosts)
  }
}

/// Collects durations by stage and kind.
private struct MeasurementTable {
  private var durations: [Int: [Operation.Kind: [Double]]] = [:]
  private var hosts: [Int: (device: Device.ID, name: String)] = [:]
  private var microbatches: Set<Int32> = []

  mutating func add(_ device: MeasuredDevice, at id: Device.ID) throws(FormatError) {
    for event in device.events {
      let stage = event.match.stage.map { Int($0) } ?? id.index
      if let host = hosts[stage], host.device != id {
        throw FormatError(
          .expected("each stage on one device", found: "stage \(stage) on \(host.name) and on \(device.name)")
        )
      }
      hosts[stage] = (id, device.name)
      durations[stage, default: [:]][event.match.kind, default: []].append(event.duration)
      microbatches.insert(event.match.microbatch)
    }
  }

  func stages() throws(FormatError) -> [MeasuredProfile.MeasuredStage] {
    try Self.checkComplete(Set(durations.keys), "stage")
    var stages: [MeasuredProfile.MeasuredStage] = []
    for (stage, kinds) in durations.sorted(by: { $0.key < $1.key }) {
      try Self.check(kinds, of: stage)
      guard let host = hosts[stage] else { continue }
      let spreads = kinds.mapValues(MeasuredProfile.Spread.init)
      stages.append(MeasuredProfile.MeasuredStage(device: host.device, spreads: spreads))
    }
    return stages
  }

  func microbatchCount() throws(FormatError) -> Int {
    let indexes = Set(microbatches.map { Int($0) })
    try Self.checkComplete(indexes, "microbatch")
    return indexes.count
  }

  /// Checks that indexes run from 0 without a gap.
  private static func checkComplete(_ indexes: Set<Int>, _ what: String) throws(FormatError) {
    guard let last = indexes.max(), let missing = (0...last).first(where: { !indexes.contains($0) }) else {
      return
    }
    throw FormatError(
      .expected("every \(what) from 0 to \(last)", found: "no operation of \(what) \(missing)"))
  }

  private static func check(_ kinds: [Operation.Kind: [Double]], of stage: Int) throws(FormatError) {
    let hasBackward = kinds[.backwardInput] != nil || kinds[.backward] != nil
    guard kinds[.forward] == nil || !hasBackward else { return }
    let missing = kinds[.forward] == nil ? "F" : "B and no BW"
    let found = kinds.keys.map(\.symbol).sorted().joined(separator: ", ")
    throw FormatError(
      .expected("F and B, or F and BW, of stage \(stage)", found: "no \(missing), only \(found)"))
  }
}
