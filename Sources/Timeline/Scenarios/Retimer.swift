import OperationGraph
import PipelineModel

/// Times the same orders under one scenario after the other, with the kernel that times all orders: every operation has a
/// row of its own there, whose duration is written anew.
///
/// Durations of scenarios are real numbers; they are counted in the grid steps of the problem, so that a scenario that
/// changes nothing has the problem's own times. Nothing is allocated for a makespan.
package final class Retimer {
  private let table: PassTable
  private var kernel: TimingKernel
  /// The rows and traits that the codes of orders speak of.
  private let rows: [OperationRow]
  private let traits: [RowTraits]
  private let ends: OrderEnds?
  private let inputs: InputLinks
  /// What follows the last operation of each device in a makespan.
  private let steps: [Double]
  /// How many operations there are, with what stands between them and does nothing.
  private let count: Int

  /// The durations without factors, place by place: the problem's, or those of the first and last passes.
  private var own: KernelMemory<Double>
  /// The durations of a scenario, place by place.
  private let durations: KernelMemory<Double>
  /// The places of the passes of each operation; `nowhere` for one that it has not.
  private let parts: KernelMemory<SIMD2<Int32>>
  /// The link that the first input of each operation comes over; -1 for none.
  private let links: KernelMemory<Int32>
  /// When the first input of each operation arrives after its end, in the problem itself.
  private let latencies: KernelMemory<Double>
  /// The pairs that run together: the position of the `F`, and what the two take together as a multiple of their sum.
  private var pairs: [(position: Int, factor: Double)] = []
  /// Whether links are not as the problem has them.
  private var hasOtherLinks = false

  /// Takes the orders of a timeline.
  ///
  /// - Precondition: the table is of the timeline's problem.
  package convenience init(_ timeline: Timeline, table: PassTable) {
    self.init(timeline.lowered, table: table)
  }

  /// Takes lowered orders. O(operations).
  package init(_ orders: LoweredOrders, table: PassTable) {
    self.table = table
    rows = orders.rows
    traits = orders.traits
    ends = table.lowered.hasEndDurations ? OrderEnds(table.lowered) : nil
    inputs = InputLinks(table)
    let isActive = (0..<orders.bounds.count - 1).map { orders.bounds[$0] < orders.bounds[$0 + 1] }
    steps = table.lowered.end.stepsOfMakespan(isActive: isActive)
    count = orders.codes.count
    kernel = TimingKernel(orders.withRowPerOperation)
    own = KernelMemory(copying: table.durations)
    durations = KernelMemory(repeating: 0, count: table.placeCount)
    parts = KernelMemory(repeating: .zero, count: count)
    links = KernelMemory(repeating: -1, count: count)
    latencies = KernelMemory(repeating: 0, count: count)
    orders.codes.withUnsafeBufferPointer { load($0) }
  }

  deinit {
    own.deallocate()
    durations.deallocate()
    parts.deallocate()
    links.deallocate()
    latencies.deallocate()
  }

  /// Takes other orders of the same operations, as codes of the same rows. O(operations).
  package func load(_ codes: UnsafeBufferPointer<LoweredOrders.Code>) {
    pairs.removeAll(keepingCapacity: true)
    for position in 0..<count {
      let code = codes[position]
      let row = rows[Int(code.row)]
      kernel.codes[position] = LoweredOrders.Code(end: code.end, row: Int32(position))
      kernel.set(row, traits[Int(code.row)], at: position)
      latencies[position] = row.latency
      guard row.direction != OperationRow.noDirection else {
        parts[position] = .zero
        links[position] = -1
        continue
      }
      let traits = traits[Int(code.row)]
      let slot = Int(code.end) / 2
      let place = table.place(of: traits.kind, slot: slot)
      let hasWeight = traits.kind == .backward && table.hasWeight(ofSlot: slot)
      parts[position] = SIMD2(
        Int32(place),
        Int32(hasWeight ? table.place(of: .backwardWeight, slot: slot) : PassTable.nowhere))
      links[position] = inputs.first[table.row(of: traits.kind, slot: slot)]
      if row.opensPair {
        let other = self.traits[Int(codes[position + 1].row)].visit.stage
        pairs.append((position, table.lowered.problem.overlap?.factor(traits.visit.stage, other) ?? 1))
      }
    }
    if let ends { ends.write(codes, bounds: kernel.bounds, traits: traits, table: table, to: own) }
  }
}

extension Retimer {
  /// Takes the durations and latencies of a scenario. O(operations).
  package func take(_ scenario: borrowing Scenario) {
    scenario.factors.withUnsafeBufferPointer { factors in
      for place in 0..<durations.count { durations[place] = own[place] * factors[place] }
      for recording in scenario.recordings {
        durations[recording.place] = recording.duration * factors[recording.place]
      }
    }
    let rows = kernel.rows
    for position in 0..<count {
      let part = parts[position]
      rows[position].duration = durations[Int(part.x)] + durations[Int(part.y)]
    }
    for (position, factor) in pairs {
      rows[position].duration = factor * (rows[position].duration + rows[position + 1].duration)
      rows[position + 1].duration = 0
    }
    takeLinks(scenario)
  }

  private func takeLinks(_ scenario: borrowing Scenario) {
    guard hasOtherLinks || !scenario.links.isEmpty else { return }
    hasOtherLinks = !scenario.links.isEmpty
    inputs.restore()
    for change in scenario.links {
      inputs.delays[2 * change.link] = change.delays.x
      inputs.delays[2 * change.link + 1] = change.delays.y
    }
    for position in 0..<count where links[position] >= 0 {
      kernel.rows[position].latency = latencies[position] + inputs.delays[Int(links[position])]
    }
    for (index, link) in inputs.further.enumerated() where link >= 0 {
      kernel.furtherInputs[index].latency =
        table.lowered.furtherInputs[index].latency + inputs.delays[Int(link)]
    }
  }

  /// The makespan under the scenario taken last, in the problem's time unit; `nil` where the orders can never run.
  /// O(operations).
  package func makespan() -> Double? {
    kernel.run() ? table.lowered.grid.units(makespanSteps) : nil
  }

  /// What the orders take under the scenario taken last, in the problem's time unit; `nil` where they can never run.
  package func value(of objective: Objective) -> Double? {
    makespan().map { objective == .makespan ? $0 : period() }
  }

  /// The period under the scenario taken last, in the problem's time unit. O(operations), times the passes that it takes.
  ///
  /// - Precondition: the orders can run.
  package func period() -> Double {
    let end = table.lowered.end
    return table.lowered.grid.units(kernel.period(lowerBound: 0, end: end) + end.tail)
  }

  /// The makespan under the scenario taken last, in the problem's time unit, and the device on which the critical path
  /// works longest, of equals the first; `nil` where the orders can never run. O(operations).
  package func makespan(recording path: inout PathRecorder) -> (value: Double, criticalDevice: Int)? {
    path.restart()
    guard kernel.run(recording: &path) else { return nil }
    let rows = kernel.rows
    let device = path.busiestDevice(ofPathTo: lastDevice) { rows[$0].duration }
    return (table.lowered.grid.units(makespanSteps), device)
  }

  /// Makes room to record a path.
  package func makePathRecorder() -> PathRecorder {
    PathRecorder(
      operationCount: count, endCount: kernel.endCount, deviceCount: kernel.deviceCount,
      queueCount: kernel.queueCount)
  }

  /// The device that what ends last waits for.
  private var lastDevice: Int {
    var last = 0
    for device in 0..<kernel.deviceCount where doneAt(device) > doneAt(last) { last = device }
    return last
  }

  private var makespanSteps: Double { doneAt(lastDevice) + table.lowered.end.tail }

  @inline(__always)
  private func doneAt(_ device: Int) -> Double {
    // A device without operations is never waited for.
    kernel.bounds[device] < kernel.bounds[device + 1] ? kernel.clocks[device] + steps[device] : 0
  }
}
