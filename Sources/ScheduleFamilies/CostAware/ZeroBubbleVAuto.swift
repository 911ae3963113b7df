import PipelineModel
import Timeline

/// ZB-V auto: ZB-V for the problem's own times and memory limit.
///
/// Source: Qi et al., "Zero Bubble Pipeline Parallelism", ICLR 2024, arXiv 2401.10241, section 6.
struct ZeroBubbleVAuto: Family {
  let name = "zb-v-auto"
  let title = "ZB-V auto"
  let purpose = "ZB-V fitted to unequal times, latencies and the memory limit"
  let peakFormula = "the limit; 2p without one"
  let idleFormula = "in the span: at most ZB-V's"
  let bubbleFormula = "spanBubble at most ZB-V's"
  let source = "arXiv 2401.10241"
  let layout = FamilyLayout.v
  let splitsBackward = true

  /// The cost-aware order or the handcrafted one: whichever has the shorter longest device span, or of equally
  /// long ones the shorter makespan.
  ///
  /// A device without a memory limit gets that of the published program, p microbatches of both its chunks.
  ///
  /// - Throws: `FamilyError` when the problem is laid out otherwise, or a limit is below what the handcrafted
  ///   order holds: 2p equal chunks, or fewer where there are fewer microbatches.
  /// - Complexity: O(operations) for each run of the heuristic: two or more for each of four settings.
  func writeOrders(for problem: Problem, parameters: FamilyParameters) throws(FamilyError) -> Orders {
    let handcrafted = ZeroBubbleV().writeOrders(for: problem, parameters: parameters)
    guard let known = Self.timeline(handcrafted, problem) else { return handcrafted }
    let limits = try limits(of: problem, fitting: known.peakMemory)
    guard let orders = VHeuristic.orders(for: problem, limits: limits).map({ Orders($0) }),
      let costAware = Self.timeline(orders, problem)
    else { return handcrafted }
    return costAware.isShorter(than: known) ? orders : handcrafted
  }

  /// The most memory that each device may hold.
  private func limits(of problem: Problem, fitting peaks: [Double]) throws(FamilyError) -> [Double] {
    for (index, device) in problem.devices.enumerated() {
      if let limit = device.memoryLimit, peaks[index] > device.capacity {
        throw .needsMemory(family: title, device: Device.ID(index), least: peaks[index], limit: limit)
      }
    }
    let (fixed, activations) = (problem.staticMemory, problem.activationsOfOneMicrobatch)
    return problem.devices.indices.map { index in
      let published = fixed[index] + Double(problem.deviceCount) * activations[index]
      let device = Device(
        memoryLimit: problem.devices[index].memoryLimit ?? max(published, peaks[index]))
      return device.capacity
    }
  }

  private static func timeline(_ orders: Orders, _ problem: Problem) -> Timeline? {
    Timeline(ifItRuns: Schedule(problem: problem, orders: orders.prepared(for: problem)))
  }
}

extension Timeline {
  /// Whether the longest device span is shorter, or as long and the makespan shorter.
  fileprivate func isShorter(than other: Timeline) -> Bool {
    let (span, otherSpan) = (longestSpan, other.longestSpan)
    let tolerance = 1e-9 * otherSpan
    if abs(span - otherSpan) > tolerance { return span < otherSpan }
    return makespan < other.makespan - tolerance
  }

  private var longestSpan: Double {
    schedule.problem.devices.indices.reduce(0) { max($0, span(of: Device.ID($1))) }
  }
}
