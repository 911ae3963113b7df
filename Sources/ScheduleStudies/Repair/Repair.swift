import PipelineModel
import Timeline

/// A schedule after something broke: what moved, and what it costs.
public struct Repair: Sendable {
  /// Visits of a stage that moved from one device to another.
  public struct Move: Hashable, Sendable {
    /// The stage.
    public var stage: Stage.ID
    /// Where it was visited.
    public var source: Device.ID
    /// Where it is visited now.
    public var destination: Device.ID
    /// By whom.
    public var microbatches: [Microbatch.ID]
  }

  /// A layer whose weights moved from one device to another.
  public struct LayerMove: Hashable, Sendable {
    /// The layer, counted from the first of the model.
    public var layer: Int
    /// Its name; empty where it has none.
    public var name: String
    /// Where it was.
    public var source: Device.ID
    /// Where it is now, by the number that the device had before.
    public var destination: Device.ID
    /// What it holds all the time, weights above all, in the problem's memory unit.
    public var staticMemory: Double
  }

  /// What happened.
  public let breakages: [Breakage]
  /// What the schedules are short in.
  public let objective: Objective
  /// The schedule as it was, with all its replicas.
  public let before: Timeline
  /// The value of the old orders on the new hosts, in the problem's time unit; `nil` where layers were cut anew.
  public let carriedOn: Double?
  /// The schedule as it is now.
  public let after: CertifiedSchedule
  /// How layers were cut anew, where they were.
  public let partition: PartitionedSchedule?
  /// The former number of each device that is left, where devices are numbered anew.
  public let renumbered: [Device.ID]?
  /// The visits that moved; none where layers were cut anew.
  public let moves: [Move]
  /// The layers that moved.
  public let layerMoves: [LayerMove]

  /// The value before, in the problem's time unit.
  public var valueBefore: Double { before.value(of: objective) }
  /// The value now, in the problem's time unit.
  public var valueAfter: Double { after.timeline.value(of: objective) }
  /// How many visits moved.
  public var movedVisitCount: Int { moves.reduce(0) { $0 + $1.microbatches.count } }

  /// How many messages there are now, how many of them go another way than before or were none, and how many bytes these
  /// carry; messages between stages of one device are none. O(visits).
  public var messages: (changed: Int, all: Int, changedBytes: Double) {
    let old = before.schedule.problem
    let new = after.problem
    let isNumberedAnew = !layerMoves.isEmpty || renumbered != nil
    return new.microbatches.indices.reduce((0, 0, 0)) { count, index in
      let now = new.messages(of: Microbatch.ID(index))
      let changed = isNumberedAnew ? now : now.subtracting(old.messages(of: Microbatch.ID(index)))
      let bytes = changed.map { new.bytes(ofOutputOf: $0.stage) }.sorted().reduce(0, +)
      return (count.0 + changed.count, count.1 + now.count, count.2 + bytes)
    }
  }
}

extension Repair {
  /// The visits that differ between two problems of the same microbatches and stages.
  static func moves(from old: Problem, to new: Problem) -> [Move] {
    var moves: [[Int]: Move] = [:]
    for index in old.microbatches.indices {
      let microbatch = Microbatch.ID(index)
      for (source, target) in zip(old.route(of: microbatch).visits, new.route(of: microbatch).visits)
      where source.device != target.device {
        let key = [source.stage.index, source.device.index, target.device.index]
        moves[
          key,
          default: Move(
            stage: source.stage, source: source.device, destination: target.device, microbatches: [])
        ].microbatches.append(microbatch)
      }
    }
    return moves.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
  }

  /// The layers that differ between two problems with the same layers.
  ///
  /// - Parameter kept: the former number of each device of the new problem.
  static func layerMoves(from old: Problem, to new: Problem, kept: [Device.ID]) -> [LayerMove] {
    guard let layers = new.partition?.layers.all else { return [] }
    return zip(old.layerDevices, new.layerDevices).enumerated().compactMap { index, devices in
      let (source, target) = (devices.0, kept[devices.1.index])
      guard source != target else { return nil }
      return LayerMove(
        layer: index, name: layers[index].name, source: source, destination: target,
        staticMemory: layers[index].figures.staticMemory)
    }
  }
}

/// One message of a microbatch: what carries it, from where to where.
private struct Message: Hashable {
  let payload: Transfer.Payload
  let source: Route.Visit
  let destination: Route.Visit

  /// Whose output it carries, or the gradient of whose output.
  var stage: Stage.ID { payload == .activation ? source.stage : destination.stage }
}

extension Problem {
  /// The messages of a microbatch between devices, activations and gradients.
  fileprivate func messages(of microbatch: Microbatch.ID) -> Set<Message> {
    let visits = route(of: microbatch).visits
    var messages: Set<Message> = []
    for (place, inputs) in RouteLinks(of: visits, stages: stages).inputs.enumerated() {
      for input in inputs where visits[input].device != visits[place].device {
        messages.insert(Message(payload: .activation, source: visits[input], destination: visits[place]))
        guard [input, place].allSatisfy({ stages[visits[$0].stage.index].hasBackward }) else { continue }
        messages.insert(Message(payload: .gradient, source: visits[place], destination: visits[input]))
      }
    }
    return messages
  }

  /// The device of each layer, on a pipeline with one host for each stage.
  fileprivate var layerDevices: [Device.ID] {
    guard let partition else { return [] }
    return zip(partition.counts, hosts).flatMap { count, hosts in Array(repeating: hosts[0], count: count) }
  }
}
