import PipelineModel
import Timeline

/// Why a program could not run a schedule that is otherwise sound. All messages are worded in this file.
public enum ExportRefusal: Error, Hashable, Sendable {
  /// A stage on several devices.
  case replicatedStage(Stage.ID, devices: [Device.ID])
  /// A microbatch that skips or reorders stages.
  case otherRoute(Microbatch.ID)
  /// A stage that other stages feed than the one before it.
  case otherInputs(Stage.ID)
  /// A stage without a backward pass.
  case noBackward(Stage.ID)
  /// A stage without `W`.
  case noWeights(Stage.ID)
  /// Sequences cut in pieces, which share state.
  case pieces(Int)
  /// A device that does nothing.
  case idleDevice(Device.ID)
  /// A last stage whose forwards are not in the order of the microbatches.
  case permutedLosses(stage: Stage.ID, found: Microbatch.ID, expected: Microbatch.ID)
  /// A stage that runs its microbatches in another order than their own.
  case permuted(Operation, expected: Microbatch.ID)
  /// A placement other than the one that the framework runs.
  case otherPlacement(needed: String)
  /// A stage without layer names beside others that have them.
  case unnamedLayers(Stage.ID)
  /// A layer whose name no letter of Megatron's layout stands for.
  case unknownLayer(String, Stage.ID)
  /// A part of a layer where only whole layers can be given to stages.
  case partOfLayer(String, Stage.ID)
  /// Layers numbered in several stacks where a pipeline has one.
  case severalStacks([String])
  /// Layers that do not begin with the only embedding and end with the only loss, in Megatron's letters.
  case incompleteLayout(String)
  /// Layers that predict further tokens and are not together behind all others.
  case misplacedPrediction(String)
  /// Layers that the framework has to divide over the stages, and cannot.
  case unevenLayers(Int, stages: Int)
  /// Several stages per device where there is one device.
  case interleavedAlone(stages: Int)
  /// Fewer microbatches than devices.
  case fewMicrobatches(Int, devices: Int)
  /// Microbatches that are no multiple of the devices.
  case unevenMicrobatches(Int, devices: Int)
  /// Pairs whose operations, started together, wait for each other.
  case pairsNeverRun(TimelineError)
  /// A pair that is no `F` with the `BW` of another microbatch.
  case improperPair(Operation, Operation, Device.ID)
  /// A route that does not lead from the first stage over others back to its origin for the head.
  case noReturn(Microbatch.ID)
  /// A device with another number of stages than one, the head not counted.
  case notOneStage(Device.ID, count: Int)
  /// A number that the file has once, and that differs between two devices.
  case unequal(Shared, Device.ID, String, Device.ID, String)
  /// More microbatches from an origin than paths that a file tells apart.
  case moreSendsThanSlots(sends: Int, slots: Int)
  /// Overlapped pairs where there is no way to say so.
  case overlappedPairs
  /// A `B` or `W` by itself where backward passes are whole.
  case splitBackward(Operation)
  /// A head whose `F` and `BW` stand apart.
  case dividedLoss(Microbatch.ID)
  /// A link that lets nothing through.
  case noLink(from: Device.ID, to: Device.ID)

  /// What a file of SkipPipe has one number for.
  public enum Shared: String, Hashable, Sendable {
    /// The microbatches of an origin.
    case sends = "microbatches from every origin"
    /// The microbatches that a device holds at once.
    case slots = "room for microbatches on every device"
  }
}

extension ExportRefusal: CustomStringConvertible {
  /// What was expected, what was found, and what to do instead, in one line.
  public var description: String {
    switch self {
    case .replicatedStage(let stage, let devices):
      "expected one device per stage, found stage \(stage) on devices "
        + devices.map(\.description).joined(separator: ", ") + "; \(Self.ownRuntime)"
    case .otherRoute(let microbatch):
      "expected every microbatch to visit all stages in order, found another route for microbatch "
        + "\(microbatch); \(Self.ownRuntime)"
    case .otherInputs(let stage):
      "expected every stage to be fed by the one before it, found other inputs of stage \(stage); \(Self.ownRuntime)"
    case .noBackward(let stage):
      "expected a backward pass of every stage, found none of stage \(stage); \(Self.ownRuntime)"
    case .noWeights(let stage):
      "expected a W of every stage, found none of stage \(stage); \(Self.ownRuntime)"
    case .pieces(let count):
      "expected whole microbatches, found sequences cut in \(count) pieces, which hand keys and values on; "
        + Self.ownRuntime
    case .idleDevice(let device):
      "expected an operation on every device, found none on device \(device); leave the device out of the "
        + "problem"
    case .permutedLosses(let stage, let found, let expected):
      "expected F of stage \(stage) in the order of the microbatches, as losses are counted there, found "
        + "microbatch \(found) before \(expected); number the microbatches in that order"
    case .permuted(let operation, let expected):
      "expected every stage to run its microbatches in the order 0, 1, ..., found \(operation) where "
        + "microbatch \(expected) is due; number the microbatches in that order, or \(Self.ownRuntime)"
    case .otherPlacement(let needed): "expected \(needed), found another placement; \(Self.ownRuntime)"
    case .unnamedLayers(let stage):
      "expected layers of every stage or of none, found none of stage \(stage); name them in the problem"
    case .unknownLayer(let layer, let stage):
      "expected layers named as an embedding, a transformer layer, a multi-token-prediction layer or the output "
        + "(tok_embeddings, layers.0, mtp.0, norm, lm_head), found \(layer.quoted) on stage \(stage)"
    case .partOfLayer(let layer, let stage):
      "expected whole layers (layers.0), as parts of one are left out without a word, found \(layer.quoted) on "
        + "stage \(stage)"
    case .severalStacks(let stacks):
      "expected one stack of numbered layers, found \(stacks.count): "
        + stacks.prefix(4).map { $0.isEmpty ? "the decoder's" : "that of \($0.quoted)" }.joined(
          separator: ", ")
        + "; \(Self.ownRuntime)"
    case .incompleteLayout(let layout):
      "expected the embedding E first, the loss L last, one of each, and layers t between them, found "
        + layout.shortened
    case .misplacedPrediction(let layout):
      "expected all layers for multi-token prediction, m, on one stage, the last of its device, behind all layers t, "
        + "found \(layout.shortened)"
    case .unevenLayers(let layers, let stages):
      "expected a multiple of the \(stages.counted("stage")) as number of layers, found \(layers); name the layers "
        + "of each stage"
    case .interleavedAlone(let stages):
      "expected two devices or more for several stages on each, found one device with \(stages); make them one stage"
    case .fewMicrobatches(let count, let devices):
      "expected at least as many microbatches as devices, \(devices), found \(count); \(Self.ownRuntime)"
    case .unevenMicrobatches(let count, let devices):
      "expected a multiple of the \(devices.counted("device")) as number of microbatches, found \(count); "
        + Self.ownRuntime
    case .pairsNeverRun(let error):
      "expected overlapped operations that can start together, but \(error); leave the pairs out"
    case .improperPair(let first, let second, let device):
      "expected pairs of an F and the BW of another microbatch, found \(first) with \(second) on device "
        + "\(device)"
    case .noReturn(let microbatch):
      "expected every microbatch to start on the first stage, visit others and end with the last one, the head, "
        + "on its origin, found another route for microbatch \(microbatch); \(Self.ownRuntime)"
    case .notOneStage(let device, let count):
      "expected one stage on every device, the head not counted, found \(count) on device \(device); "
        + Self.ownRuntime
    case .unequal(let shared, let first, let number, let second, let other):
      "expected as many \(shared.rawValue), found \(number) for device \(first) and \(other) for device \(second)"
    case .moreSendsThanSlots(let sends, let slots):
      "expected at most as many microbatches from an origin as a device holds, \(slots), as slots tell paths "
        + "apart, found \(sends); \(Self.ownRuntime)"
    case .overlappedPairs:
      "expected operations one by one, found overlapped pairs; leave the pairs out, or \(Self.ownRuntime)"
    case .splitBackward(let operation):
      "expected whole backward passes, found \(operation); search with --backward fused, or \(Self.ownRuntime)"
    case .dividedLoss(let microbatch):
      "expected the head's F and BW one right after the other, found other work between those of microbatch "
        + "\(microbatch); \(Self.ownRuntime)"
    case .noLink(let source, let target):
      "expected a delay between any two devices, found a link from device \(source) to device \(target) that "
        + "lets nothing through; \(Self.ownRuntime)"
    }
  }

  private static let ownRuntime = "a runtime of your own can run the generic format, --format program"
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
