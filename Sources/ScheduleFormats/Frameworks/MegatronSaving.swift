import PipelineModel

/// What Megatron-core is told of modes: one setting for all stages and microbatches.
///
/// Source: `TransformerConfig` in megatron/core/transformer/transformer_config.py.
struct MegatronSaving {
  private(set) var arguments: [MegatronSettings.Argument] = []
  private(set) var statements: [String] = []

  /// The modules that Megatron recomputes, and those whose activations it offloads.
  private static let recomputed: Set = [
    "core_attn", "gdn_norm_out", "gdp_in_proj", "gdp_qkv", "layernorm", "mhc", "mla_up_proj", "mlp", "moe",
    "moe_act",
    "shared_experts",
  ]
  private static let offloaded: Set = [
    "attn_norm", "attn_proj", "core_attn", "expert_fc1", "fused_group_mlp", "gdp_qkv", "mlp_norm", "moe_act",
    "qkv_linear",
  ]

  /// Finds the setting.
  ///
  /// - Throws: `ExportRefusal` where microbatches or stages differ in more than one setting can say, and for `R`,
  ///   modules that Megatron does not know, and offloads without modules.
  init(_ problem: Problem) throws(ExportRefusal) {
    try problem.checkRecomputesWithin()
    let savings = try problem.savings()
    let counts = problem.transformerCounts
    // A stage without transformer layers, of an embedding or a head, has nothing that a setting is about.
    let concerned = savings.indices.filter { counts?[$0] != 0 || !savings[$0].isPlain }
    guard let first = concerned.first else { return }
    try add(savings, of: concerned, counts)
    let offloads = savings[first].offload
    if let other = concerned.first(where: { savings[$0].offload != offloads }) {
      throw .unequalModes(Stage.ID(first), Stage.ID(other))
    }
    try add(offloads, on: Stage.ID(first))
  }

  private mutating func add(
    _ savings: [StageSaving], of stages: [Int], _ counts: [Int]?
  ) throws(ExportRefusal) {
    if let stage = stages.first(where: { if case .modules = savings[$0].recompute { true } else { false } }),
      case .modules(let modules) = savings[stage].recompute
    {
      if let other = stages.first(where: { savings[$0].recompute != .modules(modules) }) {
        throw .unequalModes(Stage.ID(stage), Stage.ID(other))
      }
      return try add(modules)
    }
    if let layers = try Self.block(savings, of: stages, counts) {
      guard layers > 0 else { return }
      arguments += Self.full + [.init(name: "recompute-method", value: .text("block"))]
      arguments.append(.init(name: "recompute-num-layers", value: .number(layers)))
    } else {
      // Units of one layer, all of which are recomputed.
      arguments += Self.full + [.init(name: "recompute-method", value: .text("uniform"))]
      arguments.append(.init(name: "recompute-num-layers", value: .number(1)))
    }
  }

  static let full: [MegatronSettings.Argument] = [.init(name: "recompute-granularity", value: .text("full"))]

  /// How many layers of every stage are recomputed, from its first on, as far as it has so many; `nil` for all of an
  /// unknown number.
  private static func block(
    _ savings: [StageSaving], of stages: [Int], _ counts: [Int]?
  ) throws(ExportRefusal) -> Int? {
    // More layers than any stage has stand for an unknown number of all.
    let unknown = Int.max
    let parts = stages.map { savings[$0].recompute.layerCount(of: counts?[$0] ?? unknown) ?? 0 }
    let most = parts.max() ?? 0
    if let place = stages.indices.first(where: { parts[$0] != min(most, counts?[stages[$0]] ?? unknown) }),
      let whole = stages.indices.first(where: { parts[$0] == most })
    {
      throw .unequalModes(Stage.ID(stages[whole]), Stage.ID(stages[place]))
    }
    return most == unknown ? nil : most
  }

  private mutating func add(_ modules: [String]) throws(ExportRefusal) {
    try Self.check(modules, known: Self.recomputed)
    arguments += [
      .init(name: "recompute-granularity", value: .text("selective")),
      .init(name: "recompute-modules", value: .words(modules)),
    ]
    if modules.contains("core_attn") {
      statements.append("With flash or fused attention, core_attn holds nothing that recompute could save.")
    }
  }

  private mutating func add(_ offload: StageSaving.Offload, on stage: Stage.ID) throws(ExportRefusal) {
    switch offload {
    case .nothing: return
    case .amount: throw .offloadWithoutModules(stage)
    case .modules(let modules):
      try Self.check(modules, known: Self.offloaded)
      guard !modules.contains("attn_proj") || modules.contains("core_attn") else { throw .projectionAlone() }
      arguments += [
        .init(name: "fine-grained-activation-offloading", value: .flag),
        .init(name: "offload-modules", value: .words(modules)),
      ]
      statements.append(
        "Offloading needs --transformer-impl transformer_engine; Megatron launches reloads by itself.")
    }
  }

  private static func check(_ modules: [String], known: Set<String>) throws(ExportRefusal) {
    if let module = modules.first(where: { !known.contains($0) }) {
      throw .unknownModule(module, known: known.sorted())
    }
  }
}

extension ExportRefusal {
  /// Stages of different modes where a framework has one setting for all.
  fileprivate static func unequalModes(_ stage: Stage.ID, _ other: Stage.ID) -> Self {
    Self(
      "expected one setting of recompute and offload for all stages, found others on stage \(stage) and on stage "
        + "\(other)", .modesPer(.problem))
  }

  /// Modules that Megatron does not know by this name.
  fileprivate static func unknownModule(_ module: String, known: [String]) -> Self {
    Self("expected modules of \(known.joined(separator: ", ")), found \(module.quoted)")
  }

  /// An offload that says how much, and not what.
  fileprivate static func offloadWithoutModules(_ stage: Stage.ID) -> Self {
    Self(
      "expected the modules that a mode offloads, found none on stage \(stage)",
      .change("name them in the mode as modules"), .genericProgram)
  }

  /// A module whose input is another's output, which stays.
  fileprivate static func projectionAlone() -> Self {
    Self("expected core_attn beside attn_proj, whose input it makes, found attn_proj alone")
  }
}
