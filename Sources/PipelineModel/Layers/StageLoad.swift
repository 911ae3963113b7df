/// What a stage asks of a device in one of its modes.
package struct StageLoad: Sendable {
  /// The time of all passes of a microbatch.
  package var work: Double
  /// The most memory with so many microbatches in flight.
  package var memory: Double
  /// The number of the mode.
  package var mode: Int
}

extension Stage {
  /// The load in the fastest mode that fits, or in the one that holds least where none does.
  ///
  /// - Parameters:
  ///   - inFlight: how many microbatches are between their `F` and their backward pass, one of which it runs backwards.
  ///   - room: for all that the stage holds.
  package func load(inFlight: Double, within room: Double) -> StageLoad {
    let loads = choices.map { mode in
      let own = inMode(mode)
      let waiting = own.activationForForward - own.offload
      return StageLoad(
        work: own.work, memory: own.staticMemory + inFlight * waiting + own.activationForB - waiting, mode: mode)
    }
    let fitting = loads.filter { $0.memory <= room }.min { $0.work < $1.work }
    return fitting ?? loads.min { $0.memory < $1.memory } ?? StageLoad(work: 0, memory: 0, mode: 0)
  }
}
