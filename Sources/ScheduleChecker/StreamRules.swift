import PipelineModel

/// Whether recorded times keep to streams, phases and tasks as they are written, whatever stands for them elsewhere.
struct StreamRules {
  private let layout: StreamLayout
  private let orders: Orders
  private let times: RecordedSchedule.Times
  private let latencies: MessageTimes
  /// Everything that starts before what it needs.
  private(set) var violations: [Violation] = []

  /// Looks at recorded times; `nil` where the problem has no streams and tasks. O(n + needs).
  init?(of schedule: Schedule, times: RecordedSchedule.Times) {
    guard let layout = schedule.problem.layout, let needs = StreamNeeds(of: schedule) else { return nil }
    self.layout = layout
    self.times = times
    orders = schedule.orders
    latencies = MessageTimes(of: layout.written.plain)
    // A makespan does not wait for what the iteration before would hand over.
    for need in needs.all where !need.isAhead { check(need) }
  }

  private mutating func check(_ need: StreamNeeds.Need) {
    let device = orders.device(at: need.consumer)
    let (source, target) = (layout.place(of: orders.device(at: need.producer)), layout.place(of: device))
    // What occupies an uplink is a transfer itself.
    let latency =
      source.stream == layout.written.messageStream
      ? latencies.latency(from: source.device, to: target.device)
      : latencies.arrival(from: source.device, to: target.device)
    let (start, arrival) = (times.starts[need.consumer], times.ends[need.producer] + latency)
    guard arrival.isFinite, start.isFinite, start.isClearlyBelow(arrival) else { return }
    violations.append(
      orders.violation(
        at: need.consumer, on: device,
        .startsBeforeInput(start: start, input: orders.operations[need.producer], arrival: arrival)))
  }
}
