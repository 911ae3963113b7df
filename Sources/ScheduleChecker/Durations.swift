import PipelineModel

/// How long operations last, read off the numbers of a problem as docs/semantics.md says.
struct Durations {
  private let problem: Problem
  private let stages: ModeStages
  private let microbatches: [Microbatch]
  private let speeds: [Double]
  private let stageCount: Int

  init(of problem: Problem) {
    self.problem = problem
    stages = ModeStages(of: problem)
    microbatches = problem.microbatches
    speeds = problem.devices.map(\.speed)
    stageCount = problem.stageCount
  }

  /// How long each operation of the orders lasts alone; not a number where there is no such operation. Only
  /// operations that count can be the first or last of their stage. O(n).
  func durations(of orders: Orders, counted: [Bool]) -> [Double] {
    var durations = [Double](repeating: .nan, count: orders.operations.count)
    for device in 0..<orders.deviceCount {
      let range = orders.range(of: Device.ID(device))
      for position in range {
        durations[position] = duration(of: orders.operations[position]) / speeds[device]
      }
      for position in ends(of: range, orders, counted) {
        durations[position] = duration(of: orders.operations[position], isEnd: true) / speeds[device]
      }
    }
    return durations
  }

  /// The first `F` and the last `B` or `BW` of every stage for which these last longer or shorter.
  private func ends(of range: Range<Int>, _ orders: Orders, _ counted: [Bool]) -> [Int] {
    var (first, last): ([Stage.ID: Int], [Stage.ID: Int]) = ([:], [:])
    for position in range where counted[position] {
      let operation = orders.operations[position]
      switch operation.kind {
      case .forward:
        if stages.all[operation.stage.index].firstForward != nil, first[operation.stage] == nil {
          first[operation.stage] = position
        }
      case .backwardInput, .backward:
        if stages.all[operation.stage.index].lastBackward != nil { last[operation.stage] = position }
      case .backwardWeight, .recompute, .reload: break
      }
    }
    return Array(first.values) + Array(last.values)
  }

  /// On a device of speed 1; `isEnd` says that it is the first `F`, or the last `B` or `BW`, of a device on a
  /// stage.
  private func duration(of operation: Operation, isEnd: Bool = false) -> Double {
    guard (0..<stageCount).contains(operation.stage.index),
      microbatches.indices.contains(operation.microbatch.index)
    else { return .nan }
    return duration(of: operation, costing: stages.all[stages.place(of: operation)], isEnd: isEnd) ?? .nan
  }

  /// The same, where the microbatch runs on the stage at some costs; `nil` where there is no such operation.
  private func duration(of operation: Operation, costing stage: Stage, isEnd: Bool = false) -> Double? {
    let scale = microbatches[operation.microbatch.index].scale
    let first = isEnd ? stage.firstForward : nil
    let last = isEnd ? stage.lastBackward : nil
    func backward(_ time: Double) -> Double { (last ?? time) * scale.backwardInput[operation.stage] }
    func weight(_ time: Double) -> Double { time * scale.backwardWeight[operation.stage] }
    return switch (operation.kind, stage.backward) {
    case (.forward, _): (first ?? stage.forward) * scale.forward[operation.stage]
    case (.backwardInput, .split(let input, _)), (.backwardInput, .input(let input)): backward(input)
    case (.backwardWeight, .split(_, let time)): weight(time)
    case (.backward, .split(let input, let time)): backward(input) + weight(time)
    case (.backward, .whole(let both)): backward(both)
    case (.recompute, _): stage.recompute.map { $0 * scale.forward[operation.stage] }
    case (.reload, _): stage.offload > 0 ? 0 : nil
    default: nil
    }
  }

  /// What all passes of all microbatches take longer in their modes than in mode 0. O(visits); O(microbatches) where all
  /// are in mode 0.
  func addedWork() -> Double {
    guard !problem.modes.isPlain else { return 0 }
    var added = 0.0
    for microbatch in problem.microbatches.indices.lazy.map({ Microbatch.ID($0) }) {
      for visit in problem.route(of: microbatch).visits {
        let (stage, plain) = (problem.stage(visit.stage, of: microbatch), problem.stages[visit.stage.index])
        guard !plain.modes.isEmpty else { continue }
        for kind in [.forward, .recompute] + (plain.gradient(isFused: true).map { [$0] } ?? []) {
          let pass = Operation(kind, stage: visit.stage, microbatch: microbatch)
          let own = duration(of: pass, costing: stage) ?? 0
          added += (own - (duration(of: pass, costing: plain) ?? 0)) / speeds[visit.device.index]
        }
      }
    }
    return added
  }
}
