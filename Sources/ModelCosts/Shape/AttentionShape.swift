/// How the tokens of a sequence look at each other.
public enum AttentionShape: Hashable, Sendable {
  /// Queries with keys and values of their own, or shared by groups of heads.
  case grouped(GroupedAttention)
  /// Keys and values from one short vector per token: DeepSeek's multi-head latent attention.
  case latent(LatentAttention)

  /// Its matrices, in the order in which they are used.
  public var matrices: [WeightMatrix] {
    switch self {
    case .grouped(let attention): attention.matrices
    case .latent(let attention): attention.matrices
    }
  }

  /// The parameters of the norms inside.
  public var normParameters: Double {
    switch self {
    case .grouped(let attention): attention.hasHeadNorms ? 2 * attention.headSize : 0
    case .latent(let attention): (attention.queryRank ?? 0) + attention.keyRank
    }
  }

  /// How many heads there are.
  public var heads: Double {
    switch self {
    case .grouped(let attention): attention.heads
    case .latent(let attention): attention.heads
    }
  }

  /// How many heads of keys and values there are.
  public var keyHeads: Double {
    switch self {
    case .grouped(let attention): attention.keyHeads
    case .latent(let attention): attention.heads
    }
  }

  /// How many numbers of a key and a value a head multiplies by for each key: those of the dot product and those of
  /// the weighted sum.
  public var scoreWidth: Double {
    switch self {
    case .grouped(let attention): 2 * attention.headSize
    case .latent(let attention): attention.plainSize + attention.rotarySize + attention.valueSize
    }
  }
}

/// Attention whose heads may share keys and values in groups: `keyHeads` is 1 for multi-query, `heads` for multi-head.
public struct GroupedAttention: Hashable, Sendable {
  /// The length of a token's vector.
  public var hidden: Double
  /// How many heads of queries there are.
  public var heads: Double
  /// How many heads of keys and values there are.
  public var keyHeads: Double
  /// The length of a head's vectors.
  public var headSize: Double
  /// Whether queries, keys and values have a bias.
  public var hasInputBias: Bool
  /// Whether the last matrix has a bias.
  public var hasOutputBias: Bool
  /// Whether queries and keys are normalised, head by head: Qwen3, Gemma 3, GLM-4.5.
  public var hasHeadNorms: Bool

  /// Describes attention.
  public init(
    hidden: Double, heads: Double, keyHeads: Double, headSize: Double, hasInputBias: Bool = false,
    hasOutputBias: Bool = false, hasHeadNorms: Bool = false
  ) {
    self.hidden = hidden
    self.heads = heads
    self.keyHeads = keyHeads
    self.headSize = headSize
    self.hasInputBias = hasInputBias
    self.hasOutputBias = hasOutputBias
    self.hasHeadNorms = hasHeadNorms
  }

  /// The length of all queries of a token.
  var queryWidth: Double { heads * headSize }
  /// The length of all keys of a token, and of all values.
  var keyWidth: Double { keyHeads * headSize }

  var matrices: [WeightMatrix] {
    [
      WeightMatrix(hidden, queryWidth, hasBias: hasInputBias, split: .outputs),
      WeightMatrix(hidden, keyWidth, hasBias: hasInputBias, split: .outputs),
      WeightMatrix(hidden, keyWidth, hasBias: hasInputBias, split: .outputs),
      WeightMatrix(queryWidth, hidden, hasBias: hasOutputBias, split: .inputs),
    ]
  }
}

/// Latent attention: DeepSeek-V2 (arXiv 2405.04434), section 2.1.
public struct LatentAttention: Hashable, Sendable {
  /// The length of a token's vector.
  public var hidden: Double
  /// How many heads there are.
  public var heads: Double
  /// The length of the vector from which queries are made; `nil` where they are made of the token's own.
  public var queryRank: Double?
  /// The length of the vector from which keys and values are made.
  public var keyRank: Double
  /// The part of a head's query and key that is not rotated.
  public var plainSize: Double
  /// The part that is rotated; one key for all heads.
  public var rotarySize: Double
  /// The length of a head's value.
  public var valueSize: Double
  /// Whether the matrices that make the short vectors, and the last one, have a bias.
  public var hasBias: Bool

  /// Describes attention.
  public init(
    hidden: Double, heads: Double, queryRank: Double?, keyRank: Double, plainSize: Double, rotarySize: Double,
    valueSize: Double, hasBias: Bool = false
  ) {
    self.hidden = hidden
    self.heads = heads
    self.queryRank = queryRank
    self.keyRank = keyRank
    self.plainSize = plainSize
    self.rotarySize = rotarySize
    self.valueSize = valueSize
    self.hasBias = hasBias
  }

  /// The length of a head's query and key.
  var keySize: Double { plainSize + rotarySize }

  var matrices: [WeightMatrix] {
    let down = queryRank.map { [WeightMatrix(hidden, $0, hasBias: hasBias, split: .none)] } ?? []
    return down + [WeightMatrix(hidden, keyRank + rotarySize, hasBias: hasBias, split: .none)]
      + upProjections + [WeightMatrix(heads * valueSize, hidden, hasBias: hasBias, split: .inputs)]
  }

  /// The matrices that make queries, keys and values of all heads.
  var upProjections: [WeightMatrix] {
    [
      WeightMatrix(queryRank ?? hidden, heads * keySize, split: .outputs),
      WeightMatrix(keyRank, heads * (plainSize + valueSize), split: .outputs),
    ]
  }
}
