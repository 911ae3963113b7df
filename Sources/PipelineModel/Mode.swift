/// A way to run a microbatch on a stage: which of the stage's figures it changes, and what it recomputes or offloads.
///
/// Mode 0 of a stage is the stage itself; a mode of its list is told by what differs.
public struct Mode: Hashable, Sendable {
  /// The label in reports and files; not empty, and no other mode of the stage has it.
  public var name: String
  /// Duration of `F`; `nil` for the stage's.
  public var forward: Double?
  /// Durations of the backward passes, of which there are those of the stage; `nil` for the stage's.
  public var backward: Stage.Backward?
  /// What is held during the backward pass; `nil` for the stage's.
  public var activationForB: Double?
  /// What is held between `B` and `W`; `nil` for the stage's, or for `activationForB` where that is less.
  public var activationForW: Double?
  /// What is held from the start of `F` until `R`, or until the backward pass of a mode without `R`; `nil` for all that
  /// is held then.
  public var checkpoint: Double?
  /// Duration of `R`; `nil` in a mode without one.
  public var recompute: Double?
  /// How much of the checkpoint is with the host between `F` and what follows; at most the checkpoint.
  public var offload: Double
  /// The modules that frameworks are told to recompute or to offload, where a mode stands for some of them.
  public var modules: [String]

  /// Describes a mode by what differs from the stage.
  public init(
    name: String, forward: Double? = nil, backward: Stage.Backward? = nil, activationForB: Double? = nil,
    activationForW: Double? = nil, checkpoint: Double? = nil, recompute: Double? = nil, offload: Double = 0,
    modules: [String] = []
  ) {
    self.name = name
    self.forward = forward
    self.backward = backward
    self.activationForB = activationForB
    self.activationForW = activationForW
    self.checkpoint = checkpoint
    self.recompute = recompute
    self.offload = offload
    self.modules = modules
  }
}

extension Mode {
  /// What the stage itself is called among its modes, unless it says otherwise.
  public static let plainName = "plain"
  /// The most modes that a stage may have besides itself.
  public static let limit = 32

  /// Among what the modes of a problem's stages are one choice.
  public enum Extent: String, Hashable, Sendable, CaseIterable {
    /// One mode per stage, for all microbatches.
    case stage
    /// Each microbatch has its own on every stage.
    case microbatch
    /// One name for all stages.
    case problem
  }
}

extension Stage {
  /// How many modes there are, the stage itself among them.
  public var modeCount: Int { modes.count + 1 }

  /// The modes that microbatches may run in.
  public var choices: [Int] { mode.map { [$0] } ?? Array(0..<modeCount) }

  /// The names of all modes, that of the stage itself first.
  public var modeNames: [String] { [modeName ?? Mode.plainName] + modes.map(\.name) }

  /// The stage as it runs in one of its modes, which then has no others.
  ///
  /// The first `F` and the last backward pass differ from others by as much as they do in mode 0.
  ///
  /// - Precondition: the stage has the mode.
  public func inMode(_ number: Int) -> Stage {
    if modes.isEmpty { return self }
    var stage = self
    stage.modes = []
    stage.mode = nil
    stage.modeName = modeNames[number]
    guard number > 0 else { return stage }
    let mode = modes[number - 1]
    stage.forward = mode.forward ?? forward
    stage.backward = mode.backward ?? backward
    stage.activationForB = mode.activationForB ?? activationForB
    stage.activationForW = mode.activationForW ?? min(activationForW, stage.activationForB)
    stage.checkpoint = mode.checkpoint
    stage.recompute = mode.recompute
    stage.offload = mode.offload
    stage.modules = mode.modules
    stage.firstForward = firstForward.map { max(0, $0 + (stage.forward - forward)) }
    stage.lastBackward = lastBackward.map { max(0, $0 + (stage.gradientTime - gradientTime)) }
    return stage
  }

  /// Whether anything goes to the host in any of the modes.
  package var mayOffload: Bool { offload > 0 || modes.contains { $0.offload > 0 } }

  /// The stage in each of its modes.
  package var inAllModes: [Stage] { (0..<modeCount).map(inMode) }

  private var gradientTime: Double { gradient(isFused: false).flatMap { duration(of: $0) } ?? 0 }
}
