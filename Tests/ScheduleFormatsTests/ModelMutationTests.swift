import ModelCosts
import TestSupport
import Testing

@testable import ScheduleFormats

@Suite("Damaged configurations and machines make an estimate or get one error, and never crash")
struct ModelMutationTests {
  private static let configurations = [
    """
    {"model_type": "deepseek_v3", "hidden_size": 64, "num_hidden_layers": 5, "num_attention_heads": 8,
     "q_lora_rank": 16, "kv_lora_rank": 8, "qk_nope_head_dim": 8, "qk_rope_head_dim": 4, "v_head_dim": 8,
     "intermediate_size": 96, "moe_intermediate_size": 32, "n_routed_experts": 8, "n_shared_experts": 1,
     "num_experts_per_tok": 2, "first_k_dense_replace": 1, "moe_layer_freq": 1,
     "num_nextn_predict_layers": 1, "vocab_size": 100, "attention_bias": false, "tie_word_embeddings": false}
    """,
    """
    {"model_type": "qwen3_moe", "text_config": {"model_type": "qwen3_moe", "hidden_size": 64,
     "num_hidden_layers": 4, "num_attention_heads": 8, "num_key_value_heads": 2, "head_dim": 8,
     "intermediate_size": 96, "moe_intermediate_size": 32, "num_experts": 8, "num_experts_per_tok": 2,
     "decoder_sparse_step": 2, "mlp_only_layers": [1], "sliding_window": 8, "use_sliding_window": true,
     "max_window_layers": 2, "layer_types": null, "vocab_size": 100}}
    """,
    """
    {"model_type": "gpt2", "n_embd": 64, "n_layer": 3, "n_head": 4, "n_inner": null, "n_positions": 32,
     "attn_pdrop": 0.1, "resid_pdrop": 0, "embd_pdrop": 0.1, "vocab_size": 100}
    """,
  ]

  private static let machine = """
    pipeloom: hardware/1
    name: test
    source: nowhere
    peak: {bf16: 1e15, fp8: 2e15}
    efficiency: {matrix: [[0, 0.2], [1e12, 0.7]], attention: 0.4}
    memory: {bandwidth: 2e12, limit: 80e9, reserve: 0.1}
    links: {tensor: 4e11, pipeline: {bandwidth: 5e10, latency: 8e-6}, expert: 1e10}
    overhead: 1e-5

    """

  /// Estimates, writes the problem and reads it again; what a setup or a problem refuses is no fault of a file.
  private func check(_ model: ModelShape, _ machine: Hardware) throws {
    #expect(ParameterCounts(model).total > 0)
    guard model.layerCount < 100 else { return }
    for setup in [
      TrainingSetup(sequence: 64), TrainingSetup(sequence: 64, tensor: 2, expert: 2, data: 2, devices: 2),
    ] {
      guard let estimate = try? Estimate(model, setup, on: machine),
        let problem = try? estimate.problem(named: "damaged")
      else { continue }
      let bytes = try ProblemFile.encode(problem)
      guard case .partitioning(let again) = try ProblemFile.contents(bytes, file: "again") else {
        Issue.record("layers came back cut")
        return
      }
      #expect(again == problem)
    }
  }

  @Test("configurations", arguments: 0..<15)
  func configurations(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed) + 900)
    let machine = try HardwareFile.decode(Array(Self.machine.utf8), file: "machine")
    for round in 0..<60 {
      let text = Array(Self.configurations[round % Self.configurations.count].utf8)
      let damaged = TextMutator.mutate(text, using: &random)
      do throws(FormatError) {
        let model = try ModelConfiguration.decode(damaged, file: "damaged")
        #expect(throws: Never.self) { try check(model, machine) }
      } catch {
        #expect(error.description.hasPrefix("damaged"))
        #expect(!error.description.contains("\n"))
      }
    }
  }

  @Test("machines", arguments: 0..<15)
  func machines(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed) + 950)
    let model = try ModelConfiguration.decode(Array(Self.configurations[0].utf8), file: "model")
    for _ in 0..<60 {
      let damaged = TextMutator.mutate(Array(Self.machine.utf8), using: &random)
      do throws(FormatError) {
        let machine = try HardwareFile.decode(damaged, file: "damaged")
        #expect(throws: Never.self) { try check(model, machine) }
      } catch {
        #expect(error.description.hasPrefix("damaged"))
        #expect(!error.description.contains("\n"))
      }
    }
  }
}
