/// The streams and tasks that a problem was written with, and what stands for them in it: every stream of a device is a
/// device, every further phase of a pass and every task a stage, and every copy of a task that belongs to no microbatch a
/// microbatch of its own.
public struct StreamLayout: Hashable, Sendable {
  /// A piece of work as it is written.
  public enum Work: Hashable, Sendable {
    /// A pass of a stage, or one of its phases.
    case pass(Operation.Kind, stage: Stage.ID, phase: Int?)
    /// A task, or a copy or a piece of one.
    case task(Int, copy: Int?, piece: Int?)
    /// The message of a pass, an output or a gradient, for another stage, where messages occupy a stream.
    case message(of: Operation.Kind, from: Stage.ID, to: Stage.ID)
  }

  /// What a stage of the problem stands for.
  struct Part: Hashable, Sendable {
    /// What its `F`, `B` and `W` are; `nil` where there is none.
    var forward: Work
    var backwardInput: Work?
    var backwardWeight: Work?
    /// The first of the microbatches that are its pieces; `nil` for what the microbatches of the problem visit.
    var firstPiece: Int?
  }

  /// One problem: held in an array, as no value can hold one of its own kind.
  private let holder: [StreamedProblem]
  let parts: [Part]

  init(_ written: StreamedProblem, parts: [Part]) {
    holder = [written]
    self.parts = parts
  }

  /// What was written.
  public var written: StreamedProblem { holder[0] }

  /// How many devices there are, streams apart.
  public var deviceCount: Int { written.plain.deviceCount }
  /// How many microbatches there are, copies of tasks apart.
  public var microbatchCount: Int { written.plain.microbatchCount }

  /// The device and the stream that a device of the problem stands for. O(1).
  public func place(of device: Device.ID) -> (device: Device.ID, stream: Int) {
    (Device.ID(device.index % deviceCount), device.index / deviceCount)
  }

  /// The device of the problem that stands for a stream of a device. O(1).
  public func device(_ device: Device.ID, stream: Int) -> Device.ID {
    Device.ID(stream * deviceCount + device.index)
  }

  /// Whether two devices of the problem stand for streams of one, or are one. O(1).
  func areOfOneDevice(_ one: Device.ID, _ other: Device.ID) -> Bool {
    let isStream = max(one.index, other.index) < deviceCount * written.streams.count
    return one == other || (isStream && place(of: one).device == place(of: other).device)
  }

  /// What an operation of the problem is as written, and the microbatch that it belongs to; `nil` where it belongs to none,
  /// or there is no such operation. O(1).
  public func work(of operation: Operation) -> (work: Work, microbatch: Microbatch.ID?)? {
    guard parts.indices.contains(operation.stage.index) else { return nil }
    let part = parts[operation.stage.index]
    let work: Work? =
      switch operation.kind {
      case .forward: part.forward
      case .backwardInput: part.backwardInput
      case .backwardWeight: part.backwardWeight
      case .backward: part.backwardInput?.asWhole
      case .recompute, .reload: part.forward.asKind(operation.kind)
      }
    guard let work else { return nil }
    let microbatch = operation.microbatch
    guard microbatch.index >= microbatchCount else { return (work.ofCopy(microbatch), microbatch) }
    guard case .task(let task, let copy, _) = work, let first = part.firstPiece else { return nil }
    let piece = written.tasks[task].pieces > 1 ? microbatch.index - first : nil
    return (.task(task, copy: copy, piece: piece), nil)
  }
}

extension StreamLayout.Work {
  /// The whole backward pass whose last phase is that of a `B`.
  fileprivate var asWhole: Self {
    guard case .pass(_, let stage, let phase) = self else { return self }
    return .pass(.backward, stage: stage, phase: phase)
  }

  /// Another operation of the same visit.
  fileprivate func asKind(_ kind: Operation.Kind) -> Self? {
    guard case .pass(_, let stage, nil) = self else { return nil }
    return .pass(kind, stage: stage, phase: nil)
  }

  /// Of a task with a copy for every microbatch, the copy of one.
  fileprivate func ofCopy(_ microbatch: Microbatch.ID) -> Self {
    guard case .task(let task, _, let piece) = self else { return self }
    return .task(task, copy: microbatch.index, piece: piece)
  }
}

extension StreamLayout {
  /// All passes and phases, with the stage and the kind of operation that stand for each. O(stages).
  package var works: [(stage: Stage.ID, kind: Operation.Kind, work: Work)] {
    parts.enumerated().flatMap { index, part -> [(stage: Stage.ID, kind: Operation.Kind, work: Work)] in
      let stage = Stage.ID(index)
      let named: [(Operation.Kind, Work?)] = [
        (.recompute, part.forward.asKind(.recompute)), (.reload, part.forward.asKind(.reload)),
        (.forward, part.forward), (.backward, part.backwardInput?.asWhole),
        (.backwardInput, part.backwardInput), (.backwardWeight, part.backwardWeight),
      ]
      return named.compactMap { kind, work in work.map { (stage, kind, $0) } }
    }
  }

  /// The operation that stands for a copy of a task, or a piece of one; `nil` where there is no such copy. O(stages).
  package func operation(ofTask task: Int, copy: Int?, piece: Int?) -> Operation? {
    let isPerMicrobatch = written.tasks[task].extent == .microbatch
    let named = Work.task(
      task, copy: isPerMicrobatch ? nil : copy, piece: isPerMicrobatch ? piece : nil)
    guard let index = parts.firstIndex(where: { $0.forward == named }) else { return nil }
    let stage = Stage.ID(index)
    if isPerMicrobatch {
      guard let copy, (0..<microbatchCount).contains(copy) else { return nil }
      return Operation(.forward, stage: stage, microbatch: Microbatch.ID(copy))
    }
    guard let first = parts[index].firstPiece, (0..<written.tasks[task].pieces).contains(piece ?? 0) else {
      return nil
    }
    return Operation(.forward, stage: stage, microbatch: Microbatch.ID(first + (piece ?? 0)))
  }
}
