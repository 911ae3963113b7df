import PipelineModel
import Timeline

/// Which operations of a device come before others although no time says so: the pieces of a sequence on each of its
/// stages, `F` in ascending, `B` in descending order, and the stages that read one output, along the route.
struct PieceRule {
  /// Per slot: the same visit of the piece before and of the one behind it; -1 where there is none.
  private var before: [Int32]
  private var behind: [Int32]
  /// Per slot: the last order looked at in which its `F` and its `B` have been met.
  private var forwards: [UInt32]
  private var backwards: [UInt32]
  private var mark: UInt32 = 1

  /// Finds the neighbours of all visits; `nil` where microbatches are whole sequences. O(visits).
  init?(_ model: BlockModel) {
    let problem = model.problem
    let shared = SharedOutputOrder(problem)
    guard problem.pieces > 1 || !shared.isEmpty else { return nil }
    let count = model.stage.count
    before = Array(repeating: -1, count: count)
    behind = before
    forwards = Array(repeating: 0, count: count)
    backwards = forwards
    for microbatch in problem.microbatches.indices {
      for (one, other) in shared.pairs(onRoute: Int(problem.routeIndexes[microbatch])) {
        let first = model.lowered.originSlots[microbatch] + 1
        before[Int(first) + other] = first + Int32(one)
      }
      guard microbatch % problem.pieces > 0 else { continue }
      // All pieces of a sequence take the same route.
      let first = model.lowered.originSlots[microbatch] + 1
      let other = model.lowered.originSlots[microbatch - 1] + 1
      for position in problem.route(of: Microbatch.ID(microbatch)).visits.indices.map({ Int32($0) }) {
        before[Int(first + position)] = other + position
        behind[Int(other + position)] = first + position
      }
    }
  }

  /// Whether a device's order keeps the rule. O(blocks).
  mutating func allows(_ order: [BlockModel.Block]) -> Bool {
    forgetAll()
    for block in order {
      switch block.kind {
      case .forward:
        guard allowsForward(block.slot) else { return false }
        noteForward(block.slot)
      case .backward, .backwardInput:
        guard allowsBackward(block.slot) else { return false }
        noteBackward(block.slot)
      case .pair:
        guard allowsForward(block.slot), allowsBackward(block.backward) else { return false }
        noteForward(block.slot)
        noteBackward(block.backward)
      case .backwardWeight: break
      }
    }
    return true
  }

  /// Whether the `F` of the piece before has been noted.
  @inline(__always)
  func allowsForward(_ slot: Int32) -> Bool {
    let needed = Int(before[Int(slot)])
    return needed < 0 || forwards[needed] == mark
  }

  /// Whether the `B` of the piece behind has been noted.
  @inline(__always)
  func allowsBackward(_ slot: Int32) -> Bool {
    let needed = Int(behind[Int(slot)])
    return needed < 0 || backwards[needed] == mark
  }

  @inline(__always)
  mutating func noteForward(_ slot: Int32) { forwards[Int(slot)] = mark }

  @inline(__always)
  mutating func noteBackward(_ slot: Int32) { backwards[Int(slot)] = mark }

  /// O(1), but for once in four billion calls.
  private mutating func forgetAll() {
    if mark == .max {
      for slot in forwards.indices { (forwards[slot], backwards[slot]) = (0, 0) }
      mark = 0
    }
    mark += 1
  }
}
