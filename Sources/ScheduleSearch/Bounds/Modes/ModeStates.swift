import OperationGraph
import PipelineModel

/// What a microbatch may be on a visit between its operations, in any of some modes: what it holds and what is still to
/// be done. Modes that leave the same are one state, so that a microbatch needs no name.
struct ModeStates {
  /// One operation: from one state to another.
  struct Move {
    var pass: OperationTable.Pass
    /// The states; -1 before `F`, -2 behind the last operation.
    var source: Int
    var target: Int
    /// In grid steps.
    var duration: Double
    /// What it needs at its start besides what is held, in steps of the memory grid.
    var growth: Double
    /// The mode, of an `F`; -1 of all others.
    var mode: Int
  }

  /// Per state what is held, in steps of the memory grid.
  private(set) var held: [Double] = []
  /// Per state how many operations there may be up to it: each leads to a larger number.
  private(set) var rank: [Int] = []
  /// Per state whether the gradient is on its way.
  private(set) var isBehindGradient: [Bool] = []
  private(set) var moves: [Move] = []
  /// The least time from the end of `F` until the gradient's pass may start, in grid steps.
  private(set) var preparation = Double.infinity
  /// Where operations stand in ranks: behind `F`, `R`, the gradient's pass and `W`.
  static let lastRank = 4

  private struct Key: Hashable {
    var held: Double
    var rank: Int
    var duration: Double
    var growth: Double
    var next: Int
  }
  private var known: [Key: Int] = [:]

  /// Lists the states of a visit.
  ///
  /// - Parameters:
  ///   - modes: those that microbatches may take.
  ///   - isFused: whether backward passes that could be split are whole.
  init(_ visit: Route.Visit, modes: [Int], of problem: Problem, in lowered: LoweredProblem, isFused: Bool) {
    let (own, microbatch) = (problem.stages[visit.stage.index], problem.microbatches[0])
    let speed = problem.devices[visit.device.index].speed
    for mode in modes {
      let stage = own.inMode(mode).atSpeed(speed)
      func time(_ kind: Operation.Kind) -> Double {
        kind.traits.parts.count == 1 || !stage.isSplit
          ? lowered.grid.steps(stage.duration(of: kind) ?? 0, times: microbatch.scale.factor(of: kind)[visit.stage])
          : kind.traits.parts.reduce(0) { $0 + time($1) }
      }
      func atEnd(_ kind: Operation.Kind, _ other: Double?, _ usual: Double) -> Double {
        other.map { lowered.grid.steps($0, times: microbatch.scale.factor(of: kind)[visit.stage]) - usual } ?? 0
      }
      func memory(_ held: KindTraits.Held) -> Double {
        lowered.memoryGrid.steps(stage.memory(held), times: microbatch.memory[visit.stage])
      }
      guard let gradient = stage.gradient(isFused: isFused) else { continue }
      // The first `F` and the last backward pass may be any.
      let forward = time(.forward) + min(0, atEnd(.forward, stage.firstForward, time(.forward)))
      let first = stage.gradient(isFused: false) ?? gradient
      let backward = time(gradient) + min(0, atEnd(gradient, stage.lastBackward, time(first)))
      let hasWeight = gradient == .backwardInput && stage.isSplit
      var next = -2
      if hasWeight {
        next = add(held: memory(.activationForW), rank: 3, isBehind: true, .weight, time(.backwardWeight), growth: 0, to: -2)
      }
      let (activation, checkpoint) = (memory(.activation), memory(.checkpoint))
      let stored = checkpoint - memory(.offloaded)
      if stage.recompute != nil {
        next = add(held: activation, rank: 2, isBehind: false, .backward, backward, growth: 0, to: next)
        next = add(held: stored, rank: 1, isBehind: false, .recompute, time(.recompute), growth: activation - stored, to: next)
      } else {
        next = add(held: stored, rank: 2, isBehind: false, .backward, backward, growth: activation - stored, to: next)
      }
      moves.append(Move(pass: .forward, source: -1, target: next, duration: forward, growth: checkpoint, mode: mode))
      var transfer = 0.0
      if stage.offload > 0, let host = problem.devices[visit.device.index].host {
        transfer = lowered.grid.steps(host.transfer(of: stage.offload * microbatch.memory[visit.stage]))
      }
      preparation = min(preparation, 2 * transfer + (stage.recompute == nil ? 0 : time(.recompute)))
    }
  }

  private mutating func add(
    held: Double, rank: Int, isBehind: Bool, _ pass: OperationTable.Pass, _ duration: Double, growth: Double,
    to next: Int
  ) -> Int {
    let key = Key(held: held, rank: rank, duration: duration, growth: growth, next: next)
    if let state = known[key] { return state }
    let state = self.held.count
    known[key] = state
    self.held.append(held)
    self.rank.append(rank)
    isBehindGradient.append(isBehind)
    moves.append(
      Move(pass: pass, source: state, target: next, duration: duration, growth: growth, mode: -1))
    return state
  }
}
