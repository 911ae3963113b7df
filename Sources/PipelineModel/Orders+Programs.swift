extension Orders {
  /// What programs run, without their sends, receives and waits: a copy back from the host is the `L` that launches it.
  /// Work that the problem does not have becomes an operation of no stage, which whoever times the orders names.
  ///
  /// - Parameter programs: one per rank, in the order of ranks.
  /// - Complexity: O(instructions), times the stages for tasks.
  public init(of programs: [RankProgram], for problem: Problem) {
    let works = ProgramWorks(problem)
    var lists = [[Operation]](repeating: [], count: max(programs.count, problem.deviceCount))
    var pairs: [(device: Int, place: Int)] = []
    for (rank, program) in programs.enumerated() {
      func append(_ work: ProgramWork, stream: String? = nil) {
        let device = problem.device(ofRank: Device.ID(rank), stream: stream)?.index ?? rank
        lists[device].append(
          works.operation(of: work)
            ?? Operation(.forward, stage: Stage.ID(rawValue: .max), microbatch: Microbatch.ID(0)))
      }
      for instruction in program.instructions {
        switch instruction {
        case .compute(let work, let stream): append(work, stream: stream)
        case .overlap(let forward, let backward):
          pairs.append((rank, lists[rank].count))
          append(.pass(forward))
          append(.pass(backward))
        case .copy(let copy) where copy.way == .reload:
          append(.pass(Operation(.reload, stage: copy.stage, microbatch: copy.microbatch)))
        case .copy, .send, .receive, .wait, .hold, .local: break
        }
      }
    }
    let bounds = lists.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.count) }
    self.init(
      operations: Array(lists.joined()), bounds: bounds, pairs: pairs.map { bounds[$0.device] + $0.place })
  }
}
