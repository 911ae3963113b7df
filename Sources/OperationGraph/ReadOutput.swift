import PipelineModel

/// What a visit of a class holds until it has been read: the output of a stage without a backward pass, or of a task.
///
/// Rows release it with the last of its readers, which run in one order that all can keep.
package struct ReadOutput: Sendable {
  /// An operation of the same microbatch.
  package struct Reader: Hashable, Sendable {
    /// The position of its visit.
    package var position: Int
    /// `F`, `B` or `W`; a `BW` does what the last two do.
    package var kind: Operation.Kind
  }

  /// The position of the visit.
  package let producer: Int
  /// What reads it on its device, in an order in which all can run; none where it is held until its own end.
  package let readers: [Reader]
  /// Whether operations of other microbatches read it as well. No row can tell which of all is last, and none
  /// releases it: engines that know rows alone hold it until the iteration ends, which keeps limits.
  package let isReadBeyond: Bool
  /// Whether it is read in the next iteration.
  package let isCarried: Bool
  /// Whether it is held by time: no rows take or release it.
  package let isHeldByTime: Bool

  /// Whether rows take and release it.
  private var isTold: Bool { !isReadBeyond && !isHeldByTime }

  /// The reader whose rows release it; `nil` where its own row does, or none.
  package var lastReader: Reader? { isTold ? readers.last : nil }

  /// Whether its release depends on the order in which others run.
  package var isShared: Bool { !isHeldByTime && (isReadBeyond || readers.count > 1) }

  /// Whether its own end releases it.
  var isReleasedAtOnce: Bool { isTold && readers.isEmpty }

  /// Readers of which the first runs before the second, as rows take it.
  package var ordered: some Sequence<(Reader, Reader)> {
    let readers = isTold ? readers : []
    return zip(readers, readers.dropFirst())
  }
}

/// Finds what the visits of classes hold until it has been read.
struct OutputReading {
  private let problem: Problem
  private let held: HeldOutputs
  /// Where operations stand in an order in which all can run; looked up where precedences say more than routes do.
  private lazy var ranks = problem.dependenceRanks

  init(_ problem: Problem, heldForTasks: Bool) {
    self.problem = problem
    held = HeldOutputs(problem, heldForTasks: heldForTasks)
  }

  /// What a microbatch's visits hold, along its route: of stages that hold anything in some mode. O(visits + readers).
  mutating func outputs(of microbatch: Microbatch.ID) -> [ReadOutput] {
    let visits = problem.route(of: microbatch).visits
    return visits.indices.compactMap { position in
      let stage = problem.stages[visits[position].stage.index]
      guard !stage.hasBackward, stage.inAllModes.contains(where: { $0.activationForB > 0 }) else {
        return nil
      }
      let all = Set(held.readers(at: position, of: microbatch))
      let own = all.filter { $0.microbatch == microbatch }
        .map { ReadOutput.Reader(position: $0.position, kind: $0.kind) }
      return ReadOutput(
        producer: position, readers: inOrder(own, of: microbatch), isReadBeyond: own.count < all.count,
        isCarried: held.isCarried(at: position, of: microbatch),
        isHeldByTime: held.isHeldByTime(at: position, of: microbatch))
    }
  }

  /// Readers in an order in which all can run: along the route where nothing but inputs says what waits.
  private mutating func inOrder(
    _ readers: [ReadOutput.Reader], of microbatch: Microbatch.ID
  ) -> [ReadOutput.Reader] {
    guard readers.count > 1 else { return readers }
    guard !problem.precedences.isEmpty else {
      return readers.sorted { ($0.position, $0.kind.rawValue) < ($1.position, $1.kind.rawValue) }
    }
    let visits = problem.route(of: microbatch).visits
    func place(_ reader: ReadOutput.Reader) -> (Int, Int, UInt8) {
      let operation = Operation(reader.kind, stage: visits[reader.position].stage, microbatch: microbatch)
      return (ranks[operation] ?? 0, reader.position, reader.kind.rawValue)
    }
    return readers.sorted { place($0) < place($1) }
  }

  /// All that reads an output, whatever its microbatch.
  func readers(of output: ReadOutput, _ microbatch: Microbatch.ID) -> Set<HeldOutputs.Reader> {
    Set(held.readers(at: output.producer, of: microbatch))
  }
}
