import PipelineModel

/// The outputs of tasks, and of stages without a backward pass, that operations beyond inputs need on the device that holds
/// them: in their own iteration or, where the task works ahead, in the next.
struct HeldForTasks {
  /// What a visit made.
  struct Output {
    var visit: Int
    var stage: Stage.ID
    var microbatch: Microbatch.ID
    var device: Device.ID
  }

  /// `F`, `B` or `W` of a visit.
  struct Reader: Hashable {
    var visit: Int
    var kind: Operation.Kind
  }

  /// An output that is held by time, as its task or something that needs it is on another stream than the compute stream.
  struct Timed {
    var output: Output
    /// The compute stream of its device.
    var device: Device.ID
    var readers: [Reader]
    var isCarried: Bool
  }

  /// An output with what needs it.
  private struct Held {
    var output: Output
    var readers: [Reader] = []
    var isCarried = false
    var isTimed: Bool
  }

  private let table: VisitNumbers
  private let layout: StreamLayout?
  private var held: [Int: Held] = [:]
  private var read: [Reader: [Output]] = [:]

  /// Finds what is held. O(visits, handovers and precedences, with all that these name).
  init(of problem: Problem, visits table: VisitNumbers) {
    self.table = table
    layout = problem.layout
    guard layout != nil else { return }
    addTasksOfOtherStreams(of: problem)
    // What the next iteration needs is needed by nobody longer.
    for handover in problem.handovers { add(handover, of: problem, isAhead: true) }
    for precedence in problem.precedences { add(precedence, of: problem, isAhead: false) }
    addInputs(of: problem)
    for held in held.values where !held.isTimed {
      for reader in held.readers { read[reader, default: []].append(held.output) }
    }
  }

  private func output(_ stage: Stage.ID, _ microbatch: Int, in problem: Problem) -> Output? {
    guard !problem.stages[stage.index].hasBackward, problem.stages[stage.index].activationForB > 0,
      let visit = table.visit(stage: stage.index, microbatch: microbatch)
    else { return nil }
    return Output(
      visit: visit, stage: stage, microbatch: Microbatch.ID(microbatch),
      device: table.device(ofVisit: visit, microbatch: microbatch))
  }

  private func place(_ device: Device.ID) -> (device: Device.ID, stream: Int) {
    layout?.place(of: device) ?? (device, 0)
  }

  private mutating func addTasksOfOtherStreams(of problem: Problem) {
    for microbatch in 0..<problem.microbatchCount {
      for visit in problem.route(of: Microbatch.ID(microbatch)).visits where place(visit.device).stream > 0 {
        guard let output = output(visit.stage, microbatch, in: problem) else { continue }
        held[output.visit] = Held(output: output, isTimed: true)
      }
    }
  }

  private mutating func add(_ precedence: Precedence, of problem: Problem, isAhead: Bool) {
    let (producer, consumer) = (precedence.producer, precedence.consumer)
    guard producer.kind == .forward else { return }
    let all = 0..<problem.microbatchCount
    for one in producer.microbatch.map({ $0.index..<$0.index + 1 }) ?? all {
      guard let output = output(producer.stage, one, in: problem) else { continue }
      for other in consumer.microbatch.map({ $0.index..<$0.index + 1 }) ?? all
      where !precedence.isWithinMicrobatch || one == other {
        guard let reader = table.visit(stage: consumer.stage.index, microbatch: other) else { continue }
        let device = table.device(ofVisit: reader, microbatch: other)
        guard place(device).device == place(output.device).device else { continue }
        var own = held[output.visit] ?? Held(output: output, isTimed: false)
        guard isAhead || !own.isCarried else { continue }
        own.isCarried = isAhead
        own.isTimed = own.isTimed || device != output.device
        own.readers.append(Reader(visit: reader, kind: consumer.kind))
        held[output.visit] = own
      }
    }
  }

  /// Adds the stages of a route that need what is held by time as an input, on the stream that holds it.
  private mutating func addInputs(of problem: Problem) {
    guard held.values.contains(where: \.isTimed) else { return }
    for microbatch in 0..<problem.microbatchCount {
      for next in problem.route(of: Microbatch.ID(microbatch)).visits {
        guard let visit = table.visit(stage: next.stage.index, microbatch: microbatch) else { continue }
        for input in table.inputs(ofVisit: visit, microbatch: microbatch) {
          guard let own = held[input], own.isTimed, !own.isCarried, own.output.device == next.device else {
            continue
          }
          held[input]?.readers.append(Reader(visit: visit, kind: .forward))
        }
      }
    }
  }

  /// Whether a visit's output is held until the next iteration has used it.
  func isCarried(_ visit: Int) -> Bool { held[visit]?.isCarried ?? false }

  /// Whether a visit's output is held by time.
  func isHeldByTime(_ visit: Int) -> Bool { held[visit]?.isTimed ?? false }

  /// What is there when an iteration begins, but for what is held by time.
  var carried: [Output] { held.values.filter { $0.isCarried && !$0.isTimed }.map(\.output) }

  /// What is held by time.
  var timed: [Timed] {
    held.values.filter(\.isTimed).map {
      Timed(
        output: $0.output, device: place($0.output.device).device, readers: $0.readers,
        isCarried: $0.isCarried)
    }
  }

  /// The visits whose output is needed, once for each operation that needs it.
  var visits: [Int] {
    held.values.filter { !$0.isTimed }.flatMap { held in held.readers.map { _ in held.output.visit } }
  }

  /// What an operation needs; a `BW` what its two parts do.
  func outputs(neededBy operation: Operation, at visit: Int) -> [Output] {
    guard !read.isEmpty else { return [] }
    let kinds: [Operation.Kind] =
      operation.kind == .backward ? [.backwardInput, .backwardWeight] : [operation.kind]
    return kinds.flatMap { read[Reader(visit: visit, kind: $0)] ?? [] }
  }
}
