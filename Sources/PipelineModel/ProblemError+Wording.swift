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
    case .aheadOfNothing: "expected feeds, which lie in the next iteration, found none"
    case .circle(let names):
      "expected tasks that can run, found a circle: "
        + (names + names.prefix(1)).joined(separator: " before ")
    case .bytesWithoutBandwidth:
      "expected communication with bandwidth and bytes, found a size of messages alone"
    case .bytesBesideRouting: "expected messages of one size where routes are chosen, found one of its own"
    case .besideTasks: "expected none beside streams and tasks, found one"
    case .linksBesideTasks: "expected uplink beside streams and tasks, found link"
    case .messagesOnComputeStream:
      "expected the compute stream first, found the uplink, which carries messages"
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
