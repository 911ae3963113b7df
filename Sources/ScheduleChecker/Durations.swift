import PipelineModel

/// How long operations last, read off the numbers of a problem as docs/semantics.md says.
struct Durations {
  private let stages: [Stage]
  private let microbatches: [Microbatch]
  private let speeds: [Double]

  init(of problem: Problem) {
    stages = problem.stages
    microbatches = problem.microbatches
    speeds = problem.devices.map(\.speed)
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
        if stages[operation.stage.index].firstForward != nil, first[operation.stage] == nil {
          first[operation.stage] = position
        }
      case .backwardInput, .backward:
        if stages[operation.stage.index].lastBackward != nil { last[operation.stage] = position }
      case .backwardWeight, .recompute, .reload: break
      }
    }
    return Array(first.values) + Array(last.values)
  }

  /// On a device of speed 1; `isEnd` says that it is the first `F`, or the last `B` or `BW`, of a device on a
  /// stage.
  private func duration(of operation: Operation, isEnd: Bool = false) -> Double {
    guard stages.indices.contains(operation.stage.index),
      microbatches.indices.contains(operation.microbatch.index)
    else { return .nan }
    let stage = stages[operation.stage.index]
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
    default: .nan
    }
  }
}
