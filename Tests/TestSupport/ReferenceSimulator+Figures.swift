import PipelineModel

extension ReferenceSimulator {
  /// Last end minus first start, each device's optimizer step included; `nil` for orders that can never run.
  public static func makespan(_ problem: Problem, _ orders: Orders) -> Double? {
    guard let run = ReferenceSimulator(problem, orders) else { return nil }
    let ends = run.ends(on: problem, orders).compactMap { $0 }
    return (ends.max() ?? 0) - (run.starts.values.min() ?? 0)
  }

  /// The period by its definition: the longest path from the first start on each device to the last end on each,
  /// found by one run per device, and then the largest mean over all simple cycles of devices; `nil` for orders
  /// that can never run.
  public static func period(_ problem: Problem, _ orders: Orders) -> Double? {
    let active = problem.devices.indices.filter { !orders[Device.ID($0)].isEmpty }
    var paths: [[Double]] = []
    for source in active {
      let releases = problem.devices.indices.map { $0 == source ? 0 : -Double.infinity }
      guard let run = ReferenceSimulator(problem, orders, releases: releases) else { return nil }
      paths.append(run.ends(on: problem, orders).compactMap { $0 })
    }
    var largest = 0.0
    func walk(_ cycle: [Int], _ length: Double) {
      let last = cycle[cycle.count - 1]
      largest = max(largest, (length + paths[last][cycle[0]]) / Double(cycle.count))
      for next in active.indices where next > cycle[0] && !cycle.contains(next) {
        walk(cycle + [next], length + paths[last][next])
      }
    }
    for start in active.indices { walk([start], 0) }
    return largest
  }

  /// The most memory that each device holds within its order.
  public static func peakMemory(_ problem: Problem, _ orders: Orders) -> [Double] {
    problem.devices.indices.map { device in
      var held = problem.staticMemory[device]
      var peak = held
      for operation in orders[Device.ID(device)] {
        held += problem.memoryGrowth(of: operation)
        peak = max(peak, held)
      }
      return peak
    }
  }

  /// The end of each device with its optimizer step; `nil` for a device without operations.
  private func ends(on problem: Problem, _ orders: Orders) -> [Double?] {
    problem.devices.indices.map { device in
      orders[Device.ID(device)].last.flatMap { ends[$0] }.map { $0 + problem.devices[device].optimizerStep }
    }
  }
}

extension Problem {
  /// How much more memory a device holds after an operation than before it; at most so much more during it.
  func memoryGrowth(of operation: Operation) -> Double {
    let stage = stages[operation.stage.index]
    return switch operation.kind {
    case .forward: stage.activationForB
    case .backwardInput: stage.activationForW - stage.activationForB
    case .backwardWeight: -stage.activationForW
    case .backward: -stage.activationForB
    }
  }
}
