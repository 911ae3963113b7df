import PipelineModel
import RankPrograms
import Timeline

/// Runs programs as a runtime with streams does: each stream runs its own instructions in order, and starts work when the
/// stream is free, the waits of the stream before it have ended and all messages for it have arrived. Nothing else is read of
/// a schedule but how long each operation takes and where it stands in the result.
struct StreamExecutor {
  private struct Place: Hashable {
    var rank: Int
    var work: ProgramWork
  }

  private let programs: [RankProgram]
  private let problem: Problem
  private let positions: [Place: Int]
  private let durations: [Double]
  /// By position; infinite for what never starts.
  private(set) var starts: [Double]

  init(_ programs: [RankProgram], costs: Timeline) {
    self.programs = programs
    problem = costs.schedule.problem
    durations = zip(costs.times.starts, costs.times.ends).map { $1 - $0 }
    let (orders, problem) = (costs.schedule.orders, costs.schedule.problem)
    positions = Dictionary(
      uniqueKeysWithValues: orders.operations.enumerated().map { position, operation in
        let rank = problem.programPlace(of: orders.device(at: position)).rank.index
        return (Place(rank: rank, work: problem.programWork(of: operation)), position)
      })
    starts = Array(repeating: .infinity, count: durations.count)
    // Times only fall; once nothing changes they are those of the run.
    while case let next = sweep(), next != starts { starts = next }
  }

  private func end(_ rank: Int, _ work: ProgramWork) -> Double {
    positions[Place(rank: rank, work: work)].map { starts[$0] + durations[$0] } ?? .infinity
  }

  private func sweep() -> [Double] {
    var next = starts
    for (rank, program) in programs.enumerated() {
      var free: [String?: Double] = [:]
      for instruction in program.instructions {
        switch instruction {
        case .hold(let wait) where !wait.isAhead:
          free[wait.stream] = max(free[wait.stream] ?? 0, end(rank, wait.work))
        case .compute(let work, let stream):
          guard let position = positions[Place(rank: rank, work: work)] else { continue }
          next[position] = max(free[stream] ?? 0, arrival(of: work, on: rank))
          free[stream] = next[position] + durations[position]
        default: break
        }
      }
    }
    return next
  }

  /// When all messages for a piece of work have arrived.
  private func arrival(of work: ProgramWork, on rank: Int) -> Double {
    var arrival = 0.0
    for case .receive(let transfer) in programs[rank].instructions where isNeeded(transfer.content, by: work)
    {
      let latency = problem.asWritten.communication.latency(from: transfer.source, to: transfer.destination)
      arrival = max(arrival, sent(transfer) + latency)
    }
    return arrival
  }

  /// When the work that makes a message has ended.
  private func sent(_ transfer: Transfer) -> Double {
    let rank = transfer.source.index
    switch transfer.content {
    case .result(let result): return end(rank, result.producer)
    case .named: return .infinity
    case .output(let payload, let passage):
      let makers = positions.keys.filter { place in
        guard place.rank == rank, case .pass(let pass, _) = place.work else { return false }
        return pass.stage == passage.source && pass.microbatch == passage.microbatch
          && pass.kind.traits.payload == payload
      }
      return makers.map { end(rank, $0.work) }.max() ?? .infinity
    }
  }

  private func isNeeded(_ content: Transfer.Content, by work: ProgramWork) -> Bool {
    switch content {
    case .result(let result): return result.consumer == work && !result.isAhead
    case .named: return false
    case .output(let payload, let passage):
      // Phases behind the first follow it anyway.
      guard case .pass(let pass, _) = work else { return false }
      return pass.stage == passage.destination && pass.microbatch == passage.microbatch
        && pass.kind.traits.payload == payload
    }
  }
}
