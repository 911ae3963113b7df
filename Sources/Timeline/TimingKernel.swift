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
  private let ends: KernelMemory<Double>
  /// When each device is free.
  package let clocks: KernelMemory<Double>
  /// The next operation of each device.
  let cursors: KernelMemory<Int>
  private let stack: KernelMemory<Int32>
  /// The device that waits for the same end as another.
  private let nextWaiting: KernelMemory<Int32>
  /// The inputs of each row besides the first, and where they begin and end.
  let furtherInputs: KernelMemory<FurtherInput>
  private let inputRanges: KernelMemory<ListPart>
  /// What each row sends through queues, and where it begins and ends.
  private let messages: KernelMemory<SendQueues.Message>
  private let messageRanges: KernelMemory<ListPart>
  /// When the last message of each queue has left it.
  private let queues: KernelMemory<Double>
  /// What each operation waits for until there is room; empty where nothing is offloaded. A search that reorders
  /// operations writes them anew.
  package let rooms: KernelMemory<RoomWaits.Wait>
  let queueCount: Int
  let endCount: Int
  private let originCount: Int
  private let hasPairs: Bool
  /// Whether orders have what only the general loop knows: queues, gaps, or operations with several inputs.
  private let isGeneral: Bool
  /// The gap by the directions of two operations, four in all.
  private let gaps: KernelMemory<Double>
  /// The number of devices.
  let deviceCount: Int

  private static var untimed: Double { -1 }
  /// The mark of device 0; that of another device has its number in the last bits, which makes it less.
  private static var firstMark: Double { -2 }

  @inline(__always)
  private static func mark(of device: Int) -> Double {
    Double(bitPattern: firstMark.bitPattern &+ UInt64(truncatingIfNeeded: device))
  }

  @inline(__always)
  private static func device(of mark: Double) -> Int32 {
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
  /// - Parameter releases: when each device is free, in grid steps and not below 0; `nil` for 0.
  @inline(__always)
  mutating func run(from releases: [Double]? = nil, recording recorder: inout some SweepRecorder) -> Bool {
    reset(releases)
    // Orders without gaps, queues and further inputs, and without pairs, have loops of their own, which do not ask.
    if isGeneral { return sweepGeneral(&recorder) }
    return hasPairs ? sweepWithPairs(&recorder) : sweepWithoutPairs(&recorder)
  }

  // Side by side in one function the loops would share registers, and be slower.
  @inline(never)
  private mutating func sweepGeneral(_ recorder: inout some SweepRecorder) -> Bool {
    sweep(withPairs: true, isGeneral: true, &recorder)
  }

  @inline(never)
  private mutating func sweepWithPairs(_ recorder: inout some SweepRecorder) -> Bool {
    sweep(withPairs: true, isGeneral: false, &recorder)
  }

  @inline(never)
  private mutating func sweepWithoutPairs(_ recorder: inout some SweepRecorder) -> Bool {
    sweep(withPairs: false, isGeneral: false, &recorder)
  }

  @inline(__always)
  private mutating func sweep(
    withPairs: Bool, isGeneral: Bool, _ recorder: inout some SweepRecorder
  ) -> Bool {
    // Local copies: a write to `ends` could otherwise be taken to change the pointers.
    let (rows, codes, bounds, ends, stack) = (rows, codes, bounds, ends, stack)
    var top = deviceCount
    while top > 0 {
      top -= 1
      let device = Int(stack[top])
      let last = bounds[device + 1]
      var position = cursors[device]
      var clock = clocks[device]
      // That of the operation before, for the gap behind it.
      var direction = -1
      if isGeneral { direction = self.direction(before: position, on: device) }
      while position < last {
        let code = codes[position]
        let row = rows[Int(truncatingIfNeeded: code.row)]
        if isGeneral, row.direction == OperationRow.noDirection {
          position += 1
          continue
        }
        let arrival = arrival(of: code, row, at: position, isGeneral: isGeneral, ends)
        if arrival.isMissing {
          wait(device, for: arrival.input, isGeneral: isGeneral, ends)
          break
        }
        var free = clock
        if isGeneral, direction >= 0, !row.isLaunch { free += gaps[2 * direction + Int(row.direction)] }
        if withPairs, row.opensPair {
          let other = codes[position + 1]
          let otherRow = rows[Int(truncatingIfNeeded: other.row)]
          let second = self.arrival(of: other, otherRow, at: position + 1, isGeneral: isGeneral, ends)
          if second.isMissing {
            wait(device, for: second.input, isGeneral: isGeneral, ends)
            break
          }
          let later = second.time > arrival.time ? second : arrival
          let isHeldUp = later.time > free
          let start = isHeldUp ? later.time : free
          clock = start + row.duration
          direction = Int(otherRow.direction)
          // The pair waits as one: what held up its first operation held up both.
          recorder.record(
            OperationTimes(
              device: device, position: position, input: later.input, end: Int(code.end), start: start,
              finish: clock, isHeldUp: isHeldUp, supplies: true))
          recorder.record(
            OperationTimes(
              device: device, position: position + 1, input: later.input, end: Int(other.end), start: start,
              finish: clock, isHeldUp: false, supplies: true))
          supply(Int(code.end), at: clock, isGeneral: isGeneral, ends, stack, &top)
          supply(Int(other.end), at: clock, isGeneral: isGeneral, ends, stack, &top)
          if isGeneral {
            send(code, at: clock, from: device, &top, &recorder)
            send(other, at: clock, from: device, &top, &recorder)
          }
          position += 2
          continue
        }
        let isHeldUp = arrival.time > free
        let start = isHeldUp ? arrival.time : free
        clock = start + row.duration
        if isGeneral, !row.isLaunch { direction = Int(row.direction) }
        let end = Int(code.end)
        recorder.record(
          OperationTimes(
            device: device, position: position, input: arrival.input, end: end, start: start, finish: clock,
            isHeldUp: isHeldUp, supplies: row.supplies))
        if row.supplies { supply(end, at: clock, isGeneral: isGeneral, ends, stack, &top) }
        if isGeneral { send(code, at: clock, from: device, &top, &recorder) }
        position += 1
      }
      cursors[device] = position
      clocks[device] = clock
    }
    return (0..<deviceCount).allSatisfy { cursors[$0] == bounds[$0 + 1] }
  }

  /// The direction of the operation before a position of an order; -1 where there is none.
  private func direction(before position: Int, on device: Int) -> Int {
    var before = position - 1
    while before >= bounds[device] {
      let row = rows[Int(codes[before].row)]
      if row.direction != OperationRow.noDirection, !row.isLaunch { return Int(row.direction) }
      before -= 1
    }
    return -1
  }

  /// When all inputs of an operation have arrived, and the end that the last of them waits for; where one is missing,
  /// its end.
  ///
  /// Whether one is missing is told apart: of a time below 0 the compiler would have to ask again.
  @inline(__always)
  private func arrival(
    of code: LoweredOrders.Code, _ row: OperationRow, at position: Int, isGeneral: Bool,
    _ ends: KernelMemory<Double>
  ) -> (time: Double, input: Int, isMissing: Bool) {
    let input = Int(truncatingIfNeeded: code.end &+ row.offset)
    let ready = ends[input]
    if ready < 0 { return (ready, input, true) }
    var latest = (time: ready + row.latency, input: input, isMissing: false)
    guard isGeneral else { return latest }
    if !rooms.isEmpty, rooms[position].place >= 0 {
      let input = Int(rooms[position].place)
      let ready = ends[input]
      if ready < 0 { return (ready, input, true) }
      let time = ready + rooms[position].transfer
      if time > latest.time { latest = (time, input, false) }
    }
    guard row.hasMoreInputs else { return latest }
    for further in inputRanges[Int(code.row)].indices {
      let input = Int(truncatingIfNeeded: code.end &+ furtherInputs[further].offset)
      let ready = ends[input]
      if ready < 0 { return (ready, input, true) }
      let time = ready + furtherInputs[further].latency
      if time > latest.time { latest = (time, input, false) }
    }
    return latest
  }

  /// Leaves the number of a device where the end that it waits for will be written.
  @inline(__always)
  private func wait(_ device: Int, for end: Int, isGeneral: Bool, _ ends: KernelMemory<Double>) {
    // Along a chain, an end is waited for by one device at most.
    if isGeneral { nextWaiting[device] = ends[end] < Self.untimed ? Self.device(of: ends[end]) : -1 }
    ends[end] = Self.mark(of: device)
  }

  /// Writes an end and puts the devices that wait for it, if any, on the stack.
  @inline(__always)
  private func supply(
    _ end: Int, at time: Double, isGeneral: Bool, _ ends: KernelMemory<Double>,
    _ stack: KernelMemory<Int32>, _ top: inout Int
  ) {
    let mark = ends[end]
    ends[end] = time
    guard mark < Self.untimed else { return }
    var device = Self.device(of: mark)
    repeat {
      stack[top] = device
      top += 1
      device = isGeneral ? nextWaiting[Int(device)] : -1
    } while device >= 0
  }

  /// Puts the messages of an operation in their queues and writes when each begins to leave.
  @inline(__always)
  private func send(
    _ code: LoweredOrders.Code, at time: Double, from device: Int, _ top: inout Int,
    _ recorder: inout some SweepRecorder
  ) {
    for index in messageRanges[Int(code.row)].indices {
      let message = messages[index]
      let (queue, end) = (Int(message.queue), Int(code.end &+ message.offset))
      let isQueued = queues[queue] > time
      let start = isQueued ? queues[queue] : time
      queues[queue] = start + message.transfer
      recorder.record(MessageDeparture(device: device, end: end, queue: queue, isQueued: isQueued))
      supply(end, at: start, isGeneral: true, ends, stack, &top)
    }
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
