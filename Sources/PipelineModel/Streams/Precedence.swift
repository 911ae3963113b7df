/// An operation that waits for another, beyond what the inputs of stages and the way back ask: an arc of the operation
/// graph that is no message of a microbatch on its route.
///
/// Phases of one operation follow each other so, and tasks what they need.
public struct Precedence: Hashable, Sendable {
  /// The passes of one stage that are meant.
  public struct End: Hashable, Sendable {
    /// The stage.
    public var stage: Stage.ID
    /// `F`, `B` or `W`; a `BW` stands for the last two.
    public var kind: Operation.Kind
    /// The microbatch whose pass is meant; `nil` for that of every one.
    public var microbatch: Microbatch.ID?

    /// Names passes.
    public init(_ kind: Operation.Kind, stage: Stage.ID, microbatch: Microbatch.ID? = nil) {
      self.stage = stage
      self.kind = kind
      self.microbatch = microbatch
    }
  }

  /// What is waited for.
  public var producer: End
  /// What waits.
  public var consumer: End
  /// Whether a microbatch waits for its own pass alone: each consumer for the producer of the same microbatch.
  public var isWithinMicrobatch: Bool

  /// Names an arc, or many of one kind.
  public init(_ producer: End, before consumer: End, isWithinMicrobatch: Bool = false) {
    self.producer = producer
    self.consumer = consumer
    self.isWithinMicrobatch = isWithinMicrobatch
  }
}

extension Problem {
  /// What operations wait for beyond their inputs and gradients.
  public var precedences: [Precedence] { instance.precedences }

  /// What operations wait for that the iteration before hands over. It makes no schedule longer, only the period.
  public var handovers: [Precedence] { instance.handovers }

  /// Whether tasks wait for some `W`, or it for them, in their iteration or in the next: those of equal cost are then not alike.
  package var namesWeights: Bool {
    (precedences + handovers).contains {
      $0.producer.kind == .backwardWeight || $0.consumer.kind == .backwardWeight
    }
  }

  /// The operations that hand something over to the next iteration. O(handovers x microbatches).
  package var handingOver: Set<Operation> {
    var found = Set<Operation>()
    for end in Set(handovers.map(\.producer)) {
      for microbatch in microbatches(at: end) {
        found.insert(Operation(end.kind, stage: end.stage, microbatch: microbatch))
      }
    }
    return found
  }

  /// The operations that one end of a precedence stands for, by microbatch, on the routes that visit its stage.
  /// O(microbatches).
  package func microbatches(at end: Precedence.End) -> [Microbatch.ID] {
    let visiting = routes.map { route in route.visits.contains { $0.stage == end.stage } }
    let candidates = end.microbatch.map { [$0] } ?? microbatches.indices.map { Microbatch.ID($0) }
    return candidates.filter { visiting[Int(routeIndexes[$0.index])] }
  }

  /// Calls `body` with each precedence, or each of others, and the microbatches of each two operations that it joins.
  /// O(pairs + precedences x microbatches).
  package func forEachPrecedence(
    of others: [Precedence]? = nil,
    _ body: (_ precedence: Precedence, _ producer: Microbatch.ID, _ consumer: Microbatch.ID) -> Void
  ) {
    for precedence in others ?? precedences {
      let producers = microbatches(at: precedence.producer)
      let consumers = microbatches(at: precedence.consumer)
      if precedence.isWithinMicrobatch {
        let own = Set(consumers)
        for microbatch in producers where own.contains(microbatch) {
          body(precedence, microbatch, microbatch)
        }
      } else {
        for producer in producers { for consumer in consumers { body(precedence, producer, consumer) } }
      }
    }
  }
}

extension Instance {
  /// Per microbatch the first one of which precedences say the same; `nil` for one that none names. Empty where none is
  /// named. O(microbatches + precedences).
  var microbatchesNamedAlike: [Microbatch.ID?] {
    /// What a precedence says of one of its ends.
    struct Role: Hashable {
      var kind: Operation.Kind
      var stage: Stage.ID
      var isProducer: Bool
      var isHandover: Bool
      var other: Precedence.End
    }
    var roles: [Microbatch.ID: Set<Role>] = [:]
    for (precedence, isHandover) in precedences.map({ ($0, false) }) + handovers.map({ ($0, true) }) {
      for (own, other) in [
        (precedence.producer, precedence.consumer), (precedence.consumer, precedence.producer),
      ] {
        guard let microbatch = own.microbatch else { continue }
        roles[microbatch, default: []].insert(
          Role(
            kind: own.kind, stage: own.stage, isProducer: own == precedence.producer, isHandover: isHandover,
            other: other))
      }
    }
    guard !roles.isEmpty else { return [] }
    var first: [Set<Role>: Microbatch.ID] = [:]
    return microbatches.indices.map { index in
      let microbatch = Microbatch.ID(index)
      guard let own = roles[microbatch] else { return nil }
      let known = first[own] ?? microbatch
      first[own] = known
      return known
    }
  }
}
