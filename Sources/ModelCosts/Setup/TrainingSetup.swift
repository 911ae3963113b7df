/// How a model is trained: how it is cut, and what each step takes in.
public struct TrainingSetup: Hashable, Sendable {
  /// The devices that share each matrix.
  public var tensor: Int
  /// Whether those devices share the vectors between the matrices, too.
  public var isSequenceParallel: Bool
  /// The devices that share the experts, out of those that would have copies.
  public var expert: Int
  /// The devices that share each sequence.
  public var context: Int
  /// How many copies of the pipeline there are.
  public var data: Int
  /// How many tokens a sequence has.
  public var sequence: Int
  /// How many sequences make a microbatch.
  public var microbatchSize: Int
  /// How many microbatches a step has.
  public var microbatches: Int
  /// How many devices a pipeline has, those of tensor and context parallelism counted as one.
  public var devices: Int
  /// How many stages each of them has.
  public var chunks: Int
  /// What numbers matrices are multiplied in.
  public var precision: Precision
  /// How gradients and the state of the optimizer are held.
  public var optimizer: OptimizerState
  /// How attention is worked out.
  public var attention: AttentionKernel

  /// Describes a run; a single device with one sequence if all is left out but its length.
  public init(
    sequence: Int, tensor: Int = 1, isSequenceParallel: Bool = false, expert: Int = 1, context: Int = 1,
    data: Int = 1, microbatchSize: Int = 1, microbatches: Int = 1, devices: Int = 1, chunks: Int = 1,
    precision: Precision = .bfloat16, optimizer: OptimizerState = OptimizerState(.distributed),
    attention: AttentionKernel = .flash
  ) {
    self.tensor = tensor
    self.isSequenceParallel = isSequenceParallel
    self.expert = expert
    self.context = context
    self.data = data
    self.sequence = sequence
    self.microbatchSize = microbatchSize
    self.microbatches = microbatches
    self.devices = devices
    self.chunks = chunks
    self.precision = precision
    self.optimizer = optimizer
    self.attention = attention
  }

  /// The tokens of one microbatch that a device treats, those that tensor parallelism shares among them.
  public var tokens: Double { Double(sequence) * Double(microbatchSize) / Double(context) }

  /// How many stages there are.
  public var stages: Int { devices * chunks }
}

/// What numbers matrices are multiplied in.
public enum Precision: String, Hashable, Sendable, CaseIterable {
  /// 16 bits.
  case bfloat16 = "bf16"
  /// 16 bits.
  case float16 = "fp16"
  /// 8 bits in products of matrices; weights and activations stay in 16 bits, and so does attention.
  case float8 = "fp8"
  /// 32 bits.
  case float32 = "fp32"

  /// The bytes of an activation.
  public var bytes: Double { self == .float32 ? 4 : 2 }

  /// What attention is worked out in.
  public var ofAttention: Precision { self == .float8 ? .bfloat16 : self }
}

/// How attention is worked out.
public enum AttentionKernel: String, Hashable, Sendable, CaseIterable {
  /// Scores are never held: the backward pass works them out again (arXiv 2205.14135).
  case flash
  /// Scores are held.
  case eager

  /// How many times the operations of the scores the backward pass takes.
  public var backwardFactor: Double { self == .flash ? 2.5 : 2 }
}
