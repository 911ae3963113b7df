import Diagrams
import PipelineModel
import ScheduleFamilies
import Timeline

/// Charts to draw: ZB-H1, or 1F1B if fused, on equal stages.
struct SampleChart {
  var devices = 4
  var microbatches = 8
  var forward = 1.0
  var backwardInput = 1.0
  var backwardWeight = 1.0
  var latency = 0.0
  var memoryLimit: Double?
  var fused = false
  /// Into how many chunks the microbatches are tinted in turn.
  var chunks = 1
  var optimizerStep = 0.0

  func duration(_ kind: Operation.Kind) -> Double {
    let stage = Stage(forward: forward, backwardInput: backwardInput, backwardWeight: backwardWeight)
    return stage.duration(of: kind) ?? 0
  }

  var chart: GanttChart {
    get throws {
      let stage = Stage(forward: forward, backwardInput: backwardInput, backwardWeight: backwardWeight)
      let problem = try Problem(
        units: Units(time: "ms", memory: "activations"),
        devices: Array(
          repeating: Device(memoryLimit: memoryLimit, optimizerStep: optimizerStep), count: devices),
        stages: Array(repeating: stage, count: devices),
        microbatches: Array(repeating: Microbatch(), count: microbatches), communication: .uniform(latency))
      let family = try Families.named(fused ? "1f1b" : "zb-h1")
      let timeline = try Timeline(Schedule(problem: problem, orders: family.orders(for: problem)))
      var chart = GanttChart(timeline, family: family.title)
      for lane in chart.lanes.indices {
        for bar in chart.lanes[lane].bars.indices {
          chart.lanes[lane].bars[bar].chunk = chart.lanes[lane].bars[bar].operation.microbatch.index % chunks
        }
      }
      return chart
    }
  }
}
