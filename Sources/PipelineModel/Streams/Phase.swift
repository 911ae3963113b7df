/// A part of an operation that runs on one stream.
public struct Phase: Hashable, Sendable {
  /// How long it takes a microbatch of scale 1, in the problem's time unit.
  public var time: Double
  /// The position of its stream among the problem's; the first is the compute stream.
  public var stream: Int

  /// Describes a phase.
  public init(_ time: Double, stream: Int = 0) {
    self.time = time
    self.stream = stream
  }
}

/// The phases of a stage's passes, each list in the order in which they run.
public struct StagePhases: Hashable, Sendable {
  /// Of `F`; at least one.
  public var forward: [Phase]
  /// Of `B`, or of a `BW` that cannot be taken apart; none without a backward pass.
  public var backwardInput: [Phase]
  /// Of `W`; none without it.
  public var backwardWeight: [Phase]

  /// Lists phases.
  public init(forward: [Phase], backwardInput: [Phase] = [], backwardWeight: [Phase] = []) {
    self.forward = forward
    self.backwardInput = backwardInput
    self.backwardWeight = backwardWeight
  }

  /// One phase a pass, on the compute stream.
  package init(of stage: Stage) {
    forward = [Phase(stage.forward)]
    backwardInput =
      stage.gradient(isFused: false).flatMap { stage.duration(of: $0) }.map { [Phase($0)] } ?? []
    backwardWeight = stage.duration(of: .backwardWeight).map { [Phase($0)] } ?? []
  }

  /// All phases.
  package var all: [Phase] { forward + backwardInput + backwardWeight }

  /// Whether every pass is one phase on the compute stream.
  package var arePlain: Bool {
    all.allSatisfy { $0.stream == 0 }
      && [forward, backwardInput, backwardWeight].allSatisfy { $0.count <= 1 }
  }

  /// Whether the way back takes the streams of the way forward in the opposite order: then each phase of `B` undoes one of
  /// `F`.
  var areMirrored: Bool {
    forward.count == backwardInput.count
      && forward.map(\.stream) == backwardInput.reversed().map(\.stream)
  }
}
