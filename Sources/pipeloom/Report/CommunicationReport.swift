import PipelineModel
import ScheduleChecker

/// What the proof says of the sends and receives of a schedule, for people and for machines.
struct CommunicationReport: Encodable {
  /// When sends and receives complete.
  let mode: String
  /// How many messages there are.
  let messages: Int
  /// Why the programs cannot run; absent when they can.
  let fault: String?
  /// Whether other modes may let them run.
  let blocks: Bool

  private enum CodingKeys: String, CodingKey { case mode, messages, fault }

  /// Proves the programs of a schedule. O(instructions x log instructions).
  init(_ programs: [RankProgram], of schedule: Schedule, mode: CommunicationMode) {
    let proof = CommunicationProof(programs, mode: mode)
    self.mode = mode.description
    messages = proof.messageCount
    let fault = proof.fault(in: schedule)
    self.fault = fault?.description
    blocks = if case .blocked = fault { true } else { false }
  }

  /// The proof in one line.
  var text: String {
    "no send or receive can block: \(messages.counted("message")), \(mode)"
  }
}
