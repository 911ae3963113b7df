import OperationGraph

/// The loops of the evaluator: each device runs until an input is missing.
extension TimingKernel {
  // Side by side in one function the loops would share registers, and be slower.
  @inline(never)
  mutating func sweepGeneral(_ recorder: inout some SweepRecorder) -> Bool {
    sweep(withPairs: true, isGeneral: true, &recorder)
  }

  @inline(never)
  mutating func sweepWithPairs(_ recorder: inout some SweepRecorder) -> Bool {
    sweep(withPairs: true, isGeneral: false, &recorder)
  }

  @inline(never)
  mutating func sweepWithoutPairs(_ recorder: inout some SweepRecorder) -> Bool {
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
      let input = furtherInputs[further].place(from: code.end)
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
}
