/// All that is known of a problem but its routes: plain values, which a `Problem` checks.
public struct Instance: Hashable, Sendable {
  /// What reports call the problem; empty when it has no name.
  public var name: String
  /// Where its numbers come from.
  public var source: String?
  /// The labels of its numbers.
  public var units: Units
  /// The pipeline's devices, at least one.
  public var devices: [Device]
  /// The model's stages, at least one.
  public var stages: [Stage]
  /// The layers that make up the stages, and how many each stage has; `nil` where the stages themselves are given.
  package var partition: Partition?
  /// How many transformer layers the stages have together, where it is stated: what their names are held to.
  public var layerCount: Int?
  /// The batch, at least one microbatch.
  public var microbatches: [Microbatch]
  /// Which device hosts each stage, as the user said it.
  public var placement: Placement
  /// The latencies between devices.
  public var communication: Communication
  /// Among what the modes of stages are a choice.
  public var modesPer: Mode.Extent
  /// What overlapped pairs gain; `nil` where the parts of a pair run one after the other.
  public var overlap: Overlap?
  /// The least time between two operations of a device.
  public var gap: Gap
  /// Which devices wait for each other before their optimizer steps.
  public var barrier: Barrier
  /// Time after the last operation of all, in the problem's time unit: part of makespan and period.
  public var tail: Double
  /// In how many pieces each sequence is cut; 1 for whole ones. Microbatches k*pieces, ..., (k+1)*pieces - 1 are
  /// then the pieces of sequence k: a stage runs their `F` in ascending, their `B` in descending order.
  public var pieces: Int
  /// What the routes have to keep to; `nil` where they are given. A checker looks whether they do.
  public var skipReorder: SkipReorderRules?
  /// What operations wait for beyond their inputs and gradients.
  public var precedences: [Precedence] = []
  /// What operations wait for that the iteration before hands over: the producer runs one iteration earlier.
  public var handovers: [Precedence] = []
  /// The streams and tasks that are devices, stages and microbatches here; `nil` where there are none.
  package var layout: StreamLayout?

  /// Gathers facts.
  public init(
    name: String = "", source: String? = nil, units: Units = Units(), devices: [Device], stages: [Stage],
    layerCount: Int? = nil, microbatches: [Microbatch], placement: Placement = .sequential,
    communication: Communication = .uniform(0), modesPer: Mode.Extent = .stage,
    overlap: Overlap? = nil, gap: Gap = .none,
    barrier: Barrier = .none, tail: Double = 0, pieces: Int = 1, skipReorder: SkipReorderRules? = nil
  ) {
    self.name = name
    self.source = source
    self.units = units
    self.devices = devices
    self.stages = stages
    self.layerCount = layerCount
    self.microbatches = microbatches
    self.placement = placement
    self.communication = communication
    self.modesPer = modesPer
    self.overlap = overlap
    self.gap = gap
    self.barrier = barrier
    self.tail = tail
    self.pieces = pieces
    self.skipReorder = skipReorder
  }
}
