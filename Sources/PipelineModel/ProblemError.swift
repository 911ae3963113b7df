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
    /// A task with a choice of devices.
    case openDevices(String)
    /// A task for the next iteration in which nothing needs it.
    case aheadOfNothing
    /// A task for the next iteration.
    case acrossIterations
    /// Passes and tasks that wait for each other.
    case circle([String])
    /// What is not known beside streams and tasks.
    case besideTasks
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

extension ProblemError.Reason: CustomStringConvertible {
  /// What was expected and what was found.
  public var description: String {
    switch self {
    case .notAMagnitude(let value):
      "expected a number from 0 to \(ProblemRules.largestNumberText), found \(value.plain)"
    case .notPositive(let value):
      "expected a number above 0 and up to \(ProblemRules.largestNumberText), found \(value.plain)"
    case .tooSmall(let value):
      "expected at least \(ProblemRules.smallestNumberText) where it is not 0, found \(value.plain)"
    case .lastsTooLong(let duration, let scale, let device, let speed):
      "expected at most \(ProblemRules.largestNumberText) once scaled and divided by the device's speed, "
        + "found \(duration.plain) x \(scale.plain) / \(speed.plain) on device \(device)"
    case .countOutOfRange(let count, let range):
      "expected a count from \(range.lowerBound) to \(range.upperBound), found \(count)"
    case .tooManyVisits(let count, let limit):
      "expected at most \(limit) visits, one per stage and microbatch, found \(count)"
    case .tooManyRoutes(let count, let stages, let limit):
      "expected at most \(limit) different routes over \(stages.counted("stage")), found \(count)"
    case .tooManyLinks(let devices):
      "expected at most \(ProblemRules.linkedDevices) devices where links have bandwidths or latencies of their own, "
        + "found \(devices)"
    case .wrongLength(let count, let expected, let what):
      "expected \(expected) entries, one per \(what), found \(count)"
    case .aboveActivation(let part, let whole):
      "expected at most activationForB, which is \(whole.plain), found \(part.plain)"
    case .aboveCheckpoint(let part, let whole):
      "expected at most what is held from F on, which is \(whole.plain), found \(part.plain)"
    case .tooManyModes(let count): "expected at most \(Mode.limit) modes, found \(count)"
    case .namelessMode: "expected the name of a mode, found an empty one"
    case .repeatedMode(let name):
      "expected another name, as a mode of the stage is called \(name.quoted) already"
    case .otherPasses:
      "expected the backward passes that the stage has, each with its time, found others"
    case .withoutHost(let device):
      "expected 0, as nothing says how device \(device) reaches its host (key host), found more"
    case .noCommonMode(let known, let stage):
      "expected a mode that all stages with modes have, found that none of those of stage \(stage) is one "
        + "(\(known.map(\.shortened).joined(separator: ", ")))"
    case .unknownMode(let name, let known):
      "expected a mode of the stage (\(known.map(\.shortened).joined(separator: ", "))), found \(name.quoted)"
    case .withoutBackward: "expected none, as the stage has no backward pass, found one"
    case .inputNotEarlier(let input, let stage):
      stage == 0
        ? "expected none for the first stage, found stage \(input)"
        : "expected stages before this one, 0 to \(stage - 1), found \(input)"
    case .inputVisitedLater(let stage, let input):
      "expected every stage after those it needs, found stage \(stage) before stage \(input)"
    case .withoutInputs(let stage, let inputs):
      "expected at least one of the stages that stage \(stage) needs (\(Self.numbers(inputs))) before it, as it is not "
        + "where the route begins, found none"
    case .gradientFromNowhere(let feeds):
      "expected no backward pass, or one on a stage that it feeds, as its gradient comes from there, found none on "
        + Self.numbers(feeds)
    case .notOneStagePerDevice(let stages, let devices):
      "expected one stage per device for the sequential placement, "
        + "found \(stages) \(stages == 1 ? "stage" : "stages") for \(devices) \(devices == 1 ? "device" : "devices")"
    case .deviceWithoutStage(let stages, let devices):
      "expected at least one stage per device, found \(stages) for \(devices) devices"
    case .unknownDevice(let device, let count):
      "expected a device from 0 to \(count - 1), found \(device)"
    case .unknownStage(let stage, let count):
      "expected a stage from 0 to \(count - 1), found \(stage)"
    case .unknownMicrobatch(let microbatch, let count):
      "expected a microbatch from 0 to \(count - 1), found \(microbatch)"
    case .withoutPass(let kind, let stage):
      "expected a pass that stage \(stage) has, found \(kind.symbol)"
    case .namelessStream: "expected the name of a stream, found an empty one"
    case .repeatedStream(let name): "expected each stream once, found \(name.quoted) twice"
    case .unknownStreamNumber(let stream, let count):
      "expected a stream from 0 to \(count - 1), found \(stream)"
    case .emptyPhase: "expected a time above 0, or no such phase, found 0"
    case .phaseHoldsMemory(let phase):
      "expected \(phase) on the stream on which F begins, and on the compute stream where anything is held, found another"
    case .besidePhases:
      "expected no modes, recompute, offload, checkpoint, firstForward or lastBackward beside phases, found some"
    case .noTaskName(let name):
      "expected a name without blanks, dots and strokes that is not read as a pass, found \(name.quoted)"
    case .repeatedTask(let name, let earlier):
      "expected another name, as task \(earlier) is called \(name.quoted) already"
    case .unknownTask(let name, let known):
      "expected a pass such as 2F or 2F5, or a task (\(known.map(\.shortened).joined(separator: ", "))), "
        + "found \(name.quoted)"
    case .withoutStage(let text):
      "expected the number of a stage before \(text.quoted), as the task belongs to none, found none"
    case .taskWithoutDevice(let name):
      "expected the devices of task \(name.shortened), as it belongs to no stage on one device, found none"
    case .openDevices(let name):
      "expected the one device of task \(name.shortened), as none is chosen here, found several"
    case .aheadOfNothing: "expected feeds, which lie in the next iteration, found none"
    case .acrossIterations:
      "expected false, as no period is known yet in which a task works for the next iteration, found true"
    case .circle(let names):
      "expected tasks that can run, found a circle: "
        + (names + names.prefix(1)).joined(separator: " before ")
    case .besideTasks: "expected none beside streams and tasks, found one"
    case .repeatedDevice(let device):
      "expected different devices, found device \(device) twice"
    case .empty(let what):
      "expected at least one \(what), found none"
    case .replicatedWithoutRoute(let stage, let devices):
      "expected one device per stage unless routes say which to take, found stage \(stage) on devices "
        + devices.map(String.init).joined(separator: ", ")
    case .repeatedStage(let stage):
      "expected different stages, found stage \(stage) twice"
    case .notHosted(let stage, let device):
      "expected a device that hosts stage \(stage), found \(device)"
    case .unreachable(let source, let destination):
      "expected devices that reach each other, found a visit of device \(destination) after or before device "
        + "\(source), from which no message arrives there"
    case .headIsNotLast(let stage, let last): "expected the last stage, \(last), found \(stage)"
    case .breach(let breach): breach.description
    case .placementWithoutRules:
      "expected the devices of every stage, found only their number: search chooses them for a problem with "
        + "skipReorder and without routes"
    case .wrongSum(let sum, let expected):
      "expected numbers that add up to the \(expected.counted("device")), found a sum of \(sum)"
    case .originWithoutPlacement:
      "expected no origin, as search chooses the devices of the first stage, found one"
    case .notSequential:
      "expected the sequential placement, one stage per device and every microbatch through all of them"
    case .notEven:
      "expected equally many stages on every device, each on one device, and every microbatch through all of them"
    case .chunkedBothWays(let chunks):
      "expected 1 for a bidirectional pipeline, whose devices host one stage of each copy, found \(chunks)"
    case .odd(let count): "expected an even count for a bidirectional pipeline, found \(count)"
    case .partOfSequence(let microbatches, let pieces):
      "expected a divisor of the \(microbatches) microbatches, each of which is one piece, found \(pieces)"
    case .dividedSequence(let microbatch, let first):
      "expected all pieces of a sequence on one route, found microbatch \(microbatch) on another than \(first)"
    case .namelessLayer: "expected the name of a layer, found an empty one"
    case .repeatedLayer(let layer): "expected each layer of a stage once, found \(layer.quoted) twice"
    case .layerOutOfPlace(let layer, let expected, let stage):
      "expected layer \(expected) next\(stage.map { " on stage \($0)" } ?? ""), as numbered layers follow each other "
        + "\(stage == nil ? "" : "through the stages, ")each once, found layer \(layer)"
    case .layerTotal(let stated, let named):
      "expected \(named), as many layers as the stages name, found \(stated)"
    case .nothingBefore: "expected false for the first layer, as there is none before it, found true"
    case .unknownLayer(let name): "expected the name of a layer before this one, found \(name.quoted)"
    case .gradientLost:
      "expected a backward pass, as a layer before this one has one and its gradient comes through here, found none"
    case .tornApart(let layer, let name):
      "expected layer \(layer)\(name.isEmpty ? "" : " (\(name.shortened))") on the stage of the layer before it "
        + "(together), found the end of the stage between them"
    case .layerSum(let sum, let expected):
      "expected numbers that add up to the \(expected.counted("layer")), found a sum of \(sum)"
    case .fewLayers(let layers, let stages):
      "expected at most \(layers.counted("stage")), one for each layer or group of layers that stay together, "
        + "found \(stages)"
    case .withoutLayers: "expected a problem that gives layers instead of stages"
    case .limitTooSmall(let device, let limit, let needed):
      "expected at least \(needed[device].short), which one microbatch needs on device \(device), "
        + "found \(limit.plain)\(Self.listing(needed))"
    }
  }

  private static func numbers(_ list: [Int]) -> String {
    list.map(String.init).joined(separator: ", ")
  }

  /// What every device needs, where that is not the same and not too much to read.
  private static func listing(_ needed: [Double]) -> String {
    guard Set(needed).count > 1, needed.count <= 16 else { return "" }
    return " (by device: \(needed.map(\.short).joined(separator: ", ")))"
  }
}
