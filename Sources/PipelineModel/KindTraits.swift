/// What is true of a kind of operation wherever it runs: the catalogue of kinds, one entry each.
///
/// How long an operation of a kind takes is a stage's to say (`Stage.duration(of:)`); how a format spells a kind is the
/// format's, and its colours are the diagrams'.
public struct KindTraits: Sendable {
  /// The symbol in files, diagrams and messages.
  public let symbol: StaticString
  /// What the symbol stands for, in words.
  public let title: String
  /// What the operation needs from other stages and makes for them; `nil` where it needs only its own visit's
  /// operations, and nothing waits for it.
  public let payload: Transfer.Payload?
  /// Whether it counts as a forward pass in gaps between operations.
  public let isForward: Bool
  /// What it does at once; itself alone unless it is fused.
  public let parts: [Operation.Kind]
  /// What memory it takes and gives back at its start.
  package let atStart: MemoryChange
  /// What memory it takes and gives back at its end.
  package let atEnd: MemoryChange

  /// Activations of one microbatch on one stage, taken and given back at one instant.
  package struct MemoryChange: Sendable {
    package var takes: Held = .nothing
    package var gives: Held = .nothing
  }

  /// What a visit holds from one of its operations to another.
  package enum Held: Sendable {
    case nothing
    /// From `F` until `R` or the backward pass.
    case checkpoint
    /// The part of the checkpoint that is with the host for some time.
    case offloaded
    /// What is there when the backward pass starts.
    case beforeBackward
    /// During the backward pass.
    case activation
    /// Between `B` and `W`.
    case activationForW
  }

  fileprivate static let catalogue: [KindTraits] = [
    KindTraits(
      symbol: "F", title: "forward", payload: .activation, isForward: true, parts: [.forward],
      atStart: MemoryChange(takes: .checkpoint), atEnd: MemoryChange()),
    KindTraits(
      symbol: "B", title: "backward, input", payload: .gradient, isForward: false, parts: [.backwardInput],
      atStart: MemoryChange(takes: .activation, gives: .beforeBackward),
      atEnd: MemoryChange(takes: .activationForW, gives: .activation)),
    KindTraits(
      symbol: "W", title: "backward, weights", payload: nil, isForward: false, parts: [.backwardWeight],
      atStart: MemoryChange(), atEnd: MemoryChange(gives: .activationForW)),
    KindTraits(
      symbol: "BW", title: "backward, fused", payload: .gradient, isForward: false,
      parts: [.backwardInput, .backwardWeight],
      atStart: MemoryChange(takes: .activation, gives: .beforeBackward),
      atEnd: MemoryChange(gives: .activation)),
    KindTraits(
      symbol: "R", title: "recompute", payload: nil, isForward: true, parts: [.recompute],
      atStart: MemoryChange(takes: .activation, gives: .checkpoint), atEnd: MemoryChange()),
    KindTraits(
      symbol: "L", title: "reload", payload: nil, isForward: false, parts: [.reload],
      atStart: MemoryChange(takes: .offloaded), atEnd: MemoryChange()),
  ]
}

extension Operation.Kind {
  /// The symbols of all kinds by their raw values, for readers that ask for nothing else.
  package static let symbols: [StaticString] = KindTraits.catalogue.map(\.symbol)

  /// What is true of the kind wherever it runs. O(1).
  public var traits: KindTraits { KindTraits.catalogue[Int(rawValue)] }

  /// The kind's symbol in files and diagrams: `F`, `B`, `W`, `BW`, `R` or `L`.
  public var symbol: String { traits.symbol.description }

  /// 0 for a forward pass, 1 for a backward pass: where a gap of a transition stands.
  package var direction: Int { traits.isForward ? 0 : 1 }
}

extension Stage {
  /// How much one microbatch of memory 1 holds there.
  package func memory(_ held: KindTraits.Held) -> Double {
    switch held {
    case .nothing: 0
    case .checkpoint: activationForForward
    case .offloaded: offload
    case .beforeBackward: recompute == nil ? activationForForward : activationForB
    case .activation: activationForB
    case .activationForW: isSplit ? activationForW : 0
    }
  }
}

extension Microbatch.Scale {
  /// The factors on the durations of one kind of operation; of a fused one that cannot be taken apart, those on `B`.
  package func factor(of kind: Operation.Kind) -> PerStage {
    switch kind.traits.parts[0] {
    case .forward, .recompute: forward
    case .backwardWeight: backwardWeight
    default: backwardInput
    }
  }
}
