/// What the name of a layer says of its part in the model: `decoder.layers.3.mlp` is a part of transformer layer 3.
///
/// Frameworks name layers by paths of modules, and this is the only place that knows their words. The first telling
/// word of a path decides, so that containers (`model`, `decoder`, `encoder`, ...) in front of it say nothing and
/// parts of a layer behind it do not either: `layers.0.norm` belongs to layer 0, `decoder.final_layernorm` is the
/// model's norm. Known are the names of Megatron-core, torchtitan and the families of Hugging Face.
public struct LayerName: Hashable, Sendable {
  /// A part of a model.
  public enum Role: Hashable, Sendable {
    /// Turns tokens or positions into vectors: `tok_embeddings`, `embedding.word_embeddings`, `wte`.
    case embedding
    /// A transformer layer of a stack, by its number: `layers.0`, `transformer.h.0`, `encoder.block.0`.
    case transformer(Numbered)
    /// A layer that predicts further tokens: `mtp.layers.0`. Its parts may have no number.
    case multiTokenPrediction(Int?)
    /// The norm behind the last layer: `norm`, `final_layernorm`, `ln_f`.
    case norm
    /// What makes the loss of the last layer's vectors: `lm_head`, `output_layer`, `output`.
    case head
    /// Rotations for positions, which have no weights: frameworks make them wherever they are needed.
    case rotation
  }

  /// The place of a numbered layer.
  public struct Numbered: Hashable, Sendable {
    /// What tells a stack of layers from others of the same model, such as `encoder`; empty where nothing does.
    public let stack: String
    /// The layer's number in its stack, from zero.
    public let number: Int
  }

  /// The part; `nil` for a name without a word that is known. A container without a number is no layer.
  public let role: Role?
  /// Whether the name goes on behind the number of its layer.
  public let isPart: Bool

  /// Reads a name. O(length).
  public init(_ name: String) {
    let words = Self.words(of: name)
    guard !words.contains(where: { $0.hasPrefix("rotary") }) else {
      (role, isPart) = (.rotation, false)
      return
    }
    for (index, word) in words.enumerated() {
      let following = words[(index + 1)...]
      if let role = Self.module(word, following: following.first) {
        (self.role, isPart) = (role, false)
        return
      }
      if word == "mtp" {
        role = .multiTokenPrediction(following.lazy.compactMap(Self.number).first)
        isPart = following.last.map { Self.number($0) == nil } ?? false
        return
      }
      if Self.blocks.contains(word), let number = following.first.flatMap(Self.number) {
        let stack = words[..<index].filter { !Self.neutral.contains($0) }.joined(separator: ".")
        role = .transformer(Numbered(stack: stack, number: number))
        isPart = following.count > 1
        return
      }
    }
    (role, isPart) = (nil, false)
  }
}

extension LayerName {
  /// Words that stand in front of a layer's number.
  private static let blocks: Set<String> = ["layer", "layers", "block", "blocks", "h"]

  /// Containers of a model's only stack of layers, or of that which is decoded.
  private static let neutral: Set<String> = ["model", "module", "transformer", "decoder"]

  /// The part of a model that stands alone under this word.
  private static func module(_ word: String, following: String?) -> Role? {
    if word.hasPrefix("unembed") { return .head }
    if word.contains("embed") { return following == "out" ? .head : .embedding }
    if ["wte", "wpe", "emb"].contains(word) { return .embedding }
    if word.hasPrefix("norm") || word.hasSuffix("norm") || ["ln", "lnf"].contains(word) { return .norm }
    if ["head", "lmhead", "output", "loss"].contains(word) { return .head }
    return nil
  }

  /// The number of a layer; no model has as many layers as a problem may not have stages.
  private static func number(_ word: String) -> Int? {
    Int(word).flatMap { ProblemRules.counts.upperBound > $0 ? $0 : nil }
  }

  /// The letters and the numbers of a name in lower case, one by one: `h.12`, `layer_12` and `layer12` say the same.
  private static func words(of name: String) -> [String] {
    var words: [String] = []
    var last: Kind?
    for scalar in name.lowercased().unicodeScalars {
      let kind = Kind(scalar)
      if let kind {
        if kind != last { words.append("") }
        words[words.count - 1].unicodeScalars.append(scalar)
      }
      last = kind
    }
    return words
  }

  private enum Kind {
    case letter, digit

    init?(_ scalar: Unicode.Scalar) {
      if ("0"..."9").contains(scalar) {
        self = .digit
      } else if scalar.properties.isAlphabetic {
        self = .letter
      } else {
        return nil
      }
    }
  }
}
