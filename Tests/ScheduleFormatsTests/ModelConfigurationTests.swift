import ModelCosts
import Testing

@testable import ScheduleFormats

@Suite("Configurations of language models")
struct ModelConfigurationTests {
  private static let llama: [(String, String)] = [
    ("model_type", #""llama""#), ("hidden_size", "64"), ("num_hidden_layers", "2"),
    ("num_attention_heads", "4"),
    ("intermediate_size", "96"), ("vocab_size", "100"),
  ]

  private func decode(_ keys: [(String, String)]) throws(FormatError) -> ModelShape {
    let text = "{\n" + keys.map { "\"\($0.0)\": \($0.1)" }.joined(separator: ",\n") + "\n}\n"
    return try ModelConfiguration.decode(Array(text.utf8), file: "config.json")
  }

  private func setting(_ key: String, _ value: String?) -> [(String, String)] {
    let others = Self.llama.filter { $0.0 != key }
    return value.map { others + [(key, $0)] } ?? others
  }

  private func message(_ keys: [(String, String)]) -> String {
    do throws(FormatError) {
      _ = try decode(keys)
      return "no error"
    } catch {
      return error.description
    }
  }

  private func grouped(_ shape: ModelShape) throws -> GroupedAttention {
    guard case .grouped(let attention)? = shape.runs.first?.layer.attention else {
      Issue.record("no grouped attention")
      throw CancellationError()
    }
    return attention
  }

  @Test("mean by what they leave out what their model class does")
  func defaults() throws {
    let plain = try decode(Self.llama)
    let attention = try grouped(plain)
    #expect(attention.keyHeads == 4)
    #expect(attention.headSize == 16)
    #expect(!plain.isTied)
    #expect(try decode(setting("tie_word_embeddings", "true")).isTied)
    #expect(try decode(setting("model_type", #""gemma""#)).isTied)
    #expect(try grouped(decode(setting("model_type", #""gemma""#))).headSize == 256)
    #expect(try grouped(decode(setting("model_type", #""qwen3""#))).headSize == 128)
    #expect(try grouped(decode(setting("num_key_value_heads", "null"))).keyHeads == 4)
    #expect(try grouped(decode(setting("head_dim", "32"))).headSize == 32)
  }

  @Test("say which parts have a bias")
  func biases() throws {
    let attention = try grouped(decode(setting("attention_bias", "true")))
    #expect(attention.hasInputBias && attention.hasOutputBias)
    let qwen = try grouped(decode(setting("model_type", #""qwen2""#)))
    #expect(qwen.hasInputBias && !qwen.hasOutputBias)
    let plain = ParameterCounts(try decode(Self.llama)).total
    // Of gate and up 96 each, of down 64, in two layers.
    #expect(ParameterCounts(try decode(setting("mlp_bias", "true"))).total - plain == 2 * (96 * 2 + 64))
    #expect(ParameterCounts(try decode(setting("attention_bias", "true"))).total - plain == 2 * 4 * 64)
  }

  @Test("of models with more than text are those of their language model")
  func nested() throws {
    let inner = "{" + Self.llama.map { "\"\($0.0)\": \($0.1)" }.joined(separator: ", ") + "}"
    let shape = try decode([("model_type", #""llava""#), ("text_config", inner)])
    #expect(try ParameterCounts(shape).total == ParameterCounts(decode(Self.llama)).total)
    #expect(
      message([("model_type", #""llava""#), ("text_config", "{}")])
        .contains("text_config: model_type: expected one of") == false)
    #expect(message([("text_config", #"{"model_type": "llama"}"#)]).contains("text_config: expected the key"))
  }

  @Test("give layers windows and experts by their place")
  func places() throws {
    let windows = try decode(
      setting("model_type", #""gemma2""#) + [("sliding_window", "8")])
    #expect(windows.runs.map(\.layer.window) == [8, nil])
    let listed = try decode(
      setting("model_type", #""qwen3""#) + [
        ("sliding_window", "8"), ("use_sliding_window", "true"),
        ("layer_types", #"["full_attention", "sliding_attention"]"#),
      ])
    #expect(listed.runs.map(\.layer.window) == [nil, 8])
    let sparse = try decode(
      setting("model_type", #""qwen3_moe""#) + [
        ("num_experts", "8"), ("num_experts_per_tok", "2"), ("moe_intermediate_size", "16"),
        ("mlp_only_layers", "[1]"),
      ])
    #expect(sparse.runs.map { $0.layer.feedForward.experts?.count } == [8, nil])
  }

  @Test(
    "that miss a key or have no such value are refused with file and key",
    arguments: [
      ("hidden_size", nil, #"expected the key "hidden_size" or "n_embd", found none"#),
      ("hidden_size", "0", "config.json:7: hidden_size: expected a count from 1 to 16777216, found 0"),
      ("hidden_size", "1.5", "hidden_size: expected a count"),
      ("hidden_size", #""64""#, "hidden_size: expected a count"),
      ("hidden_size", "1e300", "hidden_size: expected a count"),
      ("hidden_size", "62", "num_attention_heads: expected a divisor of hidden_size, which is 62"),
      ("num_attention_heads", nil, #""num_attention_heads" or "n_head""#),
      ("num_key_value_heads", "3", "num_key_value_heads: expected a divisor of the 4 heads"),
      ("intermediate_size", nil, #""intermediate_size""#), ("vocab_size", nil, #""vocab_size""#),
      ("num_hidden_layers", "65537", "num_hidden_layers: expected a count from 1 to 65536"),
      ("attention_bias", "1", "attention_bias: expected true or false, found 1"),
      ("model_type", nil, #"expected the key "model_type", found none"#),
      ("model_type", #""bert""#, "config.json:7: model_type: expected one of llama, mistral, mixtral, qwen2"),
      ("model_type", #""deepseek_v3""#, #"expected the key "kv_lora_rank", found none"#),
      ("model_type", #""mixtral""#, #"expected the key "num_local_experts" or "num_experts", found none"#),
      ("model_type", #""gpt2""#, #""n_positions" or "max_position_embeddings""#),
    ] as [(String, String?, String)])
  func refusals(key: String, value: String?, expected: String) {
    let message = message(setting(key, value))
    #expect(message.hasPrefix("config.json"))
    #expect(message.contains(expected), "\(message)")
  }

  @Test("are refused where they are no mapping", arguments: ["[]", "3", "", "{", "\u{0}"])
  func notMappings(text: String) {
    #expect(throws: FormatError.self) {
      try ModelConfiguration.decode(Array(text.utf8), file: "config.json")
    }
  }
}
