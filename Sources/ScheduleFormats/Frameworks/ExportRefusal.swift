import PipelineModel

/// Why a program could not run a schedule that is otherwise sound.
///
/// Every format words its own refusals, in an extension beside its checks; here stands what several share.
public struct ExportRefusal: Error, Hashable, Sendable {
  /// What was expected and what was found, in one line.
  public let finding: String
  /// What can be done instead, the first choice first; often nothing but another schedule.
  public let remedies: [Remedy]

  /// What can be done about a refusal.
  public enum Remedy: Hashable, Sendable {
    /// A change of the problem or the schedule, as a request.
    case change(String)
    /// Another schedule, whose backward passes are whole.
    case wholeBackward
    /// Code of the user's own, which wraps what the file beside the exported one names.
    case wrapModules
    /// Another schedule, whose modes are one choice among so much.
    case modesPer(Mode.Extent)
    /// Another schedule, whose modes recompute within the backward pass.
    case foldedModes
    /// Another schedule, whose stages run as they are.
    case plainModes
    /// PyTorch's file of lowered steps, which has words for tasks that are steps of its own.
    case loweredSteps
    /// A runtime of the user's own, which runs every schedule written as `GenericProgram`.
    case genericProgram
  }

  /// Joins what was found with what can be done.
  init(_ finding: String, _ remedies: Remedy...) { self.init(finding, remedies) }

  /// Joins what was found with what can be done.
  init(_ finding: String, _ remedies: [Remedy]) {
    self.finding = finding
    self.remedies = remedies
  }

  /// The refusal in one line, its remedies in words of the caller.
  public func worded(_ words: (Remedy) -> String) -> String {
    remedies.isEmpty ? finding : "\(finding); \(remedies.map(words).joined(separator: ", or "))"
  }
}

extension ExportRefusal: CustomStringConvertible {
  /// What was expected, what was found, and what to do instead, in one line.
  public var description: String { worded(\.description) }
}

extension ExportRefusal.Remedy: CustomStringConvertible {
  /// The request to a person.
  public var description: String {
    switch self {
    case .change(let request): request
    case .wholeBackward: "take a schedule of whole ones"
    case .wrapModules: "wrap the modules that the file of checkpoints names in your own code"
    case .modesPer(.problem): "take one mode for all stages"
    case .modesPer(.stage): "take one mode per stage"
    case .modesPer(.microbatch): "take modes of every microbatch"
    case .foldedModes: "take modes that recompute within the backward pass"
    case .plainModes: "take plain modes"
    case .loweredSteps: "take PyTorch's file of lowered steps"
    case .genericProgram: "a runtime of your own can run the generic format"
    }
  }
}

// MARK: What several formats refuse

extension ExportRefusal {
  /// A stage on several devices.
  static func replicatedStage(_ stage: Stage.ID, devices: [Device.ID]) -> Self {
    let list = devices.map(\.description).joined(separator: ", ")
    return Self("expected one device per stage, found stage \(stage) on devices \(list)", .genericProgram)
  }

  /// A microbatch that skips or reorders stages.
  static func otherRoute(_ microbatch: Microbatch.ID) -> Self {
    Self(
      "expected every microbatch to visit all stages in order, found another route for microbatch \(microbatch)",
      .genericProgram)
  }

  /// A stage that other stages feed than the one before it.
  static func otherInputs(_ stage: Stage.ID) -> Self {
    Self(
      "expected every stage to be fed by the one before it, found other inputs of stage \(stage)",
      .genericProgram)
  }

  /// A stage without a backward pass.
  static func noBackward(_ stage: Stage.ID) -> Self {
    Self("expected a backward pass of every stage, found none of stage \(stage)", .genericProgram)
  }

  /// A stage without `W`.
  static func noWeights(_ stage: Stage.ID) -> Self {
    Self("expected a W of every stage, found none of stage \(stage)", .genericProgram)
  }

  /// Streams and tasks of a problem, of which no framework's format speaks but PyTorch's of lowered steps.
  static func streams(_ written: StreamedProblem, of problem: Problem) -> Self {
    let streams = written.streams.count.counted("stream")
    let found =
      if !written.tasks.isEmpty {
        "tasks (\(written.tasks.map(\.name.shortened).joined(separator: ", ")))"
      } else {
        written.phases.allSatisfy(\.arePlain) ? streams : "phases on \(streams)"
      }
    let areSteps = !written.tasks.isEmpty && (try? TorchTasks(problem)) != nil
    let remedies = written.messageStream == nil ? [.genericProgram] : [sendingAtOnce]
    return Self(
      "expected one stream per device and passes alone, found \(found)",
      (areSteps ? [.loweredSteps] : []) + remedies)
  }

  /// Messages that wait for each other and for tasks: programs send them as soon as there is something to send.
  static let messagesInOrder = Self(
    "expected messages that leave when their operations end, found an order of those of each uplink",
    sendingAtOnce)

  private static let sendingAtOnce = Remedy.change("leave serialise out")

  /// Sequences cut in pieces, which share state.
  static func pieces(_ count: Int) -> Self {
    Self(
      "expected whole microbatches, found sequences cut in \(count) pieces, which hand keys and values on",
      .genericProgram)
  }

  /// A placement other than the one that the framework runs.
  static func otherPlacement(needed: String) -> Self {
    Self("expected \(needed), found another placement", .genericProgram)
  }

  /// Fewer microbatches than devices.
  static func fewMicrobatches(_ count: Int, devices: Int) -> Self {
    Self(
      "expected at least as many microbatches as devices, \(devices), found \(count)", .genericProgram)
  }

  /// A stage without layer names beside others that have them.
  static func unnamedLayers(_ stage: Stage.ID) -> Self {
    Self(
      "expected layers of every stage or of none, found none of stage \(stage)",
      .change("name them in the problem"))
  }
}

extension Problem {
  /// Refuses fewer microbatches than devices, where a framework does.
  func checkHasMicrobatchPerDevice() throws(ExportRefusal) {
    guard microbatchCount >= deviceCount else {
      throw .fewMicrobatches(microbatchCount, devices: deviceCount)
    }
  }

  /// Refuses what no framework with a fixed chain of stages can run.
  func checkIsChain() throws(ExportRefusal) {
    for (stage, devices) in hosts.enumerated() where devices.count > 1 {
      throw .replicatedStage(Stage.ID(stage), devices: devices)
    }
    let chain = (0..<stageCount).map { Stage.ID($0) }
    let isChain = routes.map { $0.visits.map(\.stage) == chain }
    if let microbatch = routeIndexes.firstIndex(where: { !isChain[Int($0)] }) {
      throw .otherRoute(Microbatch.ID(microbatch))
    }
    try checkIsFedInOrder()
    if pieces > 1 { throw .pieces(pieces) }
  }

  /// Refuses stages that other stages feed than the one visited before them.
  func checkIsFedInOrder() throws(ExportRefusal) {
    guard !isChain else { return }
    for route in routes {
      let inputs = RouteLinks(of: route.visits, stages: stages).inputs
      if let place = inputs.indices.first(where: { inputs[$0] != ($0 == 0 ? [] : [$0 - 1]) }) {
        throw .otherInputs(route.visits[place].stage)
      }
    }
  }

  /// Refuses stages that a framework would ask for a gradient in vain.
  func checkHasBackwards() throws(ExportRefusal) {
    if let stage = stages.firstIndex(where: { !$0.hasBackward }) { throw .noBackward(Stage.ID(stage)) }
  }
}
