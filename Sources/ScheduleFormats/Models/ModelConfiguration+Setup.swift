import ModelCosts

extension ModelConfiguration {
  /// Why a configured model cannot be trained as it is told, with the key and the line that say so.
  ///
  /// - Parameters:
  ///   - bytes: the configuration, which was read before.
  ///   - file: the name that messages give it.
  public static func refusal(_ error: SetupError, in bytes: [UInt8], file: String) -> FormatError {
    let root = (try? ProblemFile.document(bytes)).flatMap { $0 }
    let isNested: Bool = if case .mapping? = root?["text_config"]?.content { true } else { false }
    let keys = isNested ? root?["text_config"] : root
    let spellings = spellings(error)
    guard let name = spellings.first(where: { keys?[$0] != nil }) ?? spellings.first else {
      return FormatError(.setup(error), file: file)
    }
    let refusal = FormatError(.setup(error), file: file, line: keys?[name]?.line).within(.name(name))
    return isNested ? refusal.within("text_config") : refusal
  }

  /// The keys that may say what does not fit.
  private static func spellings(_ error: SetupError) -> [String] {
    switch error {
    case .indivisible(.heads, _, _, _): ["num_attention_heads", "n_head"]
    case .indivisible(.keyHeads, _, _, _): ["num_key_value_heads", "multi_query_group_num"]
    case .indivisible(.inner, _, _, _): ["intermediate_size", "n_inner", "ffn_hidden_size"]
    case .indivisible(.expertInner, _, _, _): ["moe_intermediate_size", "intermediate_size"]
    case .indivisible(.experts, _, _, _): ["n_routed_experts", "num_local_experts", "num_experts"]
    case .indivisible(.sequence, _, _, _), .expertsWithoutCopies: []
    case .withoutExperts: ["model_type"]
    }
  }
}
