import OperationGraph
import PipelineModel

/// What must come earlier in the order of a device, besides the parts of the same visit: pieces of one sequence, and what
/// reads an output that others read as well.
struct ModeRule {
  /// `nil` where there is no such rule.
  private var rule: OrderRule?

  init(_ model: ModeModel) {
    let problem = model.problem
    var pairs: [(before: ModeModel.Token, behind: ModeModel.Token)] = []
    var first: Int32 = 0
    for microbatch in problem.microbatches.indices {
      let count = Int32(problem.route(of: Microbatch.ID(microbatch)).visits.count)
      for (one, other) in model.lowered.readersInOrder(of: microbatch) {
        pairs.append((Self.token(of: one, after: first), Self.token(of: other, after: first)))
      }
      if microbatch % problem.pieces > 0 {
        for visit in first..<first + count {
          // All pieces of a sequence take the same route.
          pairs.append((ModeModel.token(visit - count, .forward), ModeModel.token(visit, .forward)))
          pairs.append((ModeModel.token(visit, .backward), ModeModel.token(visit - count, .backward)))
        }
      }
      first += count
    }
    rule = OrderRule(parts: model.tokenKinds, pairs)
  }

  private static func token(of reader: ReadOutput.Reader, after first: Int32) -> ModeModel.Token {
    let part: ModeModel.Part =
      switch reader.kind {
      case .forward: .forward
      case .backwardWeight: .weight
      default: .backward
      }
    return ModeModel.token(first + Int32(reader.position), part)
  }

  /// Whether a device's order keeps the rule. O(tokens).
  mutating func allows(_ order: [ModeModel.Token]) -> Bool {
    guard rule != nil else { return true }
    rule?.forgetAll()
    for token in order {
      let isWhole = ModeModel.part(of: token) == ModeModel.Part.whole.rawValue
      let visit = Int32(ModeModel.visit(of: token))
      let keeps = rule?.note(ModeModel.asApart(token)) ?? true
      guard keeps, !isWhole || rule?.note(ModeModel.token(visit, .weight)) ?? true else { return false }
    }
    return true
  }
}
