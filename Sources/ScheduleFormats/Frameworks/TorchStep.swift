import PipelineModel

/// A cell of a compute_comms file that computes nothing.
struct TorchStep {
  /// What it does.
  enum Kind: Hashable {
    case send(Transfer.Payload)
    case receive(Transfer.Payload)
    case local(LocalStep.Kind)

    var hasMicrobatch: Bool { if case .local(let kind) = self { kind.hasMicrobatch } else { true } }
  }

  var kind: Kind
  var stage: Stage.ID
  var microbatch: Microbatch.ID?
  /// The cell in its row, counted from zero.
  var cell: Int32
  /// Where the cell's text begins in the file.
  var place: Int32

  /// The types that only files with transfers hold, as PyTorch 2.13 and 2.15 spell them.
  static let types: [String: Kind] = {
    var types: [String: Kind] = [
      "SEND_F": .send(.activation), "RECV_F": .receive(.activation),
      "SEND_B": .send(.gradient), "RECV_B": .receive(.gradient),
    ]
    for kind in LocalStep.Kind.allCases { types[kind.rawValue] = .local(kind) }
    return types
  }()

  /// The stages between which its message goes; `nil` where it is no transfer. SEND names the stage that sends, RECV the
  /// one that receives; an activation goes to the next stage, a gradient to the one before.
  var ends: (payload: Transfer.Payload, source: Int, destination: Int)? {
    func ends(_ payload: Transfer.Payload, isSend: Bool) -> (Transfer.Payload, Int, Int) {
      let way = payload == .activation ? 1 : -1
      return isSend ? (payload, stage.index, stage.index + way) : (payload, stage.index - way, stage.index)
    }
    return switch kind {
    case .send(let payload): ends(payload, isSend: true)
    case .receive(let payload): ends(payload, isSend: false)
    case .local: nil
    }
  }
}
