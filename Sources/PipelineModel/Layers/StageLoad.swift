/// What a stage asks of a device in one of its modes.
package struct StageLoad: Sendable {
  /// The number of the mode.
  package var mode: Int
  /// The time of all passes of a microbatch.
  package var work: Double
  /// The memory of a microbatch between its `F` and its backward pass.
  var waiting: Double
  /// What else there is: static memory, and what one microbatch needs more to run backwards.
  var other: Double

  /// The most memory with so many microbatches in flight.
  func memory(inFlight: Double) -> Double { other + inFlight * waiting }
}

extension Stage {
  /// The loads in all modes that may be chosen.
  var loads: [StageLoad] {
    choices.map { mode in
      let own = inMode(mode)
      let waiting = own.activationForForward - own.offload
      return StageLoad(
        mode: mode, work: own.work, waiting: waiting, other: own.staticMemory + own.activationForB - waiting)
    }
  }

  /// The fastest mode that fits, or the one that holds least where none does.
  ///
  /// - Parameters:
  ///   - inFlight: how many microbatches are between their `F` and their backward pass, one of which it runs backwards.
  ///   - room: for all that the stage holds.
  package func fastestMode(inFlight: Double, within room: Double) -> Int {
    loads.best(inFlight: inFlight, within: room)?.mode ?? 0
  }
}

extension [StageLoad] {
  /// The least work that fits, or the least memory where nothing does.
  func best(inFlight: Double, within room: Double) -> StageLoad? {
    let fitting = lazy.filter { $0.memory(inFlight: inFlight) <= room }.min { $0.work < $1.work }
    return fitting ?? self.min { $0.memory(inFlight: inFlight) < $1.memory(inFlight: inFlight) }
  }
}
