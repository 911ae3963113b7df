/// A published model whose number of parameters is known to the unit.
struct PublishedModel {
  let name: String
  /// What its configuration says, as far as costs depend on it.
  let configuration: String
  let parameters: Double
  /// Who counted.
  let source: String

  /// All of them, the predictors of further tokens left out.
  static let all = [
    PublishedModel(
      name: "Llama 2 7B",
      configuration: """
        {"model_type": "llama", "hidden_size": 4096, "num_hidden_layers": 32, "num_attention_heads": 32,
        "num_key_value_heads": 32, "intermediate_size": 11008, "vocab_size": 32000}
        """,
      parameters: 6_738_415_616,
      source: "parameters that Hugging Face counts in the published checkpoint"),
    PublishedModel(
      name: "Llama 2 13B",
      configuration: """
        {"model_type": "llama", "hidden_size": 5120, "num_hidden_layers": 40, "num_attention_heads": 40,
        "intermediate_size": 13824, "vocab_size": 32000}
        """,
      parameters: 13_015_864_320,
      source: "parameters that Hugging Face counts in the published checkpoint; no num_key_value_heads"),
    PublishedModel(
      name: "Llama 2 70B",
      configuration: """
        {"model_type": "llama", "hidden_size": 8192, "num_hidden_layers": 80, "num_attention_heads": 64,
        "num_key_value_heads": 8, "intermediate_size": 28672, "vocab_size": 32000}
        """,
      parameters: 68_976_648_192,
      source: "parameters that Hugging Face counts in the published checkpoint"),
    PublishedModel(
      name: "Llama 3 8B",
      configuration: """
        {"model_type": "llama", "hidden_size": 4096, "num_hidden_layers": 32, "num_attention_heads": 32,
        "num_key_value_heads": 8, "intermediate_size": 14336, "vocab_size": 128256}
        """,
      parameters: 8_030_261_248,
      source: "parameters that Hugging Face counts in the published checkpoint"),
    PublishedModel(
      name: "Llama 3.1 70B",
      configuration: """
        {"model_type": "llama", "hidden_size": 8192, "num_hidden_layers": 80, "num_attention_heads": 64,
        "num_key_value_heads": 8, "intermediate_size": 28672, "vocab_size": 128256, "head_dim": 128}
        """,
      parameters: 70_553_706_496,
      source: "parameters that Hugging Face counts in the published checkpoint"),
    PublishedModel(
      name: "Llama 3.1 405B",
      configuration: """
        {"model_type": "llama", "hidden_size": 16384, "num_hidden_layers": 126, "num_attention_heads": 128,
        "num_key_value_heads": 8, "intermediate_size": 53248, "vocab_size": 128256}
        """,
      parameters: 405_853_388_800,
      source: "parameters that Hugging Face counts in the published checkpoint"),
    PublishedModel(
      name: "Llama 3.2 1B",
      configuration: """
        {"model_type": "llama", "hidden_size": 2048, "num_hidden_layers": 16, "num_attention_heads": 32,
        "num_key_value_heads": 8, "intermediate_size": 8192, "vocab_size": 128256,
        "tie_word_embeddings": true}
        """,
      parameters: 1_235_814_400,
      source: "parameters that Hugging Face counts in the published checkpoint"),
    PublishedModel(
      name: "Mistral 7B",
      configuration: """
        {"model_type": "mistral", "hidden_size": 4096, "num_hidden_layers": 32, "num_attention_heads": 32,
        "num_key_value_heads": 8, "intermediate_size": 14336, "vocab_size": 32000, "sliding_window": 4096}
        """,
      parameters: 7_241_732_096,
      source: "parameters that Hugging Face counts in the published checkpoint"),
    PublishedModel(
      name: "Mistral Nemo",
      configuration: """
        {"model_type": "mistral", "hidden_size": 5120, "num_hidden_layers": 40, "num_attention_heads": 32,
        "num_key_value_heads": 8, "head_dim": 128, "intermediate_size": 14336, "vocab_size": 131072}
        """,
      parameters: 12_247_782_400,
      source:
        "parameters that Hugging Face counts in the published checkpoint; heads narrower than their share"),
    PublishedModel(
      name: "Mixtral 8x7B",
      configuration: """
        {"model_type": "mixtral", "hidden_size": 4096, "num_hidden_layers": 32, "num_attention_heads": 32,
        "num_key_value_heads": 8, "intermediate_size": 14336, "vocab_size": 32000, "num_local_experts": 8,
        "num_experts_per_tok": 2}
        """,
      parameters: 46_702_792_704,
      source: "parameters that Hugging Face counts in the published checkpoint"),
    PublishedModel(
      name: "Mixtral 8x22B",
      configuration: """
        {"model_type": "mixtral", "hidden_size": 6144, "num_hidden_layers": 56, "num_attention_heads": 48,
        "num_key_value_heads": 8, "intermediate_size": 16384, "vocab_size": 32768, "num_local_experts": 8,
        "num_experts_per_tok": 2}
        """,
      parameters: 140_630_071_296,
      source: "parameters that Hugging Face counts in the published checkpoint"),
    PublishedModel(
      name: "Qwen 2.5 0.5B",
      configuration: """
        {"model_type": "qwen2", "hidden_size": 896, "num_hidden_layers": 24, "num_attention_heads": 14,
        "num_key_value_heads": 2, "intermediate_size": 4864, "vocab_size": 151936,
        "tie_word_embeddings": true}
        """,
      parameters: 494_032_768,
      source: "parameters that Hugging Face counts in the published checkpoint"),
    PublishedModel(
      name: "Qwen 2.5 7B",
      configuration: """
        {"model_type": "qwen2", "hidden_size": 3584, "num_hidden_layers": 28, "num_attention_heads": 28,
        "num_key_value_heads": 4, "intermediate_size": 18944, "vocab_size": 152064}
        """,
      parameters: 7_615_616_512,
      source: "parameters that Hugging Face counts in the published checkpoint"),
    PublishedModel(
      name: "Qwen 2.5 72B",
      configuration: """
        {"model_type": "qwen2", "hidden_size": 8192, "num_hidden_layers": 80, "num_attention_heads": 64,
        "num_key_value_heads": 8, "intermediate_size": 29568, "vocab_size": 152064}
        """,
      parameters: 72_706_203_648,
      source: "parameters that Hugging Face counts in the published checkpoint"),
    PublishedModel(
      name: "Qwen 1.5 MoE A2.7B",
      configuration: """
        {"model_type": "qwen2_moe", "hidden_size": 2048, "num_hidden_layers": 24,
        "num_attention_heads": 16, "num_key_value_heads": 16, "intermediate_size": 5632,
        "moe_intermediate_size": 1408, "shared_expert_intermediate_size": 5632, "num_experts": 60,
        "num_experts_per_tok": 4, "decoder_sparse_step": 1, "vocab_size": 151936}
        """,
      parameters: 14_315_784_192,
      source: "parameters that Hugging Face counts in the published checkpoint"),
    PublishedModel(
      name: "Qwen 3 8B",
      configuration: """
        {"model_type": "qwen3", "hidden_size": 4096, "num_hidden_layers": 36, "num_attention_heads": 32,
        "num_key_value_heads": 8, "head_dim": 128, "intermediate_size": 12288, "vocab_size": 151936}
        """,
      parameters: 8_190_735_360,
      source: "parameters that Hugging Face counts in the published checkpoint"),
    PublishedModel(
      name: "Qwen 3 30B-A3B",
      configuration: """
        {"model_type": "qwen3_moe", "hidden_size": 2048, "num_hidden_layers": 48,
        "num_attention_heads": 32, "num_key_value_heads": 4, "head_dim": 128, "intermediate_size": 6144,
        "moe_intermediate_size": 768, "num_experts": 128, "num_experts_per_tok": 8, "vocab_size": 151936}
        """,
      parameters: 30_532_122_624,
      source: "parameters that Hugging Face counts in the published checkpoint"),
    PublishedModel(
      name: "Qwen 3 235B-A22B",
      configuration: """
        {"model_type": "qwen3_moe", "hidden_size": 4096, "num_hidden_layers": 94,
        "num_attention_heads": 64, "num_key_value_heads": 4, "head_dim": 128, "intermediate_size": 12288,
        "moe_intermediate_size": 1536, "num_experts": 128, "num_experts_per_tok": 8, "vocab_size": 151936}
        """,
      parameters: 235_093_634_560,
      source: "parameters that Hugging Face counts in the published checkpoint"),
    PublishedModel(
      name: "Gemma 2B",
      configuration: """
        {"model_type": "gemma", "hidden_size": 2048, "num_hidden_layers": 18, "num_attention_heads": 8,
        "num_key_value_heads": 1, "head_dim": 256, "intermediate_size": 16384, "vocab_size": 256000}
        """,
      parameters: 2_506_172_416,
      source:
        "parameters that Hugging Face counts in the published checkpoint; tied unless the configuration says otherwise"
    ),
    PublishedModel(
      name: "Gemma 7B",
      configuration: """
        {"model_type": "gemma", "hidden_size": 3072, "num_hidden_layers": 28, "num_attention_heads": 16,
        "num_key_value_heads": 16, "head_dim": 256, "intermediate_size": 24576, "vocab_size": 256000}
        """,
      parameters: 8_537_680_896,
      source: "parameters that Hugging Face counts in the published checkpoint"),
    PublishedModel(
      name: "Gemma 2 2B",
      configuration: """
        {"model_type": "gemma2", "hidden_size": 2304, "num_hidden_layers": 26, "num_attention_heads": 8,
        "num_key_value_heads": 4, "head_dim": 256, "intermediate_size": 9216, "vocab_size": 256000,
        "sliding_window": 4096}
        """,
      parameters: 2_614_341_888,
      source: "parameters that Hugging Face counts in the published checkpoint; four norms per layer"),
    PublishedModel(
      name: "Gemma 2 9B",
      configuration: """
        {"model_type": "gemma2", "hidden_size": 3584, "num_hidden_layers": 42, "num_attention_heads": 16,
        "num_key_value_heads": 8, "head_dim": 256, "intermediate_size": 14336, "vocab_size": 256000,
        "sliding_window": 4096}
        """,
      parameters: 9_241_705_984,
      source: "parameters that Hugging Face counts in the published checkpoint"),
    PublishedModel(
      name: "Gemma 2 27B",
      configuration: """
        {"model_type": "gemma2", "hidden_size": 4608, "num_hidden_layers": 46, "num_attention_heads": 32,
        "num_key_value_heads": 16, "head_dim": 128, "intermediate_size": 36864, "vocab_size": 256000,
        "sliding_window": 4096}
        """,
      parameters: 27_227_128_320,
      source: "parameters that Hugging Face counts in the published checkpoint"),
    PublishedModel(
      name: "Gemma 3 1B",
      configuration: """
        {"model_type": "gemma3_text", "hidden_size": 1152, "num_hidden_layers": 26,
        "num_attention_heads": 4, "num_key_value_heads": 1, "head_dim": 256, "intermediate_size": 6912,
        "vocab_size": 262144, "sliding_window": 512}
        """,
      parameters: 999_885_952,
      source: "parameters that Hugging Face counts in the published checkpoint"),
    PublishedModel(
      name: "Gemma 3 4B",
      configuration: """
        {"model_type": "gemma3", "vision_config": {"hidden_size": 1152}, "text_config":
        {"hidden_size": 2560, "intermediate_size": 10240, "model_type": "gemma3_text",
        "num_hidden_layers": 34, "sliding_window": 1024}}
        """,
      parameters: 3_880_263_168,
      source: "4,300,079,472 on Hugging Face, less 416,866,032 of its vision tower and 2,950,272 between them"
    ),
    PublishedModel(
      name: "GPT-2",
      configuration: """
        {"model_type": "gpt2", "n_embd": 768, "n_layer": 12, "n_head": 12, "n_positions": 1024,
        "vocab_size": 50257}
        """,
      parameters: 124_439_808,
      source:
        "parameters that Hugging Face counts in the published checkpoint; the checkpoint's causal masks left out"
    ),
    PublishedModel(
      name: "GPT-2 XL",
      configuration: """
        {"model_type": "gpt2", "n_embd": 1600, "n_layer": 48, "n_head": 25, "n_positions": 1024,
        "vocab_size": 50257, "n_inner": null}
        """,
      parameters: 1_557_611_200,
      source:
        "parameters that Hugging Face counts in the published checkpoint; the checkpoint's causal masks left out"
    ),
    PublishedModel(
      name: "GPT-3 175B",
      configuration: """
        {"model_type": "gpt2", "n_embd": 12288, "n_layer": 96, "n_head": 96, "n_inner": 49152,
        "n_positions": 2048, "vocab_size": 50257}
        """,
      parameters: 174_604_259_328,
      source: "closed form; arXiv 2005.14165 rounds it to 175.0B"),
    PublishedModel(
      name: "GPT-NeoX 20B",
      configuration: """
        {"model_type": "gpt_neox", "hidden_size": 6144, "num_hidden_layers": 44, "num_attention_heads": 64,
        "intermediate_size": 24576, "vocab_size": 50432}
        """,
      parameters: 20_554_567_680,
      source: "arXiv 2204.06745, section 2"),
    PublishedModel(
      name: "Pythia 70M",
      configuration: """
        {"model_type": "gpt_neox", "hidden_size": 512, "num_hidden_layers": 6, "num_attention_heads": 8,
        "intermediate_size": 2048, "vocab_size": 50304}
        """,
      parameters: 70_426_624,
      source: "the table of github.com/EleutherAI/pythia"),
    PublishedModel(
      name: "Pythia 12B",
      configuration: """
        {"model_type": "gpt_neox", "hidden_size": 5120, "num_hidden_layers": 36, "num_attention_heads": 40,
        "intermediate_size": 20480, "vocab_size": 50688}
        """,
      parameters: 11_846_072_320,
      source: "the table of github.com/EleutherAI/pythia"),
    PublishedModel(
      name: "DeepSeek-V2",
      configuration: """
        {"model_type": "deepseek_v2", "hidden_size": 5120, "num_hidden_layers": 60,
        "num_attention_heads": 128, "q_lora_rank": 1536, "kv_lora_rank": 512, "qk_nope_head_dim": 128,
        "qk_rope_head_dim": 64, "v_head_dim": 128, "intermediate_size": 12288,
        "moe_intermediate_size": 1536, "n_routed_experts": 160, "n_shared_experts": 2,
        "num_experts_per_tok": 6, "first_k_dense_replace": 1, "vocab_size": 102400}
        """,
      parameters: 235_741_434_880,
      source: "parameters that Hugging Face counts in the published checkpoint"),
    PublishedModel(
      name: "DeepSeek-V2-Lite",
      configuration: """
        {"model_type": "deepseek_v2", "hidden_size": 2048, "num_hidden_layers": 27,
        "num_attention_heads": 16, "q_lora_rank": null, "kv_lora_rank": 512, "qk_nope_head_dim": 128,
        "qk_rope_head_dim": 64, "v_head_dim": 128, "intermediate_size": 10944,
        "moe_intermediate_size": 1408, "n_routed_experts": 64, "n_shared_experts": 2,
        "num_experts_per_tok": 6, "first_k_dense_replace": 1, "vocab_size": 102400}
        """,
      parameters: 15_706_484_224,
      source: "parameters that Hugging Face counts in the published checkpoint; queries without a rank"),
    PublishedModel(
      name: "DeepSeek-V3",
      configuration: """
        {"model_type": "deepseek_v3", "hidden_size": 7168, "num_hidden_layers": 61,
        "num_attention_heads": 128, "q_lora_rank": 1536, "kv_lora_rank": 512, "qk_nope_head_dim": 128,
        "qk_rope_head_dim": 64, "v_head_dim": 128, "intermediate_size": 18432,
        "moe_intermediate_size": 2048, "n_routed_experts": 256, "n_shared_experts": 1,
        "num_experts_per_tok": 8, "first_k_dense_replace": 3, "num_nextn_predict_layers": 1,
        "vocab_size": 129280}
        """,
      parameters: 671_026_419_200,
      source: "the headers of the published checkpoint, its predictor left out"),
    PublishedModel(
      name: "Kimi K2",
      configuration: """
        {"model_type": "kimi_k2", "hidden_size": 7168, "num_hidden_layers": 61, "num_attention_heads": 64,
        "q_lora_rank": 1536, "kv_lora_rank": 512, "qk_nope_head_dim": 128, "qk_rope_head_dim": 64,
        "v_head_dim": 128, "intermediate_size": 18432, "moe_intermediate_size": 2048,
        "n_routed_experts": 384, "n_shared_experts": 1, "num_experts_per_tok": 8,
        "first_k_dense_replace": 1, "num_nextn_predict_layers": 0, "vocab_size": 163840}
        """,
      parameters: 1_026_408_232_448,
      source: "1,026,408,235,864 on Hugging Face, less 3,416 numbers in 32 bits that are no weights"),
    PublishedModel(
      name: "GLM-4 9B",
      configuration: """
        {"model_type": "glm", "hidden_size": 4096, "num_hidden_layers": 40, "num_attention_heads": 32,
        "num_key_value_heads": 2, "head_dim": 128, "intermediate_size": 13696, "vocab_size": 151552,
        "attention_bias": true, "partial_rotary_factor": 0.5}
        """,
      parameters: 9_399_951_360,
      source: "parameters that Hugging Face counts in the published checkpoint"),
    PublishedModel(
      name: "GLM-4 9B in its own spelling",
      configuration: """
        {"model_type": "chatglm", "hidden_size": 4096, "num_layers": 40, "num_attention_heads": 32,
        "multi_query_attention": true, "multi_query_group_num": 2, "kv_channels": 128,
        "ffn_hidden_size": 13696, "padded_vocab_size": 151552, "add_qkv_bias": true,
        "add_bias_linear": false}
        """,
      parameters: 9_399_951_360,
      source: "parameters that Hugging Face counts in the published checkpoint"),
    PublishedModel(
      name: "GLM-4-0414 9B",
      configuration: """
        {"model_type": "glm4", "hidden_size": 4096, "num_hidden_layers": 40, "num_attention_heads": 32,
        "num_key_value_heads": 2, "head_dim": 128, "intermediate_size": 13696, "vocab_size": 151552,
        "attention_bias": true}
        """,
      parameters: 9_400_279_040,
      source: "parameters that Hugging Face counts in the published checkpoint"),
    PublishedModel(
      name: "GLM-4-0414 32B",
      configuration: """
        {"model_type": "glm4", "hidden_size": 6144, "num_hidden_layers": 61, "num_attention_heads": 48,
        "num_key_value_heads": 2, "head_dim": 128, "intermediate_size": 23040, "vocab_size": 151552,
        "attention_bias": false}
        """,
      parameters: 32_566_081_536,
      source: "parameters that Hugging Face counts in the published checkpoint"),
    PublishedModel(
      name: "ChatGLM3 6B",
      configuration: """
        {"model_type": "chatglm", "hidden_size": 4096, "num_layers": 28, "num_attention_heads": 32,
        "multi_query_attention": true, "multi_query_group_num": 2, "kv_channels": 128,
        "ffn_hidden_size": 13696, "padded_vocab_size": 65024, "add_qkv_bias": true,
        "add_bias_linear": false}
        """,
      parameters: 6_243_584_000,
      source: "parameters that Hugging Face counts in the published checkpoint"),
  ]

  /// Models whose checkpoints are counted with their predictors, which have copies of embedding and head there.
  static let withPredictors = [
    PublishedModel(
      name: "GLM-4.5-Air",
      configuration: """
        {"model_type": "glm4_moe", "hidden_size": 4096, "num_hidden_layers": 46, "num_attention_heads": 96,
        "num_key_value_heads": 8, "head_dim": 128, "intermediate_size": 10944, "moe_intermediate_size": 1408,
        "n_routed_experts": 128, "n_shared_experts": 1, "num_experts_per_tok": 8,
        "first_k_dense_replace": 1, "vocab_size": 151552, "attention_bias": true, "use_qk_norm": false,
        "num_nextn_predict_layers": 1}
        """,
      parameters: 110_468_824_832,
      source: "parameters that Hugging Face counts in the published checkpoint"),
    PublishedModel(
      name: "GLM-4.5",
      configuration: """
        {"model_type": "glm4_moe", "hidden_size": 5120, "num_hidden_layers": 92, "num_attention_heads": 96,
        "num_key_value_heads": 8, "head_dim": 128, "intermediate_size": 12288, "moe_intermediate_size": 1536,
        "n_routed_experts": 160, "n_shared_experts": 1, "num_experts_per_tok": 8,
        "first_k_dense_replace": 3, "vocab_size": 151552, "attention_bias": true, "use_qk_norm": true,
        "num_nextn_predict_layers": 1}
        """,
      parameters: 358_337_791_296,
      source: "parameters that Hugging Face counts in the published checkpoint"),
  ]
}
