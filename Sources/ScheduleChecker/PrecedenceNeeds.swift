import PipelineModel

/// What operations need beyond the inputs and gradients of their visits: what phases of an operation and tasks wait for.
struct PrecedenceNeeds {
  private let byConsumer: [Stage.ID: [Precedence]]
  private let visits: VisitNumbers

  /// Sorts precedences by what waits; `nil` where there are none.
  init?(_ precedences: [Precedence], visits: VisitNumbers) {
    guard !precedences.isEmpty else { return nil }
    byConsumer = Dictionary(grouping: precedences) { $0.consumer.stage }
    self.visits = visits
  }

  /// The parts of visits that an operation waits for. O(precedences of its stage x microbatches).
  func needs(of operation: Operation) -> [(part: Coverage.Part, visit: Int)] {
    var needs: [(part: Coverage.Part, visit: Int)] = []
    for precedence in byConsumer[operation.stage] ?? [] {
      guard Self.parts(of: operation.kind).contains(precedence.consumer.kind),
        precedence.consumer.microbatch.map({ $0 == operation.microbatch }) ?? true,
        let part = Self.part(precedence.producer.kind)
      else { continue }
      for microbatch in producers(of: precedence, for: operation) {
        let stage = precedence.producer.stage.index
        guard let visit = visits.visit(stage: stage, microbatch: microbatch) else { continue }
        needs.append((part, visit))
      }
    }
    return needs
  }

  private func producers(of precedence: Precedence, for operation: Operation) -> Range<Int> {
    let own = operation.microbatch.index
    let named = precedence.producer.microbatch?.index
    if precedence.isWithinMicrobatch { return named ?? own == own ? own..<own + 1 : 0..<0 }
    return named.map { $0..<$0 + 1 } ?? 0..<visits.microbatchCount
  }

  /// What an operation does at once.
  private static func parts(of kind: Operation.Kind) -> [Operation.Kind] {
    kind == .backward ? [.backwardInput, .backwardWeight] : [kind]
  }

  private static func part(_ kind: Operation.Kind) -> Coverage.Part? {
    switch kind {
    case .forward: .forward
    case .backwardInput: .backwardInput
    case .backwardWeight: .backwardWeight
    default: nil
    }
  }
}
