import PipelineModel

/// One way in which a schedule breaks the semantics, or in which a record of it is untrue.
public struct Violation: Hashable, Sendable {
  /// What a violation is about.
  public enum Subject: Hashable, Sendable {
    /// An operation of a device's order, with its zero-based position there.
    case operation(Operation, Device.ID, position: Int)
    /// An operation that a device's order lacks.
    case absent(Operation, Device.ID)
    /// A device as a whole.
    case device(Device.ID)
    /// A microbatch's route.
    case microbatch(Microbatch.ID)
    /// The schedule as a whole.
    case schedule
  }

  /// What is wrong. Times and memory are in the problem's units.
  public enum Kind: Hashable, Sendable {
    /// The problem has only this many stages.
    case unknownStage(count: Int)
    /// The problem has only this many microbatches.
    case unknownMicrobatch(count: Int)
    /// The stage has only these passes; in which mode, where it has several.
    case unknownPass(expected: [Operation.Kind], mode: String? = nil)
    /// The route of the microbatch does not visit the stage.
    case offRoute
    /// The route meets the stage on another device.
    case wrongDevice(expected: Device.ID)
    /// Another operation does the same work: the same again, or `BW` beside `B` or `W`.
    case repeated(of: Operation)
    /// No order has the operation.
    case missing
    /// No order has the `BW`, nor the `B` and `W` that may stand for it.
    case missingBackward

    /// The operation is paired with the next one, and the two are no `F` and `BW` of different microbatches.
    case wrongPair(with: Operation)
    /// Another piece of the same sequence needs the operation and comes before it in the order.
    case afterDependentPiece(Operation)

    /// The operation needs another one, which stands behind it in the same order.
    case beforeInput(Operation)
    /// The first operation of its order that cannot run: its input waits, in the end, for the input itself.
    case neverRuns(waitingFor: Operation, on: Device.ID)

    /// The recorded start or end is negative or not finite.
    case impossibleTime(start: Double, end: Double)
    /// The recorded end minus the recorded start is not the operation's duration.
    case wrongDuration(recorded: Double, expected: Double)
    /// The recorded start lies before the end of the predecessor in the order.
    case overlap(start: Double, predecessor: Operation, end: Double)
    /// The recorded start lies in the gap behind the predecessor in the order.
    case startsInGap(start: Double, predecessor: Operation, end: Double)
    /// The recorded start lies before the arrival of the input.
    case startsBeforeInput(start: Double, input: Operation, arrival: Double)
    /// The recorded start is not that of the operation with which it is paired.
    case startsApart(start: Double, partner: Operation, partnerStart: Double)
    /// The device was free and the input was there, and yet the operation did not start.
    case startsLate(start: Double, earliest: Double)

    /// The recorded start lies before the end of a transfer to or from the host: one that brings what is needed, that
    /// makes room, or that the channel carries before.
    case startsBeforeTransfer(start: Double, of: Operation, end: Double)
    /// The mode offloads, and the record does not say when.
    case missingOffload
    /// The record says when an offload takes place that the mode does not have.
    case unexpectedOffload
    /// The offload is recorded at another time than that at which it takes place.
    case wrongOffload(recorded: ClosedRange<Double>, expected: ClosedRange<Double>)

    /// The start of the operation raises the device's memory over its limit.
    case overMemoryLimit(memory: Double, limit: Double)

    /// Microbatches run on the stage in several modes, and it may have only one.
    case manyModes(Stage.ID, [String])
    /// Microbatches run on the stage in another mode than the only one that it says.
    case otherMode(Stage.ID, String, expected: String)
    /// Stages run in modes of several names, and there may be only one.
    case manyModeNames([String])

    /// Stages have more or fewer layers together than there are.
    case lostLayers(Int, expected: Int)
    /// The stage ends before a layer that stays with the one before it.
    case tornLayers(Stage.ID, layer: Int)
    /// A figure of the stage is not what its layers make.
    case otherThanLayers(Stage.ID, String, found: Double, expected: Double)

    /// The route breaks a rule of the problem.
    case breaksRoute(RouteBreach)
    /// The route starts on another device than the microbatch's origin.
    case wrongOrigin(Device.ID, expected: Device.ID)
    /// A stage is visited more or less often than the rules ask for.
    case stageVisits(Stage.ID, Int, expected: ClosedRange<Int>)
    /// The routes visit the device more often than the rules let them.
    case deviceVisits(Int, limit: Int)

    /// A recorded figure is not what the orders give.
    case wrongFigure(Figure, recorded: Double, expected: Double)
    /// The summary has a figure for another number of devices.
    case wrongCount(Figure, recorded: Int, expected: Int)
    /// The lower bound is not between zero and the value it bounds.
    case impossibleBound(Objective, lowerBound: Double, value: Double)
    /// The schedule is recorded as optimal with a gap, or as not optimal without one.
    case wrongOptimality(recorded: Bool, gap: Double)
  }

  /// A number of the summary, under its name in files.
  public enum Figure: String, Hashable, Sendable, CaseIterable {
    /// Last end minus first start, over all devices, and the tail.
    case makespan
    /// The steady-state iteration time.
    case period
    /// The largest of last end minus first start on one device.
    case longestDeviceSpan
    /// 1 - total work / (devices x makespan).
    case makespanBubble
    /// 1 - total work / (devices x period).
    case periodBubble
    /// 1 - largest device work / longest device span.
    case spanBubble
    /// 1 - mean device work / largest device work.
    case imbalance
    /// The most memory one device holds.
    case peakMemory
    /// What modes add to the work of mode 0, over all work.
    case recomputeShare
    /// The most memory of its host that one device uses.
    case peakHostMemory
    /// The share of the makespan in which the busier of a device's channels to its host is used.
    case hostBusy
    /// (value - lower bound) / value.
    case gap
  }

  /// What the violation is about.
  public let subject: Subject
  /// What is wrong with it.
  public let kind: Kind

  /// Says what is wrong with a subject.
  public init(_ subject: Subject, _ kind: Kind) {
    self.subject = subject
    self.kind = kind
  }

  /// The device on which it happens; `nil` for the schedule as a whole.
  public var device: Device.ID? {
    switch subject {
    case .operation(_, let device, _), .absent(_, let device), .device(let device): device
    case .microbatch, .schedule: nil
    }
  }

  /// The operation to which it happens, where it is a single one.
  public var operation: Operation? {
    switch subject {
    case .operation(let operation, _, _), .absent(let operation, _): operation
    case .device, .microbatch, .schedule: nil
    }
  }
}

extension Violation {
  /// Where the violation stands in a report: device, position, what the device lacks, the device itself.
  private var place: (device: Int, position: Int) {
    switch subject {
    case .operation(_, let device, let position): (device.index, position)
    case .absent(_, let device): (device.index, .max - 1)
    case .device(let device): (device.index, .max)
    case .microbatch(let microbatch): (.max - 1, microbatch.index)
    case .schedule: (.max, .max)
    }
  }

  fileprivate static func precedes(
    _ left: (offset: Int, element: Violation), _ right: (offset: Int, element: Violation)
  ) -> Bool {
    let (a, b) = (left.element.place, right.element.place)
    return (a.device, a.position, left.offset) < (b.device, b.position, right.offset)
  }
}

extension [Violation] {
  /// The same violations by device and position; those of one place keep their order. O(v log v).
  func inReadingOrder() -> [Violation] {
    enumerated().sorted(by: Violation.precedes).map(\.element)
  }
}

extension Orders {
  /// Says what is wrong with the operation at a position of `operations`.
  func violation(at position: Int, on device: Device.ID, _ kind: Violation.Kind) -> Violation {
    let subject = Violation.Subject.operation(
      operations[position], device, position: position - bounds[device.index])
    return Violation(subject, kind)
  }
}
