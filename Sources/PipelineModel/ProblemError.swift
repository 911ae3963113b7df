/// Why a set of values is not a problem.
public struct ProblemError: Error, Hashable, Sendable {
  /// What is wrong with a value.
  public enum Reason: Hashable, Sendable {
    /// A number below zero, not finite, or beyond `ProblemRules.largestNumber`.
    case notAMagnitude(Double)
    /// A factor that is not above zero.
    case notPositive(Double)
    /// A number above 0 and below `ProblemRules.smallestNumber`.
    case tooSmall(Double)
    /// An operation that its microbatch and device stretch beyond the longest duration.
    case lastsTooLong(Double, scale: Double, device: Int, speed: Double)
    /// A count outside the range a problem may have.
    case countOutOfRange(Int, ClosedRange<Int>)
    /// More visits of a stage by a microbatch than a problem may have.
    case tooManyVisits(Int, limit: Int)
    /// More distinct routes than a problem of so many stages may have.
    case tooManyRoutes(Int, stages: Int, limit: Int)
    /// Links told one by one between more devices than may have some.
    case tooManyLinks(devices: Int)
    /// A list with another length than the rest of the problem asks for.
    case wrongLength(Int, expected: Int, of: String)
    /// A part of the activations that is larger than all of them.
    case aboveActivation(Double, activationForB: Double)
    /// More of a checkpoint with the host than there is.
    case aboveCheckpoint(Double, checkpoint: Double)
    /// A figure of a backward pass on a stage that has none.
    case withoutBackward
    /// More modes of a stage than it may have.
    case tooManyModes(Int)
    /// A mode without a name.
    case namelessMode
    /// A mode named like another of its stage.
    case repeatedMode(String)
    /// A mode with other passes than its stage.
    case otherPasses
    /// Something offloaded on a device without a way to its host.
    case withoutHost(device: Int)
    /// Modes that have to have one name, and have none in common.
    case noCommonMode(known: [String], stage: Int)
    /// A mode that a stage does not have.
    case unknownMode(String, known: [String])
    /// A stage that needs itself or a later one.
    case inputNotEarlier(Int, stage: Int)
    /// A route that meets a stage before one that it needs.
    case inputVisitedLater(stage: Int, input: Int)
    /// A route that meets a stage behind others, but behind none that it needs.
    case withoutInputs(stage: Int, inputs: [Int])
    /// A stage with a backward pass that feeds only stages without one.
    case gradientFromNowhere(feeds: [Int])
    /// The sequential placement with other than one stage per device.
    case notOneStagePerDevice(stages: Int, devices: Int)
    /// A folding placement that leaves a device without a stage.
    case deviceWithoutStage(stages: Int, devices: Int)
    /// A device number that the problem does not have.
    case unknownDevice(Int, count: Int)
    /// A stage number that the problem does not have.
    case unknownStage(Int, count: Int)
    /// A microbatch number that the problem does not have.
    case unknownMicrobatch(Int, count: Int)
    /// A pass that a stage does not have.
    case withoutPass(Operation.Kind, stage: Int)
    /// A stream without a name.
    case namelessStream
    /// A stream named like another.
    case repeatedStream(String)
    /// A stream number that the problem does not have.
    case unknownStreamNumber(Int, count: Int)
    /// One of several phases that takes no time.
    case emptyPhase
    /// A phase on another stream than the one on which memory is counted.
    case phaseHoldsMemory(String)
    /// Phases of a stage with figures that speak of whole passes.
    case besidePhases
    /// A name that no task may have.
    case noTaskName(String)
    /// A task named like another.
    case repeatedTask(String, earlier: Int)
    /// A reference to no task of the problem.
    case unknownTask(String, known: [String])
    /// A pass without its stage where there is no own stage.
    case withoutStage(String)
    /// A task that does not say where it runs.
    case taskWithoutDevice(String)
    /// A task for the next iteration in which nothing needs it.
    case aheadOfNothing
    /// Passes and tasks that wait for each other.
    case circle([String])
    /// Messages of a size of their own over links without bandwidths.
    case bytesWithoutBandwidth
    /// Messages of a size of their own where routes are chosen.
    case bytesBesideRouting
    /// What is not known beside streams and tasks.
    case besideTasks
    case linksBesideTasks
    case messagesOnComputeStream
    /// A stage placed twice on one device.
    case repeatedDevice(Int)
    /// A stage without a host, or a route without a visit.
    case empty(String)
    /// A replicated stage that leaves the default route open.
    case replicatedWithoutRoute(stage: Int, devices: [Int])
    /// A route that meets a stage twice.
    case repeatedStage(Int)
    /// A route that meets a stage on a device that does not host it.
    case notHosted(stage: Int, device: Int)
    /// A route over a link that lets no message through.
    case unreachable(from: Int, to: Int)
    /// A head that is not the model's last stage.
    case headIsNotLast(Int, last: Int)
    /// An order of stages that breaks the rules it is given with.
    case breach(SkipReorderBreach)
    /// Numbers of devices per stage where nothing searches for a placement.
    case placementWithoutRules
    /// Numbers of devices per stage that do not add up.
    case wrongSum(Int, expected: Int)
    /// A microbatch that names its origin where the devices of the first stage are still to be chosen.
    case originWithoutPlacement
    /// A problem laid out anew that is not sequential.
    case notSequential
    /// Stages that cannot be given other devices.
    case notEven
    /// A bidirectional arrangement of more than one chunk per device and direction.
    case chunkedBothWays(Int)
    /// An odd count where both halves are needed.
    case odd(Int)
    /// Microbatches that are no whole number of sequences.
    case partOfSequence(microbatches: Int, pieces: Int)
    /// A piece on another route than the first of its sequence.
    case dividedSequence(microbatch: Int, first: Int)
    /// A layer without a name.
    case namelessLayer
    /// A layer named twice on one stage.
    case repeatedLayer(String)
    /// A numbered layer that is not the one due, on a stage where there are stages already.
    case layerOutOfPlace(Int, expected: Int, stage: Int?)
    /// Another number of layers than the stages name.
    case layerTotal(Int, named: Int)
    /// Layers that stay with those before them where there are none.
    case nothingBefore
    /// A layer tied to one that is not before it.
    case unknownLayer(String)
    /// A layer without a backward pass behind one that has one.
    case gradientLost
    /// A stage that ends between layers that stay together.
    case tornApart(layer: Int, name: String)
    /// Numbers of layers that do not add up.
    case layerSum(Int, expected: Int)
    /// Fewer layers than stages, those that stay together counted once.
    case fewLayers(Int, stages: Int)
    /// A problem of stages where layers are needed.
    case withoutLayers
    /// A memory limit too small for a single microbatch, with what one needs on every device.
    case limitTooSmall(device: Int, limit: Double, needed: [Double])
  }

  /// Where the value stands.
  public var key: ProblemKey
  /// What is wrong with it.
  public var reason: Reason

  /// Names a value and what is wrong with it.
  public init(_ key: ProblemKey, _ reason: Reason) {
    self.key = key
    self.reason = reason
  }
}

extension ProblemError {
  /// The least limit of all devices that would do, where one is too small; infinite for other errors.
  package var neededMemory: Double {
    if case .limitTooSmall(_, _, let needed) = reason { return needed.max() ?? .infinity }
    return .infinity
  }

  /// By how much the limit of the device that lacks most is too small; infinite for other errors.
  var missingMemory: Double {
    if case .limitTooSmall(let device, let limit, let needed) = reason { return needed[device] - limit }
    return .infinity
  }
}

extension ProblemError: CustomStringConvertible {
  /// The key and what was expected of it, in one line.
  public var description: String {
    key.steps.isEmpty ? "\(reason)" : "\(key): \(reason)"
  }
}
