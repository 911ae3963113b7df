import Timeline
import GanttDiagram
import PipelineModel

/// Charts to draw: a small simulator times hand-made words, so that these tests rest on no other module.
struct SampleChart {
  var devices = 4
  var microbatches = 8
  var forward = 1.0
  var backwardInput = 1.0
  var backwardWeight = 1.0
  var latency = 0.0
  var memoryLimit: Double?
  var fused = false
  var chunks = 1
  var optimizerStep = 0.0

  func duration(_ kind: Operation.Kind) -> Double {
    switch kind {
    case .forward: forward
    case .backwardInput: backwardInput
    case .backwardWeight: backwardWeight
    case .backward: backwardInput + backwardWeight
    }
  }

  /// 1F1B; unless fused, device d runs each W after d further B, as ZB-H1 does.
  func word(_ device: Int) -> [Operation] {
    func operation(_ kind: Operation.Kind, _ microbatch: Int) -> Operation {
      Operation(kind, stage: Stage.ID(device), microbatch: Microbatch.ID(microbatch))
    }
    let warmUp = min(microbatches, devices - device)
    var word = (0..<warmUp).map { operation(.forward, $0) }
    for microbatch in 0..<microbatches {
      word.append(operation(fused ? .backward : .backwardInput, microbatch))
      if !fused, microbatch >= device { word.append(operation(.backwardWeight, microbatch - device)) }
      if microbatch + warmUp < microbatches { word.append(operation(.forward, microbatch + warmUp)) }
    }
    if !fused {
      for microbatch in max(0, microbatches - device)..<microbatches {
        word.append(operation(.backwardWeight, microbatch))
      }
    }
    return word
  }

  var chart: GanttChart {
    let words = (0..<devices).map(word)
    var next = [Int](repeating: 0, count: devices)
    var free = [Double](repeating: 0, count: devices)
    var forwardEnds = [[Double]](
      repeating: Array(repeating: .infinity, count: microbatches), count: devices)
    var backwardEnds = forwardEnds
    var lanes = [[GanttChart.Bar]](repeating: [], count: devices)
    var isMoving = true
    while isMoving {
      isMoving = false
      for device in 0..<devices {
        while next[device] < words[device].count {
          let operation = words[device][next[device]]
          let microbatch = operation.microbatch.index
          let input: Double =
            switch operation.kind {
            case .forward: device == 0 ? 0 : forwardEnds[device - 1][microbatch] + latency
            case .backwardInput, .backward:
              device == devices - 1
                ? forwardEnds[device][microbatch] : backwardEnds[device + 1][microbatch] + latency
            case .backwardWeight: backwardEnds[device][microbatch]
            }
          guard input < .infinity else { break }
          let start = max(free[device], input)
          let end = start + duration(operation.kind)
          if operation.kind == .forward { forwardEnds[device][microbatch] = end }
          if [.backwardInput, .backward].contains(operation.kind) { backwardEnds[device][microbatch] = end }
          free[device] = end
          lanes[device].append(
            GanttChart.Bar(start: start, end: end, operation: operation, chunk: microbatch % chunks))
          next[device] += 1
          isMoving = true
        }
      }
    }
    return chart(lanes: lanes, makespan: free.max() ?? 0)
  }

  private func chart(lanes: [[GanttChart.Bar]], makespan: Double) -> GanttChart {
    GanttChart(
      title: "\(fused ? "1F1B" : "ZB-H1") · p = \(devices), m = \(microbatches)",
      subtitle: [
        "F \(forward) · B \(backwardInput) · W \(backwardWeight) · communication \(latency) ms",
        "makespan \(makespan) ms · makespanBubble 22.4 % · peak memory \(devices) activations",
      ],
      description: "A pipeline schedule of \(devices) devices that takes \(makespan) ms.",
      timeUnit: "ms", memoryUnit: "activations",
      lanes: lanes.enumerated().map { device, bars in
        let memory = memory(of: bars)
        let peak = memory.map(\.memory).max() ?? 0
        let end = bars.last?.end ?? 0
        return GanttChart.Lane(
          name: "Device \(device)", note: "peak \(peak) · idle 22.4 %", bars: bars,
          optimizerStep: optimizerStep > 0 ? end...end + optimizerStep : nil,
          memory: memory, memoryLimit: memoryLimit)
      })
  }

  /// One unit from the start of F, half of it from the end of B to the end of W.
  private func memory(of bars: [GanttChart.Bar]) -> [MemoryStep] {
    var held = 0.0
    return [MemoryStep(time: 0, memory: 0)]
      + bars.map { bar in
        switch bar.operation.kind {
        case .forward: held += 1
        case .backwardInput, .backwardWeight: held -= 0.5
        case .backward: held -= 1
        }
        return MemoryStep(
          time: bar.operation.kind == .forward ? bar.start : bar.end, memory: held)
      }
  }
}
