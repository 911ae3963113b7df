/// What is held of one token, in bytes: a sum of terms such as `4 h`, so that every number comes with its formula.
public struct TokenBytes: Hashable, Sendable {
  /// A number of bytes for each element of something.
  public struct Term: Hashable, Sendable {
    /// The bytes of an element.
    public var bytes: Double
    /// What the elements are of, such as `h` or `a s`.
    public var symbol: String
    /// How many elements there are.
    public var count: Double
    /// Whether tensor parallelism always cuts it, as it lies between two matrices of a pair. What lies outside of them
    /// is cut only together with sequence parallelism.
    public var isCut: Bool

    /// All its bytes.
    var total: Double { bytes * count }
  }

  /// The terms, in order.
  public private(set) var terms: [Term] = []

  /// Nothing.
  public init() {}

  /// All of it.
  public var total: Double { terms.reduce(0) { $0 + $1.total } }

  /// What one device holds of it.
  public func onDevice(_ setup: TrainingSetup) -> Double {
    let tensor = Double(setup.tensor)
    let cut = terms.reduce(0) { $0 + ($1.isCut ? $1.total : 0) }
    let whole = terms.reduce(0) { $0 + ($1.isCut ? 0 : $1.total) }
    return setup.isSequenceParallel ? (cut + whole) / tensor : cut / tensor + whole
  }

  /// Adds something that lies between two matrices of a pair.
  mutating func addCut(_ bytes: Double, _ symbol: String, _ count: Double) {
    add(Term(bytes: bytes, symbol: symbol, count: count, isCut: true))
  }

  /// Adds something that lies outside of such pairs.
  mutating func addWhole(_ bytes: Double, _ symbol: String, _ count: Double) {
    add(Term(bytes: bytes, symbol: symbol, count: count, isCut: false))
  }

  private mutating func add(_ term: Term) {
    let same = terms.firstIndex {
      $0.symbol == term.symbol && $0.count == term.count && $0.isCut == term.isCut
    }
    if let same {
      terms[same].bytes += term.bytes
      if terms[same].bytes == 0 { terms.remove(at: same) }
    } else if term.total != 0 {
      terms.append(term)
    }
  }

  static func + (left: TokenBytes, right: TokenBytes) -> TokenBytes {
    var sum = left
    for term in right.terms { sum.add(term) }
    return sum
  }

  static func - (left: TokenBytes, right: TokenBytes) -> TokenBytes {
    var difference = left
    for var term in right.terms {
      term.bytes = -term.bytes
      difference.add(term)
    }
    return difference
  }
}

extension TokenBytes {
  /// The formula of what one device holds of n tokens: `n ((4 h_q + 4 a)/t + 8 h)`.
  func formula(_ setup: TrainingSetup) -> String {
    guard !terms.isEmpty else { return "0" }
    let (cut, whole) = (Self.sum(terms.filter(\.isCut)), Self.sum(terms.filter { !$0.isCut }))
    if setup.tensor == 1 || setup.isSequenceParallel {
      let sum = "n (\(Self.sum(terms)))"
      return setup.tensor == 1 ? sum : "\(sum)/t"
    }
    return switch (cut.isEmpty, whole.isEmpty) {
    case (true, _): "n (\(whole))"
    case (_, true): "n (\(cut))/t"
    default: "n ((\(cut))/t + \(whole))"
    }
  }

  private static func sum(_ terms: [Term]) -> String {
    terms.map { term in
      term.symbol.isEmpty ? term.total.formulaText : "\(term.bytes.formulaText) \(term.symbol)"
    }.joined(separator: " + ")
  }
}

/// What decides how much is held of a token.
public struct ActivationRules: Hashable, Sendable {
  /// The bytes of an activation.
  public var bytes: Double
  /// How attention is worked out.
  public var kernel: AttentionKernel
  /// The length of the sequences.
  public var sequence: Double
  /// What training drops.
  public var dropout: ModelShape.Dropout

  /// Describes the rules.
  public init(
    bytes: Double = 2, kernel: AttentionKernel = .flash, sequence: Int = 1,
    dropout: ModelShape.Dropout = .init()
  ) {
    self.bytes = bytes
    self.kernel = kernel
    self.sequence = Double(sequence)
    self.dropout = dropout
  }

  /// The rules of a model's training.
  public init(_ model: ModelShape, _ setup: TrainingSetup) {
    self.init(
      bytes: setup.precision.bytes, kernel: setup.attention, sequence: setup.sequence, dropout: model.dropout)
  }
}
