import PipelineModel

/// Why a schedule cannot be repaired.
public enum RepairRefusal: Error, Hashable, Sendable {
  /// A breakage names a device that the pipeline does not have.
  case unknownDevice(Device.ID, count: Int)
  /// A link from a device to itself.
  case noLink(Device.ID)
  /// A stage is on lost devices alone.
  case stageLost(Stage.ID, hosts: [Device.ID], hasLayers: Bool)
  /// A microbatch has no way through the stages but over lost links.
  case cutOff(Microbatch.ID, from: Stage.ID, to: Stage.ID)
  /// Routes under rules, of which replicas know nothing.
  case replicasUnderRules
  /// Streams or tasks, which no repair moves.
  case streams
  /// Layers are to be cut anew where there are none.
  case withoutLayers
  /// Layers are to be cut anew over a pipeline with several hosts of a stage.
  case remappedReplicas(Stage.ID)
  /// Stages are no multiple of the devices that host them.
  case unevenStages(Int, devices: Int)
  /// Every device is lost.
  case nothingLeft
  /// What is left is no problem, mostly for lack of memory.
  case problem(ProblemError)
}

extension RepairRefusal: CustomStringConvertible {
  /// What is in the way, in one line, with what may help.
  public var description: String {
    switch self {
    case .unknownDevice(let device, let count):
      "expected a device from 0 to \(count - 1), found \(device)"
    case .noLink(let device): "expected a link between two devices, found \(device) twice"
    case .stageLost(let stage, let hosts, let hasLayers):
      "stage \(stage) has no other host than \(hosts.named); "
        + (hasLayers ? "--remap spreads the layers over the devices that are left, and " : "")
        + "--replicas counts on the same stages of other replicas"
    case .cutOff(let microbatch, let from, let to):
      "microbatch \(microbatch) has no way from stage \(from) to \(to) but over a lost link"
    case .streams: "expected a schedule without streams and tasks, which no repair moves yet, found some"
    case .replicasUnderRules: "--replicas: expected a schedule without skipReorder, found one"
    case .withoutLayers: "--remap: expected a problem with layers, found stages alone"
    case .remappedReplicas(let stage):
      "--remap: expected one host for each stage, found several of stage \(stage)"
    case .unevenStages(let stages, let devices):
      "--remap: expected as many stages on every device, found \(stages) on \(devices)"
    case .nothingLeft: "no device is left"
    case .problem(let error): error.description
    }
  }
}

extension [Device.ID] {
  /// The devices in words: `device 5`, `devices 2 and 5`.
  fileprivate var named: String {
    let numbers = map(\.description)
    guard numbers.count > 1, let last = numbers.last else { return "device \(numbers.first ?? "")" }
    return "devices \(numbers.dropLast().joined(separator: ", ")) and \(last)"
  }
}
