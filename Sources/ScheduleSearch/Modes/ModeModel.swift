import OperationGraph
import PipelineModel
import Timeline

/// A problem lowered with the rows of every mode, for searches that change modes along with orders.
///
/// Orders are lists of tokens: a visit and one of its parts. Which parts a visit has follows from its mode.
struct ModeModel: Sendable {
  /// What a visit may consist of, in the order in which its parts depend on each other.
  enum Part: Int32, CaseIterable {
    case forward, reload, recompute, backward, weight
    /// A `BW` in place of the two before it, where it may be shorter than these.
    case whole

    fileprivate static let count = Int32(allCases.count)
  }

  /// A visit and one of its parts, as one number.
  typealias Token = Int32

  /// A stop of a microbatch on its route.
  struct Visit: Sendable {
    var microbatch: Int32
    var stage: Int32
    var device: Int32
    /// Where its `F` ends.
    var end: Int32
    /// The first row of the visit in mode 0, in `rows`; those of other modes follow.
    var rows: Int32
    var modeCount: Int32
    /// The backward pass that it has; `nil` for none.
    var backward: Operation.Kind?
    var hasWeight: Bool
    /// Whether that may be a `BW` instead of a `B` and a `W`.
    var mayBeWhole: Bool
  }

  /// The problem, with a list for every mode.
  let problem: Problem
  let lowered: LoweredProblem
  let variants: RowVariants
  /// The rows of first `F` and last backward passes, by the rows that they stand for; empty where they are none.
  let rowsAtEnd: [Int32]
  let visits: [Visit]
  /// The first visit of each microbatch.
  let firstVisit: [Int32]
  /// The visits of each stage, by microbatch.
  let visitsOfStage: [[Int32]]
  /// The first row of each visit in each of its modes.
  private let rows: [Int32]
  /// The row that does nothing.
  let idle: Int32
  /// Where the tokens of each device begin when all parts exist that may, and after the last their end.
  let bounds: [Int]
  private let kinds: [[Operation.Kind?]]

  /// Lowers a problem in all modes. O(visits x modes).
  init(_ problem: Problem, backward: SearchOptions.Backward) {
    let isFused = backward == .fused
    let (listed, first) = problem.withEveryModeListed
    lowered = LoweredProblem(listed, inEveryList: true)
    self.problem = problem
    var (visits, rows, kinds): ([Visit], [Int32], [[Operation.Kind?]]) = ([], [], [])
    var visitsOfStage = [[Int32]](repeating: [], count: problem.stageCount)
    var firstVisit: [Int32] = []
    for microbatch in problem.microbatches.indices {
      firstVisit.append(Int32(visits.count))
      for (position, visit) in problem.route(of: Microbatch.ID(microbatch)).visits.enumerated() {
        let stage = problem.stages[visit.stage.index]
        let gradient = stage.gradient(isFused: isFused)
        let mayBeWhole = backward == .auto && problem.gainsFromWholeBackward && stage.isSplit
        visitsOfStage[visit.stage.index].append(Int32(visits.count))
        visits.append(
          Visit(
            microbatch: Int32(microbatch), stage: visit.stage.rawValue, device: visit.device.rawValue,
            end: lowered.end(of: .forward, at: Int32(position), for: microbatch), rows: Int32(rows.count),
            modeCount: Int32(stage.modeCount), backward: gradient,
            hasWeight: stage.isSplit && !isFused, mayBeWhole: mayBeWhole))
        for mode in 0..<stage.modeCount {
          let row = lowered.firstRow(of: Microbatch.ID(microbatch), inModes: first + Int32(mode)) ?? 0
          rows.append(row + LoweredProblem.stride * Int32(position))
        }
        kinds.append([
          .forward, .reload, .recompute, gradient, stage.isSplit && !isFused ? .backwardWeight : nil,
          mayBeWhole ? .backward : nil,
        ])
      }
    }
    self.visits = visits
    self.firstVisit = firstVisit
    self.rows = rows
    self.kinds = kinds
    self.visitsOfStage = visitsOfStage
    var variants = RowVariants(lowered)
    rowsAtEnd =
      lowered.hasEndDurations ? lowered.rows.indices.map { variants.rowAtEnd(of: Int32($0)) } : []
    idle = variants.appendIdle()
    self.variants = variants
    var counts = [Int](repeating: 0, count: problem.deviceCount)
    for visit in visits {
      let modes = problem.stages[Int(visit.stage)].inAllModes
      counts[Int(visit.device)] +=
        1 + (visit.backward == nil ? 0 : 1) + (visit.hasWeight ? 1 : 0)
        + (modes.contains { $0.recompute != nil } ? 1 : 0) + (modes.contains { $0.offload > 0 } ? 1 : 0)
    }
    bounds = counts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
  }

  /// The most tokens that all orders have together.
  var tokenCount: Int { bounds[bounds.count - 1] }

  /// How many tokens there are of all visits.
  var tokenKinds: Int { visits.count * Int(Part.count) }

  /// A part of a visit.
  @inline(__always)
  static func token(_ visit: Int32, _ part: Part) -> Token { visit * Part.count + part.rawValue }
  @inline(__always)
  static func visit(of token: Token) -> Int { Int(token / Part.count) }
  @inline(__always)
  static func part(of token: Token) -> Int32 { token % Part.count }
  /// The `B` that a `BW` stands for, or the token itself.
  @inline(__always)
  static func asApart(_ token: Token) -> Token {
    part(of: token) == Part.whole.rawValue ? token - Part.whole.rawValue + Part.backward.rawValue : token
  }

  /// The kind of operation that a token stands for.
  @inline(__always)
  func kind(of token: Token) -> Operation.Kind {
    kinds[Self.visit(of: token)][Int(Self.part(of: token))] ?? .forward
  }

  /// The row of a token in a mode of its visit.
  @inline(__always)
  func row(of token: Token, mode: UInt8) -> Int32 {
    rows[Int(visits[Self.visit(of: token)].rows) + Int(mode)] + Int32(kind(of: token).rawValue)
  }

  /// The code of a token in a mode of its visit.
  @inline(__always)
  func code(of token: Token, mode: UInt8) -> LoweredOrders.Code {
    let isForward = Self.part(of: token) == Part.forward.rawValue
    // All else ends where the backward pass does, as far as anything is kept there.
    let kind = kind(of: token)
    let end = visits[Self.visit(of: token)].end + (isForward ? 0 : Int32(kind.direction))
    return LoweredOrders.Code(end: end, row: row(of: token, mode: mode))
  }

  /// The parts of a visit in a mode, its backward pass apart where it may be.
  func parts(of visit: Int32, mode: UInt8) -> [Part] {
    Part.allCases.filter { part in
      guard part != .whole, kinds[Int(visit)][Int(part.rawValue)] != nil else { return false }
      return lowered.traits[Int(row(of: Self.token(visit, part), mode: mode))].exists
    }
  }

  /// Orders with room for every token, which does nothing yet.
  var emptyOrders: LoweredOrders {
    LoweredOrders(
      problem: lowered, variants: variants,
      codes: Array(repeating: LoweredOrders.Code(end: 0, row: idle), count: tokenCount), bounds: bounds,
      hasPairs: false)
  }
}
