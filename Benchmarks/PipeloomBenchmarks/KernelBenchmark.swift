import PipelineModel
import ReferenceTimer
import ScheduleFamilies
import Timeline

/// Timing orders: the Swift kernel against the same algorithm in C at -O3.
enum KernelBenchmark {
  static let sizes: [(devices: Int, microbatches: Int)] = [(8, 64), (64, 256), (512, 4096)]

  static func run() throws {
    print("Timing orders (ZB-H1), CPU medians; target: at most 1.2x of C")
    for size in sizes {
      let problem = try Problem(
        devices: Array(repeating: Device(), count: size.devices),
        stages: Array(
          repeating: Stage(forward: 1, backwardInput: 1.07, backwardWeight: 0.53), count: size.devices),
        microbatches: Array(repeating: Microbatch(), count: size.microbatches),
        communication: .uniform(0.1))
      let orders = try Families.named("zb-h1").orders(for: problem)
      let lowered = try LoweredOrders(Schedule(problem: problem, orders: orders))
      let count = lowered.codes.count
      let repeats = max(1, 200_000 / count)
      var kernel = TimingKernel(lowered)
      let reference = ReferenceKernel(lowered)
      let pair = PairedMeasurement {
        for _ in 0..<repeats { _ = kernel.run() }
      } against: {
        for _ in 0..<repeats { _ = reference.run() }
      }
      let agree = (0..<size.devices).allSatisfy { kernel.clocks[$0] == reference.clocks[$0] }
      let medians = pair.medians
      let millions = Double(count * repeats) / 1e6
      let speeds = "Swift \(rate(millions / medians.first)), C \(rate(millions / medians.second))"
      print("  \(size.devices)x\(size.microbatches), \(count) operations: \(speeds) million a second,")
      print("    ratio of times \(rate(medians.ratio)); \(agree ? "equal results" : "RESULTS DIFFER")")
    }
  }

  private static func rate(_ value: Double) -> String { String(Double(Int(value * 100 + 0.5)) / 100) }
}

/// The C kernel over memory of its own.
private final class ReferenceKernel {
  let clocks: UnsafeMutablePointer<Double>
  private var timer = reference_timer()

  init(_ lowered: LoweredOrders) {
    let deviceCount = lowered.bounds.count - 1
    clocks = .allocate(capacity: deviceCount)
    timer.rows = Self.copy(
      lowered.rows.map {
        reference_row(latency: $0.latency, duration: $0.duration, offset: $0.offset, supplies: $0.supplies)
      })
    timer.codes = Self.copy(lowered.codes.map { reference_code(end: $0.end, row: $0.row) })
    timer.bounds = Self.copy(lowered.bounds.map { Int64($0) })
    timer.origins = Self.copy(lowered.problem.originSlots)
    timer.ends = .allocate(capacity: lowered.problem.endCount)
    timer.clocks = clocks
    timer.cursors = .allocate(capacity: deviceCount)
    timer.stack = .allocate(capacity: deviceCount)
    timer.end_count = Int64(lowered.problem.endCount)
    timer.origin_count = Int64(lowered.problem.originSlots.count - 1)
    timer.device_count = Int64(deviceCount)
  }

  deinit {
    timer.rows.deallocate()
    timer.codes.deallocate()
    timer.bounds.deallocate()
    timer.origins.deallocate()
    timer.ends.deallocate()
    timer.cursors.deallocate()
    timer.stack.deallocate()
    clocks.deallocate()
  }

  func run() -> Bool { reference_timer_run(&timer) }

  private static func copy<Element>(_ array: [Element]) -> UnsafePointer<Element> {
    let pointer = UnsafeMutablePointer<Element>.allocate(capacity: array.count)
    pointer.initialize(from: array, count: array.count)
    return UnsafePointer(pointer)
  }
}
