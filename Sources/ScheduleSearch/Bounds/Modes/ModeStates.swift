import OperationGraph
import PipelineModel

/// What a microbatch may be on a visit between its operations, in any of some modes: what it holds and what is still to
/// be done. Modes that leave the same are one state, so that a microbatch needs no name.
struct ModeStates {
  /// What is numbered, so that others may wait for the i-th of it: `F`, the gradient's pass, and the ends of transfers to
  /// the host and back.
  enum Lane: Int, CaseIterable {
    case forward, gradient, sent, fetched
  }

  /// One operation, or the end of a transfer: from one state to another.
  struct Move {
    /// `nil` for `R` and `W`.
    var lane: Lane?
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
  /// Per state how many lanes have their operations behind them: by lane, 1 or 0. Of transfers only where all modes have them.
  private(set) var isBehind: [[Int]] = []
  private(set) var moves: [Move] = []
  /// The least time from the end of `F` until the gradient's pass may start, in grid steps.
  private(set) var preparation = Double.infinity
  /// The least time of a transfer, in grid steps; infinite where none is tracked.
  private(set) var transfer = Double.infinity
  /// Whether all modes offload something.
  let allOffload: Bool
  /// Where states stand in ranks: behind `F`, the way to the host and back, `R`, the gradient's pass and `W`.
  private enum Rank { static let leaving = 1, away = 2, checkpoint = 3, ready = 4, weight = 5, done = 6 }
  static var lastRank: Int { Rank.done }

  private struct Key: Hashable {
    var held: Double
    var rank: Int
    var lane: Lane?
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
  ///   - tracksHosts: whether what is offloaded is away when its transfer has ended, and back when the other one has; else
  ///     both are at once.
  init(
    _ visit: Route.Visit, modes: [Int], of problem: Problem, in lowered: LoweredProblem, isFused: Bool,
    tracksHosts: Bool
  ) {
    let (own, microbatch) = (problem.stages[visit.stage.index], problem.microbatches[0])
    let speed = problem.devices[visit.device.index].speed
    allOffload = modes.allSatisfy { own.inMode($0).offload > 0 }
    for mode in modes {
      let stage = own.inMode(mode).atSpeed(speed)
      func time(_ kind: Operation.Kind) -> Double {
        kind.traits.parts.count == 1 || !stage.isSplit
          ? lowered.grid.steps(
            stage.duration(of: kind) ?? 0, times: microbatch.scale.factor(of: kind)[visit.stage])
          : kind.traits.parts.reduce(0) { $0 + time($1) }
      }
      func atEnd(_ kind: Operation.Kind, _ other: Double?, _ usual: Double) -> Double {
        other.map { lowered.grid.steps($0, times: microbatch.scale.factor(of: kind)[visit.stage]) - usual }
          ?? 0
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
        next = add(
          held: memory(.activationForW), Rank.weight, nil, time(.backwardWeight), growth: 0, to: -2)
      }
      let (activation, checkpoint) = (memory(.activation), memory(.checkpoint))
      let stored = checkpoint - memory(.offloaded)
      let tracks = tracksHosts && stage.offload > 0
      // What is back before `R` or the gradient's pass.
      let back = tracks ? checkpoint : stored
      if stage.recompute != nil {
        next = add(held: activation, Rank.ready, .gradient, backward, growth: 0, to: next)
        next = add(
          held: back, Rank.checkpoint, nil, time(.recompute), growth: activation - back, to: next)
      } else {
        next = add(held: back, Rank.ready, .gradient, backward, growth: activation - back, to: next)
      }
      let transfer = lowered.grid.steps(
        stage.transferTime(
          over: problem.devices[visit.device.index].host, memory: microbatch.memory[visit.stage]))
      if tracks {
        self.transfer = min(self.transfer, transfer)
        next = add(held: stored, Rank.away, .fetched, 0, growth: checkpoint - stored, to: next)
        next = add(held: checkpoint, Rank.leaving, .sent, 0, growth: 0, to: next)
      }
      moves.append(
        Move(lane: .forward, source: -1, target: next, duration: forward, growth: checkpoint, mode: mode))
      preparation = min(preparation, 2 * transfer + (stage.recompute == nil ? 0 : time(.recompute)))
    }
  }

  private mutating func add(
    held: Double, _ rank: Int, _ lane: Lane?, _ duration: Double, growth: Double, to next: Int
  ) -> Int {
    let key = Key(held: held, rank: rank, lane: lane, duration: duration, growth: growth, next: next)
    if let state = known[key] { return state }
    let state = self.held.count
    known[key] = state
    self.held.append(held)
    self.rank.append(rank)
    isBehind.append([1, rank > Rank.ready ? 1 : 0, rank > Rank.leaving ? 1 : 0, rank > Rank.away ? 1 : 0])
    moves.append(Move(lane: lane, source: state, target: next, duration: duration, growth: growth, mode: -1))
    return state
  }
}
