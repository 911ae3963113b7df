import OperationGraph
import PipelineModel
import Timeline

/// Which operations of a device come before others although no time says so: the pieces of a sequence on each of its
/// stages, `F` in ascending, `B` in descending order, and what reads one output, in the order that rows take it to run in.
struct PieceRule {
  private var rule: OrderRule

  /// Finds what comes before what; `nil` where microbatches are whole sequences and nothing reads what others read. O(visits).
  init?(_ model: BlockModel) {
    let (problem, lowered) = (model.problem, model.lowered)
    var pairs: [(before: Int32, behind: Int32)] = []
    for microbatch in problem.microbatches.indices {
      let first = lowered.originSlots[microbatch] + 1
      for (one, other) in lowered.readersInOrder(of: microbatch) {
        pairs.append(
          (
            Self.part(of: one.kind, first + Int32(one.position)),
            Self.part(of: other.kind, first + Int32(other.position))
          ))
      }
      guard microbatch % problem.pieces > 0 else { continue }
      // All pieces of a sequence take the same route.
      let other = lowered.originSlots[microbatch - 1] + 1
      for position in problem.route(of: Microbatch.ID(microbatch)).visits.indices.map({ Int32($0) }) {
        pairs.append((Self.part(of: .forward, other + position), Self.part(of: .forward, first + position)))
        pairs.append(
          (Self.part(of: .backwardInput, first + position), Self.part(of: .backwardInput, other + position)))
      }
    }
    guard let rule = OrderRule(parts: Self.partCount * model.stage.count, pairs) else { return nil }
    self.rule = rule
  }

  private static let partCount = 3

  /// `F`, `B` or `W` of a slot.
  @inline(__always)
  private static func part(of kind: Operation.Kind, _ slot: Int32) -> Int32 {
    Int32(partCount) * slot + (kind == .forward ? 0 : kind == .backwardInput ? 1 : 2)
  }

  /// Whether a device's order keeps the rule. O(blocks).
  mutating func allows(_ order: [BlockModel.Block]) -> Bool {
    rule.forgetAll()
    for block in order {
      let keeps =
        switch block.kind {
        case .forward: noteForward(block.slot)
        case .backwardInput: rule.note(Self.part(of: .backwardInput, block.slot))
        case .backwardWeight: rule.note(Self.part(of: .backwardWeight, block.slot))
        case .backward: noteBackward(block.slot)
        case .pair: noteForward(block.slot) && noteBackward(block.backward)
        }
      guard keeps else { return false }
    }
    return true
  }

  /// Whether all has been noted that comes before an `F`.
  @inline(__always)
  func allowsForward(_ slot: Int32) -> Bool { rule.allows(Self.part(of: .forward, slot)) }

  /// Whether all has been noted that comes before a `B`.
  @inline(__always)
  func allowsBackward(_ slot: Int32) -> Bool { rule.allows(Self.part(of: .backwardInput, slot)) }

  /// Notes an `F`; tells whether it keeps the rule.
  @inline(__always)
  @discardableResult
  mutating func noteForward(_ slot: Int32) -> Bool { rule.note(Self.part(of: .forward, slot)) }

  /// Notes a `BW`; tells whether it keeps the rule.
  @inline(__always)
  @discardableResult
  mutating func noteBackward(_ slot: Int32) -> Bool {
    let keeps = rule.note(Self.part(of: .backwardInput, slot))
    return rule.note(Self.part(of: .backwardWeight, slot)) && keeps
  }
}
