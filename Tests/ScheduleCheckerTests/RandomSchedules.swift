import PipelineModel
import TestSupport

/// A random problem with every feature, and random orders that can run.
struct RandomSchedule {
  var problem: Problem
  var orders: Orders

  init(seed: Int, shape: RandomProblem = RandomProblem()) throws {
    var random = SeededGenerator(seed: seed)
    problem = try shape.sized(devices: 1...4, microbatches: 1...4).problem(using: &random)
    orders = problem.randomOrders(using: &random)
  }

  /// The order of each device, in which pairs are no longer marked.
  var lists: [[Operation]] { problem.devices.indices.map { Array(orders[Device.ID($0)]) } }

  /// The times and the summary that a record of these orders should have, by the reference simulator.
  func record() -> RecordedSchedule? {
    guard let run = ReferenceSimulator(problem, orders) else { return nil }
    func times(_ of: [Operation: Double]) -> [Double] { orders.operations.map { of[$0] ?? .nan } }
    var times = RecordedSchedule.Times(starts: times(run.starts), ends: times(run.ends))
    for (position, operation) in orders.operations.enumerated() {
      guard let transfer = run.transfers[operation] else { continue }
      if operation.kind == .reload {
        (times.starts[position], times.ends[position]) = (transfer.start, transfer.end)
      } else {
        times.offloads[position] = transfer.start...transfer.end
      }
    }
    return RecordedSchedule(
      schedule: Schedule(problem: problem, orders: orders), times: times, summary: summary(run))
  }

  private func summary(_ run: ReferenceSimulator) -> Summary? {
    guard let makespan = ReferenceSimulator.makespan(problem, orders),
      let period = ReferenceSimulator.period(problem, orders)
    else { return nil }
    let spans = zip(lists, run.deviceEnds(problem, orders)).compactMap { order, end in
      order.first.flatMap { run.starts[$0] }.flatMap { start in end.map { $0 - start } }
    }
    let work = ReferenceSimulator.deviceWork(problem, orders)
    let (total, devices) = (work.reduce(0, +), Double(problem.deviceCount))
    let (most, span) = (work.max() ?? 0, spans.max() ?? 0)
    func rate(_ part: Double, _ whole: Double) -> Double { whole == 0 ? 0 : 1 - part / whole }
    return Summary(
      makespan: makespan, period: period, longestDeviceSpan: span,
      makespanBubble: rate(total, devices * makespan), periodBubble: rate(total, devices * period),
      spanBubble: rate(most, span), imbalance: rate(total / devices, most),
      peakMemory: ReferenceSimulator.peakMemory(problem, orders),
      recomputeShare: total > 0 ? ReferenceSimulator.addedWork(problem) / total : nil,
      peakHostMemory: run.peakHostMemory(problem),
      hostBusy: run.hostTime(problem).map { makespan > 0 ? $0 / makespan : 0 },
      certificate: Certificate(
        objective: .period, lowerBound: period / 2, gap: period > 0 ? 0.5 : 0, optimal: period == 0))
  }
}
