import PipelineModel

extension Violation: CustomStringConvertible {
  /// The device, the operation and the numbers, in one line.
  public var description: String { text(in: nil) }

  /// The same in the words of the problem: where it has streams and tasks, operations and devices are named as written.
  public func text(in problem: Problem?) -> String {
    let kind = kind.text(in: problem)
    return switch subject {
    case .operation(let operation, let device, _), .absent(let operation, let device):
      "device \(problem.name(of: device)): \(problem.name(of: operation)) \(kind)"
    case .device(let device): "device \(problem.name(of: device)): \(kind)"
    case .microbatch(let microbatch): "microbatch \(microbatch): \(kind)"
    case .schedule: kind
    }
  }
}

extension Problem? {
  fileprivate func name(of operation: Operation) -> String { self?.name(of: operation) ?? "\(operation)" }
  fileprivate func name(of device: Device.ID) -> String { self?.name(of: device) ?? "\(device)" }
}

extension Violation.Kind: CustomStringConvertible {
  /// What is said of the subject, with the numbers.
  public var description: String { text(in: nil) }

  /// The same in the words of a problem.
  func text(in problem: Problem?) -> String {
    switch self {
    case .unknownStage(let count):
      "names a stage that the problem does not have: expected 0 to \(count - 1)"
    case .unknownMicrobatch(let count):
      "names a microbatch that the problem does not have: expected 0 to \(count - 1)"
    case .unknownPass(let expected, let mode):
      "names a pass that the stage does not have\(mode.map { " in mode \($0.quoted)" } ?? ""): expected "
        + expected.map(\.symbol).joined(separator: " and ")
    case .offRoute: "is not on the route of its microbatch, which does not visit the stage"
    case .wrongDevice(let expected): "belongs on device \(problem.name(of: expected))"
    case .repeated(let other): "repeats the work of \(problem.name(of: other))"
    case .missing: "is missing"
    case .missingBackward: "is missing, and so are the B and W that may stand for it"
    case .wrongPair(let other):
      "is paired with \(problem.name(of: other)): expected F, then BW of another microbatch"
    case .afterDependentPiece(let other):
      "comes after \(problem.name(of: other)), a piece of the same sequence that needs it"
    case .beforeInput(let input): "comes before \(problem.name(of: input)) in the same order, and needs it"
    case .neverRuns(let input, let device):
      "never runs: it waits for \(problem.name(of: input)) on device \(problem.name(of: device)), which never runs either"
    case .impossibleTime(let start, let end):
      "is recorded from \(start.plain) to \(end.plain): expected finite times from 0"
    case .wrongDuration(let recorded, let expected):
      "is recorded as lasting \(recorded.plain), but lasts \(expected.plain)"
    case .overlap(let start, let predecessor, let end):
      "starts at \(start.plain), before \(problem.name(of: predecessor)) on the same device ends at \(end.plain)"
    case .startsInGap(let start, let predecessor, let end):
      "starts at \(start.plain), before the gap after \(problem.name(of: predecessor)) ends at \(end.plain)"
    case .startsBeforeInput(let start, let input, let arrival):
      "starts at \(start.plain), before its input from \(problem.name(of: input)) arrives at \(arrival.plain)"
    case .startsApart(let start, let partner, let partnerStart):
      "starts at \(start.plain), but \(problem.name(of: partner)), with which it is paired, starts at \(partnerStart.plain)"
    case .startsBeforeTransfer(let start, let other, let end):
      "starts at \(start.plain), before the "
        + (other.kind == .reload
          ? "reload that \(problem.name(of: other)) launches" : "offload behind \(problem.name(of: other))")
        + " ends at \(end.plain)"
    case .missingOffload: "has no offloadStart and offloadEnd, but offloads in its mode"
    case .unexpectedOffload: "has offloadStart and offloadEnd, but offloads nothing in its mode"
    case .wrongOffload(let recorded, let expected):
      "is recorded as offloading from \(recorded.lowerBound.plain) to \(recorded.upperBound.plain), but does from "
        + "\(expected.lowerBound.plain) to \(expected.upperBound.plain)"
    case .startsLate(let start, let earliest):
      "starts at \(start.plain), but could start at \(earliest.plain)"
    case .overMemoryLimit(let memory, let limit):
      "raises memory to \(memory.plain), over the limit \(limit.plain)"
    case .manyModes(let stage, let names):
      "stage \(stage) is in modes \(names.map(\.quoted).joined(separator: " and ")), but modesPer is stage: expected one"
    case .otherMode(let stage, let name, let expected):
      "stage \(stage) is in mode \(name.quoted), but its only mode is \(expected.quoted)"
    case .manyModeNames(let names):
      "stages are in modes \(names.map(\.quoted).joined(separator: " and ")), but modesPer is problem: expected one name"
    case .lostLayers(let count, let expected): "stages have \(count) layers, but there are \(expected)"
    case .tornLayers(let stage, let layer):
      "stage \(stage) ends before layer \(layer), which stays together with the one before it"
    case .otherThanLayers(let stage, let key, let found, let expected):
      "\(key) of stage \(stage) is \(found.plain), but its layers make \(expected.plain)"
    case .breaksRoute(let breach): "breaks a rule of its route: \(breach)"
    case .wrongOrigin(let device, let expected): "starts on device \(device), but its origin is \(expected)"
    case .stageVisits(let stage, let count, let range):
      "stage \(stage) is visited \(count) times, but the rules ask for "
        + (range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)")
    case .deviceVisits(let count, let limit): "is visited \(count) times, over its \(limit)"
    case .wrongFigure(let figure, let recorded, let expected):
      "\(figure.rawValue) is recorded as \(recorded.plain), but is \(expected.plain)"
    case .wrongCount(let figure, let recorded, let expected):
      "\(figure.rawValue) has \(recorded) entries, but there are \(expected) devices"
    case .impossibleBound(let objective, let lowerBound, let value):
      "lowerBound is recorded as \(lowerBound.plain), but must lie from 0 to the \(objective.rawValue), "
        + "which is \(value.plain)"
    case .wrongOptimality(let recorded, let gap):
      "optimal is recorded as \(recorded), but the gap is \(gap.plain)"
    }
  }
}
