extension CellGrid {
  /// Puts each `W`, and tightens the warm-up and the cool-down of a repeated building block in two passes that
  /// never hold more than the block does. The steady state between them stays as it is.
  ///
  /// Source: Qi et al., "Pipeline Parallelism with Controllable Memory", NeurIPS 2024, arXiv 2405.15362,
  /// sections 3 and 4, and their published program.
  ///
  /// - Complexity: O(cells), and for each operation of warm-up and cool-down the cells that it crosses.
  mutating func compact() {
    putWeights(.one)
    let limit = measureHeld()
    scanPhases { grid, code, phase in
      if phase != .steadyState { grid.moveEarlier(code, within: limit) }
    }
    squeeze()
    removeWeights()
    measurePending()
    scanPhases { grid, code, phase in
      if phase == .coolDown { grid.moveEarlierLeavingRoom(code, within: limit) }
    }
    putWeights(.one)
    squeeze()
    removeWeights()
    putWeights(.perChunk)
  }

  /// Moves every operation of a grid with fused backwards as early as it can without holding more than the
  /// repeated block does.
  ///
  /// Source: as for `compact()`.
  ///
  /// - Complexity: O(cells), and for each operation the cells that it crosses.
  mutating func compactFused() {
    let limit = measureHeld()
    scan { grid, code, _ in
      grid.moveEarlier(code, within: limit)
      return true
    }
  }

  /// Where a scan stands in the iteration.
  private enum Phase {
    /// Before the first microbatch has come all the way back to device 0.
    case warmUp
    case steadyState
    /// From the first operation on, after the warm-up, that brings the last microbatch to a device.
    case coolDown
  }

  private mutating func scanPhases(_ body: (inout CellGrid, _ code: Int, Phase) -> Void) {
    var phase = Phase.warmUp
    let back = code(.backward0, 0, on: 0)
    scan { grid, code, _ in
      let last = grid.code(.forward0, grid.microbatches - 1, on: grid.device(of: code))
      if code == back {
        phase = .steadyState
      } else if phase == .steadyState, code == last {
        phase = .coolDown
      }
      body(&grid, code, phase)
      return true
    }
  }
}
