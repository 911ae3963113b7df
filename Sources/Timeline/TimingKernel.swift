import OperationGraph
import PipelineModel

/// The evaluator: times orders from their order alone, in one pass over the operations.
///
/// Devices wait on a stack. Each runs until an input is missing and leaves its number where that input's end
/// will be written; whoever writes it puts the device back. An empty stack with unfinished orders is a deadlock.
/// O(operations), nothing is allocated.
package struct TimingKernel: ~Copyable {
  /// What is known of the operations; whoever times orders under scenarios changes it between two runs.
  let rows: KernelMemory<OperationRow>
  /// The operations of all orders; a search may reorder them between two runs.
  package let codes: KernelMemory<LoweredOrders.Code>
  /// Where each order begins, and after the last its end.
  let bounds: KernelMemory<Int>
  /// The origin slots, whose `F` has always arrived.
  private let origins: KernelMemory<Int32>
  /// The end of every `F` and `B`, and the departures of messages that wait in queues; `untimed` or the mark of a
  /// waiting device before it is known.
  let ends: KernelMemory<Double>
  /// When each device is free.
  package let clocks: KernelMemory<Double>
  /// The next operation of each device.
  let cursors: KernelMemory<Int>
  let stack: KernelMemory<Int32>
  /// The device that waits for the same end as another.
  let nextWaiting: KernelMemory<Int32>
  /// The inputs of each row besides the first, and where they begin and end.
  let furtherInputs: KernelMemory<FurtherInput>
  let inputRanges: KernelMemory<ListPart>
  /// What each row sends through queues, and where it begins and ends.
  let messages: KernelMemory<SendQueues.Message>
  let messageRanges: KernelMemory<ListPart>
  /// When the last message of each queue has left it.
  let queues: KernelMemory<Double>
  /// What each operation waits for until there is room; empty where nothing is offloaded. A search that reorders
  /// operations writes them anew.
  package let rooms: KernelMemory<RoomWaits.Wait>
  /// What the iteration before hands over.
  let handovers: [Handover]
  let queueCount: Int
  let endCount: Int
  private let originCount: Int
  private let hasPairs: Bool
  /// Whether orders have what only the general loop knows: queues, gaps, or operations with several inputs.
  private let isGeneral: Bool
  /// The gap by the directions of two operations, four in all.
  let gaps: KernelMemory<Double>
  /// The number of devices.
  let deviceCount: Int

  static var untimed: Double { -1 }
  /// The mark of device 0; that of another device has its number in the last bits, which makes it less.
  private static var firstMark: Double { -2 }

  @inline(__always)
  static func mark(of device: Int) -> Double {
    Double(bitPattern: firstMark.bitPattern &+ UInt64(truncatingIfNeeded: device))
  }

  @inline(__always)
  static func device(of mark: Double) -> Int32 {
    Int32(truncatingIfNeeded: mark.bitPattern &- firstMark.bitPattern)
  }

  /// Copies lowered orders into memory of its own.
  package init(_ lowered: borrowing LoweredOrders) {
    let problem = lowered.problem
    deviceCount = lowered.bounds.count - 1
    endCount = problem.endCount
    originCount = problem.originSlots.count - 1
    hasPairs = lowered.hasPairs
    queueCount = problem.queues.count
    handovers = problem.handovers
    isGeneral = queueCount > 0 || !problem.gaps.isEmpty || problem.hasFurtherInputs
    rows = KernelMemory(copying: lowered.rows)
    furtherInputs = KernelMemory(copying: problem.furtherInputs)
    messages = KernelMemory(copying: problem.queues.messages)
    // Only the general loop reads these.
    let traits = isGeneral ? lowered.traits : []
    inputRanges = KernelMemory(copying: traits.map(\.furtherInputs))
    messageRanges = KernelMemory(copying: traits.map(\.messages))
    queues = KernelMemory(repeating: 0, count: queueCount)
    rooms = KernelMemory(copying: lowered.rooms.waits)
    codes = KernelMemory(copying: lowered.codes)
    bounds = KernelMemory(copying: lowered.bounds)
    origins = KernelMemory(copying: problem.originSlots)
    ends = KernelMemory(repeating: Self.untimed, count: endCount)
    clocks = KernelMemory(repeating: 0, count: deviceCount)
    cursors = KernelMemory(repeating: 0, count: deviceCount)
    stack = KernelMemory(repeating: 0, count: deviceCount)
    nextWaiting = KernelMemory(repeating: -1, count: deviceCount)
    gaps = KernelMemory(copying: problem.gaps.isEmpty ? [0, 0, 0, 0] : problem.gaps)
  }

  deinit {
    rows.deallocate()
    codes.deallocate()
    bounds.deallocate()
    origins.deallocate()
    ends.deallocate()
    clocks.deallocate()
    cursors.deallocate()
    stack.deallocate()
    nextWaiting.deallocate()
    furtherInputs.deallocate()
    inputRanges.deallocate()
    messages.deallocate()
    messageRanges.deallocate()
    queues.deallocate()
    rooms.deallocate()
    gaps.deallocate()
  }

  /// The moment that a run has left at a place.
  func time(at place: Int) -> Double { ends[place] }

  /// Changes what is known of the operations of a row.
  @inline(__always)
  func set(_ row: OperationRow, _ traits: RowTraits, at index: Int) {
    rows[index] = row
    guard isGeneral else { return }
    inputRanges[index] = traits.furtherInputs
    messageRanges[index] = traits.messages
  }

  /// Times all orders with every device free from time 0, and tells whether all of them could run.
  ///
  /// Afterwards `clocks` holds the end of each device's last operation, in grid steps.
  package mutating func run() -> Bool {
    var recorder = NoRecorder()
    return run(recording: &recorder)
  }

  /// Times all orders like `run()` and tells a recorder of each operation.
  ///
  /// - Parameter releases: when each device is free and, behind them, when each handover has arrived, in grid steps and
  ///   not below 0; `nil` for 0.
  @inline(__always)
  mutating func run(from releases: [Double]? = nil, recording recorder: inout some SweepRecorder) -> Bool {
    reset(releases)
    // Orders without gaps, queues and further inputs, and without pairs, have loops of their own, which do not ask.
    if isGeneral { return sweepGeneral(&recorder) }
    return hasPairs ? sweepWithPairs(&recorder) : sweepWithoutPairs(&recorder)
  }

  private mutating func reset(_ releases: [Double]?) {
    ends.update(repeating: Self.untimed)
    queues.update(repeating: 0)
    for index in 0..<originCount { ends[2 * Int(origins[index])] = 0 }
    for (number, handover) in handovers.enumerated() {
      ends[Int(handover.place)] = releases?[deviceCount + number] ?? 0
    }
    for device in 0..<deviceCount {
      clocks[device] = releases?[device] ?? 0
      cursors[device] = bounds[device]
      // The last pushed runs first: start with device 0, where microbatches enter.
      stack[device] = Int32(deviceCount - 1 - device)
    }
  }
}
