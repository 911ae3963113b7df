import PipelineModel

/// What one layer of a model takes and holds on a device, with the formula of every number.
public struct LayerEstimate: Hashable, Sendable {
  /// What kind of layer it is.
  public enum Kind: Hashable, Sendable {
    case embedding
    /// The number of the first of equal layers.
    case transformer(Int)
    case norm, head
    /// The number of the first.
    case predictor(Int)
  }

  /// The bytes of the unit of memory: GiB.
  static let bytesPerUnit = 0x1p30
  /// What times and memory are in.
  public static let units = Units(time: "ms", memory: "GiB")

  /// What kind of layer it is.
  public var kind: Kind
  /// How many there are behind each other.
  public var count: Int
  /// The seconds of each pass.
  public var time: Passes<PassTime>
  /// The seconds by which `B` grows where what is cheap to make again is.
  public var selectiveTime: Double
  /// The bytes held from `F` to `B`, from `B` to `W`, and where all or some of it is recomputed.
  public var held: HeldBytes
  /// The bytes held all the time.
  public var staticBytes: Double
  /// The bytes of weights and gradients under FSDP while the layer runs.
  public var gatheredBytes: Double
  /// How memory is worked out, by key.
  public var memoryFormulas: [String: String]
  /// The modules that `selective` makes again.
  public var modules: [String]
  /// Whether the head's weights are those of the embedding.
  public var isTied = false

  /// What a microbatch holds on a layer, in bytes.
  public struct HeldBytes: Hashable, Sendable {
    /// From `F` to `B`.
    public var forB: Double
    /// From `B` to `W`.
    public var forW: Double
    /// From `F` to `B` where all is recomputed; `nil` where nothing can be.
    public var checkpoint: Double?
    /// From `F` to `B` where what is cheap to make again is; `nil` where nothing is.
    public var selective: Double?

    /// Describes what is held.
    public init(forB: Double, forW: Double, checkpoint: Double? = nil, selective: Double? = nil) {
      self.forB = forB
      self.forW = forW
      self.checkpoint = checkpoint
      self.selective = selective
    }
  }
}
