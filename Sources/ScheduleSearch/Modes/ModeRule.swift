import PipelineModel

/// What must come earlier in the order of a device, besides the parts of the same visit: pieces of one sequence, and what
/// reads an output that others read as well.
struct ModeRule {
  /// The token that each token needs before it; -1 for none. Empty where there is no such rule.
  private var needed: [ModeModel.Token] = []
  private var marks: [Bool] = []

  init(_ model: ModeModel) {
    let problem = model.problem
    let shared = SharedOutputOrder(problem)
    let hasShared = problem.routes.indices.contains { !shared.pairs(onRoute: $0).isEmpty }
    guard problem.pieces > 1 || hasShared else { return }
    needed = Array(repeating: -1, count: model.tokenKinds)
    marks = Array(repeating: false, count: needed.count)
    var first: Int32 = 0
    for microbatch in problem.microbatches.indices {
      let count = Int32(problem.route(of: Microbatch.ID(microbatch)).visits.count)
      for (one, other) in shared.pairs(onRoute: Int(problem.routeIndexes[microbatch])) {
        needed[Int(ModeModel.token(first + Int32(other), .forward))] =
          ModeModel.token(first + Int32(one), .forward)
      }
      if microbatch % problem.pieces > 0 {
        for visit in first..<first + count {
          // All pieces of a sequence take the same route.
          needed[Int(ModeModel.token(visit, .forward))] = ModeModel.token(visit - count, .forward)
          needed[Int(ModeModel.token(visit - count, .backward))] = ModeModel.token(visit, .backward)
        }
      }
      first += count
    }
  }

  /// Whether a device's order keeps the rule. O(tokens).
  mutating func allows(_ order: [ModeModel.Token]) -> Bool {
    guard !needed.isEmpty else { return true }
    defer { for token in order { marks[Int(ModeModel.asApart(token))] = false } }
    for token in order.lazy.map(ModeModel.asApart) {
      let before = needed[Int(token)]
      guard before < 0 || marks[Int(before)] else { return false }
      marks[Int(token)] = true
    }
    return true
  }
}
