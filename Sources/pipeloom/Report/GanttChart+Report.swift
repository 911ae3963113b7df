import GanttDiagram
import PipelineModel
import Timeline

extension GanttChart {
  /// The diagram of a timed schedule with its report in the title. O(operations).
  init(title: String, timeline: Timeline) {
    let problem = timeline.schedule.problem
    let summary = timeline.summary
    let time = problem.units.time
    let figures = [
      "makespan \(Figures.quantity(summary.makespan, time))",
      "makespanBubble \(Figures.percent(summary.makespanBubble))",
      "spanBubble \(Figures.percent(summary.spanBubble))",
      "period \(Figures.quantity(summary.period, time))",
      "peakMemory \(Figures.quantity(summary.peakMemory.max() ?? 0, problem.units.memory))",
    ].joined(separator: ", ")
    let size = "p = \(problem.deviceCount), m = \(problem.microbatchCount)"
    let name = problem.name.isEmpty ? "" : " · \(problem.name)"
    self.init(
      title: "\(title)\(name) · \(size)",
      subtitle: [CostLine(problem).text, figures],
      description: "Gantt diagram of \(title) on \(problem.deviceCount) devices with "
        + "\(problem.microbatchCount) microbatches: \(figures).",
      timeUnit: time, memoryUnit: problem.units.memory,
      lanes: problem.devices.indices.map { Lane(device: Device.ID($0), timeline: timeline, summary: summary) }
    )
  }
}

extension GanttChart.Lane {
  fileprivate init(device: Device.ID, timeline: Timeline, summary: Summary) {
    let schedule = timeline.schedule
    let chunks = Self.chunks(of: schedule.problem, on: device)
    let range = schedule.words.range(of: device)
    let bars = range.map { position in
      let operation = schedule.words.operations[position]
      return GanttChart.Bar(
        start: timeline.start(at: position), end: timeline.end(at: position), operation: operation,
        chunk: chunks[operation.stage] ?? 0)
    }
    let step = schedule.problem.devices[device.index].optimizerStep
    let stepRange = step > 0 ? bars.last.map { $0.end...$0.end + step } : nil
    self.init(
      name: "Device \(device)",
      note: "peak \(Figures.number(summary.peakMemory[device.index])) · "
        + "idle \(Figures.percent(timeline.idle(of: device)))",
      bars: bars, optimizerStep: stepRange,
      memory: timeline.memoryProfile(of: device).map { .init(time: $0.time, memory: $0.memory) },
      memoryLimit: schedule.problem.devices[device.index].memoryLimit)
  }

  /// Each hosted stage's place among the stages of its device.
  private static func chunks(of problem: Problem, on device: Device.ID) -> [Stage.ID: Int] {
    let hosted = problem.hosts.indices.filter { problem.hosts[$0].contains(device) }.map { Stage.ID($0) }
    return Dictionary(uniqueKeysWithValues: hosted.enumerated().map { ($1, $0) })
  }
}
