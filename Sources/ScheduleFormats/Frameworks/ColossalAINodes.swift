import PipelineModel
import Timeline

/// The node list of ColossalAI's zero-bubble schedule for `HybridParallelPlugin(pp_style="zbv")`, as JSON.
///
/// Per rank a list of `ScheduledNode(type, chunk, stage, minibatch)`, transfers included; `stage` is the rank.
/// The runtime keeps what waits in queues, so that every chunk runs its microbatches in one order.
/// Source: colossalai/pipeline/schedule/v_schedule.py and zero_bubble_pp.py.
public struct ColossalAINodes: ExportFormat {
  /// Names the format.
  public init() {}

  /// The name on the command line.
  public var name: String { "colossalai" }
  /// What reads the format.
  public var purpose: String { "ColossalAI pp_style=\"zbv\": the nodes of its V schedule, as JSON" }

  /// Writes one node per line. A `BW`, which ColossalAI does not have, becomes a `B` and its `W`; the parts of an
  /// overlapped pair run one after the other.
  ///
  /// - Throws: `ExportRefusal` unless every device hosts two stages, laid out as a V, all with `B` and `W`, whose
  ///   queues the runtime empties, the microbatches are a multiple of the devices, and each stage runs them in the order 0, 1, ... in `F`, in `B` and in `W`.
  /// - Complexity: O(operations x log operations).
  public func encode(_ timeline: Timeline) throws(ExportRefusal) -> [UInt8] {
    try Self.check(timeline.schedule)
    let programs = try timeline.exportedPrograms()
    let devices = programs.count
    var writer = JSONWriter(capacity: 128 * timeline.schedule.orders.operations.count)
    writer.lines(programs, indentation: 0) { writer, program in
      writer.lines(Self.nodes(of: program, devices: devices), indentation: 2) {
        $0.node($1, rank: program.device)
      }
    }
    writer.newline(0)
    return writer.bytes
  }

  fileprivate struct Node {
    var type: String
    var chunk: Int
    var microbatch: Microbatch.ID
  }

  /// The nodes of one rank. The `W` of a `BW` comes behind the message that the `B` sends.
  private static func nodes(of program: RankProgram, devices: Int) -> [Node] {
    var nodes: [Node] = []
    var delayed: [Node] = []
    for instruction in program.instructions {
      var next = Self.nodes(of: instruction, devices: devices)
      if !instruction.isSend {
        nodes += delayed
        delayed = instruction.endsFused ? [next.removeLast()] : []
      }
      nodes += next
    }
    return nodes + delayed
  }

  private static func nodes(of instruction: RankProgram.Instruction, devices: Int) -> [Node] {
    func node(_ type: String, _ stage: Stage.ID, _ microbatch: Microbatch.ID) -> Node {
      Node(type: type, chunk: stage.index < devices ? 0 : 1, microbatch: microbatch)
    }
    func nodes(_ operation: Operation) -> [Node] {
      // The program calls the parts of a fused operation as we do.
      operation.kind.traits.parts.map { node($0.symbol, operation.stage, operation.microbatch) }
    }
    func nodes(_ word: String, _ transfer: Transfer, at end: KeyPath<Transfer.Passage, Stage.ID>) -> [Node] {
      guard let passage = transfer.content.passage else { return [] }
      let direction = transfer.payload == .activation ? "FORWARD" : "BACKWARD"
      return [node("\(word)_\(direction)", passage[keyPath: end], passage.microbatch)]
    }
    switch instruction {
    case .compute(.pass(let operation, _), _): return nodes(operation)
    case .overlap(let forward, let backward): return nodes(forward) + nodes(backward)
    case .send(let transfer): return nodes("SEND", transfer, at: \.source)
    case .receive(let transfer): return nodes("RECV", transfer, at: \.destination)
    // Stages that offload, streams and tasks are refused, and orders have no steps of their own.
    case .compute, .copy, .wait, .hold, .local: return []
    }
  }

  private static func check(_ schedule: Schedule) throws(ExportRefusal) {
    let problem = schedule.problem
    try problem.checkIsChain()
    try problem.checkHasBackwards()
    try problem.checkSavesNothing()
    let frozen = problem.stages.firstIndex { if case .input = $0.backward { true } else { false } }
    if let frozen { throw .noWeights(Stage.ID(frozen)) }
    guard problem.stageMap == .v, problem.stageCount == 2 * problem.deviceCount else {
      throw .otherPlacement(needed: "two stages on every device, laid out as a V")
    }
    guard problem.microbatchCount.isMultiple(of: problem.deviceCount) else {
      throw .unevenMicrobatches(problem.microbatchCount, devices: problem.deviceCount)
    }
    // The next microbatch of every stage, kind by kind.
    var next = [Int](repeating: 0, count: Operation.Kind.allCases.count * problem.stageCount)
    for operation in schedule.orders.operations {
      for kind in operation.kind.traits.parts {
        let slot = Int(kind.rawValue) * problem.stageCount + operation.stage.index
        guard next[slot] == operation.microbatch.index else {
          throw .permuted(operation, expected: Microbatch.ID(next[slot]))
        }
        next[slot] += 1
      }
    }
  }
}

extension ExportRefusal {
  /// Microbatches that are no multiple of the devices.
  fileprivate static func unevenMicrobatches(_ count: Int, devices: Int) -> Self {
    Self(
      "expected a multiple of the \(devices.counted("device")) as number of microbatches, found \(count)",
      .genericProgram)
  }

  /// A stage that runs its microbatches in another order than their own.
  fileprivate static func permuted(_ operation: Operation, expected: Microbatch.ID) -> Self {
    Self(
      "expected every stage to run its microbatches in the order 0, 1, ..., found \(operation) where microbatch "
        + "\(expected) is due", .change("number the microbatches in that order"), .genericProgram)
  }
}

extension RankProgram.Instruction {
  fileprivate var isSend: Bool {
    if case .send = self { true } else { false }
  }

  /// Whether the step ends with a `BW`.
  fileprivate var endsFused: Bool {
    switch self {
    case .compute(.pass(let operation, _), _): operation.kind == .backward
    case .overlap(_, let backward): backward.kind == .backward
    case .compute, .send, .receive, .copy, .wait, .hold, .local: false
    }
  }
}

extension JSONWriter {
  fileprivate mutating func node(_ node: ColossalAINodes.Node, rank: Device.ID) {
    raw("{\"type\": ")
    string(node.type)
    raw(", \"chunk\": ")
    integer(node.chunk)
    raw(", \"stage\": ")
    integer(rank.rawValue)
    raw(", \"minibatch\": ")
    integer(node.microbatch.rawValue)
    raw("}")
  }
}
