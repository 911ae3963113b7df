import PipelineModel
import ScheduleChecker

/// Two devices with one stage each, F = B = W = 1, no latency.
func pair(microbatches: Int = 2, memoryLimit: Double? = nil, latency: Double = 0) throws -> Problem {
  try Problem(
    devices: Array(repeating: Device(memoryLimit: memoryLimit), count: 2),
    stages: Array(repeating: Stage(forward: 1, backwardInput: 1, backwardWeight: 1), count: 2),
    microbatches: Array(repeating: Microbatch(), count: microbatches),
    communication: .uniform(latency))
}

/// Reads operations such as `F0 B0 W0 BW1`: the kind and the microbatch, all on one stage.
func sequence(_ text: String, stage: Int) -> [Operation] {
  text.split(separator: " ").map { part in
    let symbol = String(part.prefix { $0.isLetter })
    guard let kind = Operation.Kind.allCases.first(where: { $0.symbol == symbol }),
      let microbatch = Int(part.dropFirst(symbol.count))
    else { preconditionFailure("\(part) is no operation") }
    return Operation(kind, stage: Stage.ID(stage), microbatch: Microbatch.ID(microbatch))
  }
}

func operation(_ text: String, stage: Int) -> Operation { sequence(text, stage: stage)[0] }

/// 1F1B with fused backward passes for `pair()`, one order per device.
let fusedOrders = [sequence("F0 F1 BW0 BW1", stage: 0), sequence("F0 BW0 F1 BW1", stage: 1)]

/// The times of `fusedOrders` by hand: device 1 starts at 1, device 0 waits from 2 to 4 and from 6 to 7.
let fusedTimes = RecordedSchedule.Times(
  starts: [0, 1, 4, 7, 1, 2, 4, 5], ends: [1, 2, 6, 9, 2, 4, 5, 7])

/// The figures of `fusedOrders` by hand. Each device works 6 of 9; from the first start on device 0 to its last
/// end takes 9, which no other cycle's mean exceeds.
let fusedSummary = Summary(
  makespan: 9, period: 9, longestDeviceSpan: 9, makespanBubble: 1.0 / 3, periodBubble: 1.0 / 3,
  spanBubble: 1.0 / 3, imbalance: 0, peakMemory: [2, 1],
  certificate: Certificate(objective: .makespan, lowerBound: 9, gap: 0, optimal: true))

/// The schedule of the constants above, whole or with parts replaced.
func fused(
  problem: Problem? = nil, orders: [[Operation]] = fusedOrders,
  times: RecordedSchedule.Times? = fusedTimes, summary: Summary? = fusedSummary
) throws -> RecordedSchedule {
  let problem = try problem ?? pair()
  return RecordedSchedule(
    schedule: Schedule(problem: problem, orders: Orders(orders)), times: times, summary: summary)
}

/// The violations of orders alone, without times or summary.
func violations(_ orders: [[Operation]], of problem: Problem? = nil) throws -> [Violation] {
  try violations(fused(problem: problem, orders: orders, times: nil, summary: nil))
}

func violations(_ record: RecordedSchedule) -> [Violation] { ScheduleChecker(record).violations() }

func lines(_ violations: [Violation]) -> [String] { violations.map(\.description) }
