import PipelineModel

/// The evaluator: times orders from their order alone, in one pass over the operations.
///
/// Devices wait on a stack. Each runs until an input is missing and leaves its number where that input's end
/// will be written; whoever writes it puts the device back. An empty stack with unfinished orders is a deadlock.
/// O(operations), nothing is allocated.
package struct TimingKernel: ~Copyable {
  /// The rows of the visit table.
  private let rows: KernelMemory<VisitTable.Row>
  /// The operations of all orders; a search may reorder them between two runs.
  package let codes: KernelMemory<LoweredOrders.Code>
  /// Where each order begins, and after the last its end.
  let bounds: KernelMemory<Int>
  /// The origin slots, whose `F` has always arrived.
  private let origins: KernelMemory<Int32>
  /// The end of every `F` and `B`, later where its message leaves later; `untimed` or the mark of a waiting device before it is known.
  private let ends: KernelMemory<Double>
  /// When each device is free.
  package let clocks: KernelMemory<Double>
  /// The next operation of each device.
  let cursors: KernelMemory<Int>
  private let stack: KernelMemory<Int32>
  /// What each row sends; nothing to read where transfers are not serialised.
  private let messages: KernelMemory<SendQueues.Message>
  /// When the last message of each queue has left it.
  private let queues: KernelMemory<Double>
  let queueCount: Int
  let endCount: Int
  private let originCount: Int
  private let hasPairs: Bool
  /// The number of devices.
  let deviceCount: Int

  private static var untimed: Double { -1 }

  /// Copies lowered orders into memory of its own.
  package init(_ lowered: borrowing LoweredOrders) {
    deviceCount = lowered.bounds.count - 1
    endCount = lowered.table.endCount
    originCount = lowered.table.originSlots.count - 1
    hasPairs = lowered.hasPairs
    queueCount = lowered.queues.count
    rows = KernelMemory(copying: lowered.rows)
    messages = KernelMemory(copying: lowered.queues.messages)
    queues = KernelMemory(repeating: 0, count: queueCount)
    codes = KernelMemory(copying: lowered.codes)
    bounds = KernelMemory(copying: lowered.bounds)
    origins = KernelMemory(copying: lowered.table.originSlots)
    ends = KernelMemory(repeating: Self.untimed, count: endCount)
    clocks = KernelMemory(repeating: 0, count: deviceCount)
    cursors = KernelMemory(repeating: 0, count: deviceCount)
    stack = KernelMemory(repeating: 0, count: deviceCount)
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
    messages.deallocate()
    queues.deallocate()
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
  /// - Parameter releases: when each device is free, in grid steps and not below 0; `nil` for 0.
  @inline(__always)
  mutating func run(from releases: [Double]? = nil, recording recorder: inout some SweepRecorder) -> Bool {
    reset(releases)
    // Orders without queues, and without pairs, have a loop of their own, which does not ask for them.
    if queueCount > 0 { return sweepWithQueues(&recorder) }
    return hasPairs ? sweepWithPairs(&recorder) : sweepWithoutPairs(&recorder)
  }

  // Side by side in one function the loops would share registers, and be slower.
  @inline(never)
  private mutating func sweepWithQueues(_ recorder: inout some SweepRecorder) -> Bool {
    sweep(withPairs: true, withQueues: true, &recorder)
  }

  @inline(never)
  private mutating func sweepWithPairs(_ recorder: inout some SweepRecorder) -> Bool {
    sweep(withPairs: true, withQueues: false, &recorder)
  }

  @inline(never)
  private mutating func sweepWithoutPairs(_ recorder: inout some SweepRecorder) -> Bool {
    sweep(withPairs: false, withQueues: false, &recorder)
  }

  @inline(__always)
  private mutating func sweep(
    withPairs: Bool, withQueues: Bool, _ recorder: inout some SweepRecorder
  ) -> Bool {
    // Local copies: a write to `ends` could otherwise be taken to change the pointers.
    let (rows, codes, bounds, ends, stack) = (rows, codes, bounds, ends, stack)
    let (messages, queues) = (messages, queues)
    var top = deviceCount
    while top > 0 {
      top -= 1
      let device = Int(stack[top])
      let last = bounds[device + 1]
      var position = cursors[device]
      var clock = clocks[device]
      while position < last {
        let code = codes[position]
        let row = rows[Int(truncatingIfNeeded: code.row)]
        let input = Int(truncatingIfNeeded: code.end &+ row.offset)
        let ready = ends[input]
        if ready < 0 {
          ends[input] = Double(-2 - device)
          break
        }
        if withPairs, row.opensPair {
          let other = codes[position + 1]
          let otherRow = rows[Int(truncatingIfNeeded: other.row)]
          let otherInput = Int(truncatingIfNeeded: other.end &+ otherRow.offset)
          let otherReady = ends[otherInput]
          if otherReady < 0 {
            ends[otherInput] = Double(-2 - device)
            break
          }
          let first = (input: input, time: ready + row.latency)
          let second = (input: otherInput, time: otherReady + otherRow.latency)
          let later = second.time > first.time ? second : first
          let isHeldUp = later.time > clock
          let start = isHeldUp ? later.time : clock
          clock = start + row.duration
          let sent = withQueues ? Self.send(messages[Int(code.row)], at: clock, queues) : .at(clock)
          let otherSent = withQueues ? Self.send(messages[Int(other.row)], at: clock, queues) : .at(clock)
          // The pair waits as one: what held up its first operation held up both.
          recorder.record(
            OperationTimes(
              device: device, position: position, input: later.input, end: Int(code.end), start: start,
              finish: clock, isHeldUp: isHeldUp, supplies: true, sent: sent))
          recorder.record(
            OperationTimes(
              device: device, position: position + 1, input: later.input, end: Int(other.end), start: start,
              finish: clock, isHeldUp: false, supplies: true, sent: otherSent))
          Self.supply(Int(code.end), at: sent.time, ends, stack, &top)
          Self.supply(Int(other.end), at: otherSent.time, ends, stack, &top)
          position += 2
          continue
        }
        // A `W` comes after its `B`, and does not wait for what that sends.
        let isFree = withQueues && !row.supplies
        let arrival = isFree ? 0 : ready + row.latency
        let isHeldUp = arrival > clock
        let start = isHeldUp ? arrival : clock
        clock = start + row.duration
        let end = Int(code.end)
        let sent = withQueues ? Self.send(messages[Int(code.row)], at: clock, queues) : .at(clock)
        recorder.record(
          OperationTimes(
            device: device, position: position, input: input, end: end, start: start, finish: clock,
            isHeldUp: isHeldUp, supplies: row.supplies, sent: sent))
        if row.supplies { Self.supply(end, at: sent.time, ends, stack, &top) }
        position += 1
      }
      cursors[device] = position
      clocks[device] = clock
    }
    return (0..<deviceCount).allSatisfy { cursors[$0] == bounds[$0 + 1] }
  }

  /// Writes an end and puts the device that waits for it, if any, on the stack.
  @inline(__always)
  private static func supply(
    _ end: Int, at time: Double, _ ends: KernelMemory<Double>,
    _ stack: KernelMemory<Int32>, _ top: inout Int
  ) {
    let mark = ends[end]
    ends[end] = time
    if mark < untimed {
      stack[top] = Int32(-2 - mark)
      top += 1
    }
  }

  /// Puts a message in its queue and returns when it begins to leave: now where there is none.
  @inline(__always)
  private static func send(
    _ message: SendQueues.Message, at time: Double, _ queues: KernelMemory<Double>
  ) -> OperationTimes.Sending {
    let queue = Int(message.queue)
    guard queue >= 0 else { return .at(time) }
    let isQueued = queues[queue] > time
    let start = isQueued ? queues[queue] : time
    queues[queue] = start + message.transfer
    return OperationTimes.Sending(time: start, queue: queue, isQueued: isQueued)
  }

  private mutating func reset(_ releases: [Double]?) {
    ends.update(repeating: Self.untimed)
    queues.update(repeating: 0)
    for index in 0..<originCount { ends[2 * Int(origins[index])] = 0 }
    for device in 0..<deviceCount {
      clocks[device] = releases?[device] ?? 0
      cursors[device] = bounds[device]
      // The last pushed runs first: start with device 0, where microbatches enter.
      stack[device] = Int32(deviceCount - 1 - device)
    }
  }
}

/// What the kernel knows of an operation when it has timed it; times in grid steps.
struct OperationTimes {
  var device: Int
  var position: Int
  /// The end it waited for.
  var input: Int
  /// The end it belongs to.
  var end: Int
  var start: Double
  var finish: Double
  /// Whether its input came after its device was free.
  var isHeldUp: Bool
  /// Whether it writes its end.
  var supplies: Bool
  /// When its message begins to leave.
  var sent: Sending

  /// A message on its way into the network.
  struct Sending {
    /// When it begins to leave.
    var time: Double
    /// Its queue; negative without one.
    var queue: Int
    /// Whether one before it in the queue held it up.
    var isQueued: Bool

    /// Leaves at once.
    @inline(__always)
    static func at(_ time: Double) -> Sending { Sending(time: time, queue: -1, isQueued: false) }
  }
}

/// Is told of every operation in the order of timing; a specialised kernel pays only for what is kept.
protocol SweepRecorder {
  mutating func record(_ times: OperationTimes)
}

/// Keeps nothing: the makespan is in the kernel's clocks.
struct NoRecorder: SweepRecorder {
  // Values without a size lie at one place for all threads, which the thread sanitizer takes for a race.
  private var place: UInt8 = 0

  @inline(__always)
  mutating func record(_ times: OperationTimes) {}
}
