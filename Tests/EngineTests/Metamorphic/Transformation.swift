import PipelineModel
import TestSupport

/// Another way to say a problem, or a problem that is known to be as hard: what must become of every figure.
///
/// A transformation is one value and one line in `all`. It says how a problem changes and how orders carry over;
/// orders that carry over take `times` as long and hold `memory` as much, and from that follows what the engines
/// may say about the two problems.
struct Transformation: Sendable {
  /// How the answers to both problems are related.
  enum Agreement: Sendable {
    /// Engines cannot tell the two problems apart: the same orders, and every figure in the new unit.
    case same
    /// Every schedule of one is a schedule of the other, and the other way round: bounds are equal, and no bound
    /// is above a value of the other.
    case equalBounds
    /// The same, but bounds may be of different strength.
    case equalOptima
    /// Every schedule of the first is one of the second, which may have better ones: no bound on the second is
    /// above a value of the first.
    case noWorse
  }

  let name: String
  /// Which problems it is said of.
  let shape: RandomProblem
  /// Whether it is said of whole backward passes only.
  var isFused = false
  /// What becomes of times, and of memory; `nil` where memory may be less.
  var times = 1.0
  var memory: Double? = 1
  let agreement: Agreement
  let problem: @Sendable (Problem) throws -> Problem
  var orders: @Sendable (Problem, Orders) -> Orders = { $1 }

  static let all: [Transformation] = [
    longerTimes, fasterDevices, largerMemory, renumberedDevices, halvedStages, reversedTime,
  ]
}

extension Transformation: CustomStringConvertible {
  var description: String { name }
}

/// Tiny enough to be proved, and without what search refuses.
private let anything = RandomProblem(devices: 1...3, microbatches: 1...2)

extension Transformation {
  /// Whole numbers, of which a power of two makes whole numbers again.
  private static let longerTimes = Transformation(
    name: "durations, gaps, latencies, transfers, steps and tail times 4",
    shape:
      anything
      .without(.decimals, because: "whole numbers stay on one grid")
      .without(.thirds, because: "a third is rounded up before it is taken times 4"),
    times: 4, agreement: .same, problem: { try $0.mappingTimes { $0 * 4 } })

  /// A power of two cancels without a trace.
  private static let fasterDevices = Transformation(
    name: "durations times 8 on devices 8 times as fast", shape: anything, agreement: .same,
    problem: {
      var parts = ProblemParts(of: $0)
      for index in parts.devices.indices { parts.devices[index].speed *= 8 }
      parts.stages = parts.stages.map { $0.withDurations { $0 * 8 } }
      return try parts.problem()
    })

  private static let largerMemory = Transformation(
    name: "activations, static memory and limits times 1024", shape: anything, memory: 1024,
    agreement: .same, problem: { try $0.mappingMemory { $0 * 1024 } })
}

extension Transformation {
  /// Device d becomes device d + 1, the last one the first.
  private static let renumberedDevices = Transformation(
    name: "devices renumbered", shape: anything, memory: nil, agreement: .equalBounds,
    problem: { problem in
      let count = problem.deviceCount
      func moved(_ device: Device.ID) -> Device.ID { Device.ID((device.index + 1) % count) }
      func moved<Element>(_ list: [Element]) -> [Element] { list.suffix(1) + list.dropLast() }
      var parts = ProblemParts(of: problem)
      parts.devices = moved(parts.devices)
      parts.placement = .explicit(problem.hosts.map { $0.map(moved) })
      parts.routes = (
        problem.routes.map { route in
          Route(visits: route.visits.map { .init(stage: $0.stage, device: moved($0.device)) })
        }, problem.routeIndexes.map { Int($0) }
      )
      if case .groups(let groups) = problem.barrier { parts.barrier = .groups(groups.map { $0.map(moved) }) }
      switch problem.communication {
      case .uniform: break
      case .matrix(let rows): parts.communication = .matrix(moved(rows.map(moved)))
      case .links(var links):
        links.latency = moved(links.latency.map(moved))
        links.bandwidth = moved(links.bandwidth.map(moved))
        parts.communication = .links(links)
      }
      return try parts.problem()
    },
    orders: { problem, orders in
      let blocks = problem.devices.indices.map { orders.blocks(of: Device.ID($0)) }
      return Orders(blocks: blocks.suffix(1) + blocks.dropLast())
    })
}

extension Transformation {
  /// Stage s becomes stages 2s and 2s + 1, half as long and half as large, on the same device. Orders carry over
  /// with both halves in a row, so that nothing takes longer and the second half's memory is taken later; what
  /// else may run between two halves is new.
  private static let halvedStages = Transformation(
    name: "every stage in two halves on one device",
    shape:
      anything
      .without(.gaps, because: "the halves of an operation would have one between them")
      .without(.offload, because: "the halves of a transfer would both have its latency"),
    memory: nil, agreement: .noWorse,
    problem: { problem in
      var parts = ProblemParts(of: problem)
      func twice<Element>(_ list: [Element]) -> [Element] { list.flatMap { [$0, $0] } }
      func twice(_ factors: PerStage) -> PerStage {
        if case .each(let numbers) = factors { .each(twice(numbers)) } else { factors }
      }
      parts.stages = twice(parts.stages.map(\.half))
      for index in problem.stages.indices {
        // The first half needs what the second half of another makes; the second half needs the first.
        parts.stages[2 * index].inputs = problem.stages[index].inputs?.map { $0.half(1) }
        parts.stages[2 * index + 1].inputs = nil
      }
      parts.microbatches = parts.microbatches.map { microbatch in
        let scale = microbatch.scale
        return Microbatch(
          scale: .init(
            forward: twice(scale.forward), backwardInput: twice(scale.backwardInput),
            backwardWeight: twice(scale.backwardWeight)), memory: twice(microbatch.memory))
      }
      parts.overlap = parts.overlap.map { Overlap(forwardBackward: twice($0.forwardBackward)) }
      parts.modes = ModeChoice(
        problem.microbatches.indices.map { microbatch in
          twice(problem.stages.indices.map { problem.modes[Stage.ID($0), Microbatch.ID(microbatch)] })
        })
      parts.placement = .explicit(twice(problem.hosts))
      parts.routes = (
        problem.routes.map { route in
          Route(
            visits: route.visits.flatMap { visit in
              (0..<2).map { Route.Visit(stage: visit.stage.half($0), device: visit.device) }
            })
        }, problem.routeIndexes.map { Int($0) }
      )
      return try parts.problem()
    },
    orders: { problem, orders in
      Orders(
        blocks: problem.devices.indices.map { device in
          orders.blocks(of: Device.ID(device)).flatMap { block in
            // Backward passes begin with the second half.
            (0..<2).map { half in
              block.map { operation in
                var part = operation
                part.stage = operation.stage.half(operation.kind == .forward ? half : 1 - half)
                return part
              }
            }
          }
        })
    })

  /// Time runs backwards: a whole backward pass becomes the forward pass of the other problem, and messages go
  /// from where they came. A pair is one of the other two passes, and memory is held as long.
  private static let reversedTime = Transformation(
    name: "time reversed",
    shape:
      anything
      .without(.optimizerStep, because: "a step would have to come first")
      .without(.serialise, because: "messages queue after their producer, not before their consumer")
      .without(.passes, because: "every pass has to become another")
      .without(.scalesByPass, because: "a whole backward pass becomes a forward pass, which has one factor")
      .without(
        .checkpoints, .modes, because: "less would be held after the first pass, and not before the second"
      )
      .without(.recompute, .offload, because: "what makes a pass ready would have to come after the other"),
    isFused: true, agreement: .equalOptima,
    problem: { problem in
      var parts = ProblemParts(of: problem)
      parts.stages = parts.stages.map(\.reversed)
      parts.gap.forwardForward = problem.gap.backwardBackward
      parts.gap.backwardBackward = problem.gap.forwardForward
      func transposed(_ rows: [[Double]]) -> [[Double]] {
        rows.indices.map { column in rows.map { $0[column] } }
      }
      switch problem.communication {
      case .uniform: break
      case .matrix(let rows): parts.communication = .matrix(transposed(rows))
      case .links(var links):
        links.latency = transposed(links.latency)
        links.bandwidth = transposed(links.bandwidth)
        parts.communication = .links(links)
      }
      return try parts.problem()
    },
    orders: { problem, orders in
      Orders(
        blocks: problem.devices.indices.map { device in
          orders.blocks(of: Device.ID(device)).reversed().map { block in
            block.reversed().map { operation in
              var other = operation
              other.kind = operation.kind == .forward ? .backward : .forward
              return other
            }
          }
        })
    })
}

extension Stage {
  /// Half of its times and memory.
  fileprivate var half: Stage {
    var half = withDurations { $0 / 2 }
    half.activationForB /= 2
    half.activationForW /= 2
    half.staticMemory /= 2
    half.checkpoint = checkpoint.map { $0 / 2 }
    half.offload /= 2
    half.modes = half.modes.map { mode in
      var half = mode
      half.activationForB = mode.activationForB.map { $0 / 2 }
      half.activationForW = mode.activationForW.map { $0 / 2 }
      half.checkpoint = mode.checkpoint.map { $0 / 2 }
      half.offload /= 2
      return half
    }
    return half
  }

  /// The stage whose `F` is this one's `BW`, and the other way round.
  fileprivate var reversed: Stage {
    guard case .split(let input, let weight) = backward else { return self }
    var reversed = self
    reversed.forward = input + weight
    reversed.backward = .split(input: forward, weight: 0)
    reversed.firstForward = lastBackward.map { $0 + weight }
    reversed.lastBackward = firstForward
    return reversed
  }
}

extension Stage.ID {
  fileprivate func half(_ part: Int) -> Stage.ID { Stage.ID(2 * index + part) }
}
