extension Orders {
  /// What programs run, without their sends, receives and waits: a copy back from the host is the `L` that launches it.
  ///
  /// - Parameter programs: one per device, in the order of devices.
  /// - Complexity: O(instructions).
  public init(of programs: [RankProgram]) {
    var operations: [Operation] = []
    var bounds = [0]
    var pairs: [Int] = []
    for program in programs {
      for instruction in program.instructions {
        switch instruction {
        case .compute(let operation): operations.append(operation)
        case .overlap(let forward, let backward):
          pairs.append(operations.count)
          operations += [forward, backward]
        case .copy(let copy) where copy.way == .reload:
          operations.append(Operation(.reload, stage: copy.stage, microbatch: copy.microbatch))
        case .copy, .send, .receive, .wait, .local: break
        }
      }
      bounds.append(operations.count)
    }
    self.init(operations: operations, bounds: bounds, pairs: pairs)
  }
}
