import PipelineModel
import Timeline

/// Where a device receives a message among its operations.
public enum ReceivePlacement: String, Hashable, Sendable, CaseIterable {
  /// When the message is sent: before the first operation that ends after the message's producer. Sends and
  /// receives of all devices then follow one common order, so that none can block another.
  case early
  /// Just before the operation that needs it, as simple runtimes do.
  case late
}

extension Timeline {
  /// One program per device: its order, with a send behind every operation whose output another device needs
  /// and the receive for it. Between stages and tasks on one device nothing is sent.
  ///
  /// Where a mode offloads, the copy to the host is launched behind `F`, the one back at `L`; a launch waits for its own
  /// offload, what reads a checkpoint for its reload, and what takes more than there is room for, for the offload that
  /// makes it. A wait is left out where an earlier one says as much.
  ///
  /// Where devices have streams, a program holds the instructions of all streams of its device. A stream waits for another
  /// before an operation that needs something of it, unless an earlier wait says as much. What works ahead hands over to the
  /// next iteration: its messages are sent and received in this one.
  ///
  /// A send stands where its operation ends. With receives placed early, operations are taken in the order of
  /// their ends, those of streams beside the compute stream in that of their starts, so that they can run beside others;
  /// each message stands in both programs where its producer ends. An overlapped pair is one
  /// step, whose messages leave after both parts; where the problem names no gain from overlap, the pair is
  /// timed as lasting as long as its parts.
  ///
  /// - Throws: `TimelineError.deadlock` when pairs whose parts start together can never run.
  /// - Complexity: O(operations x log operations).
  public func rankPrograms(receives: ReceivePlacement = .early) throws(TimelineError) -> [RankProgram] {
    var writer = RankProgramWriter(schedule, receives: receives)
    let (operations, pairs) = (schedule.orders.operations, Set(schedule.orders.pairs))
    let seconds = Set(schedule.orders.pairs.map { $0 + 1 })
    let rooms = waitsForRoom
    for moment in try withJoinedPairs().moments where !seconds.contains(moment.position) {
      let positions = moment.position..<moment.position + (pairs.contains(moment.position) ? 2 : 1)
      let device = schedule.orders.device(at: moment.position)
      if moment.launches {
        // Of offloads that both parts of a pair wait for, the later one is behind the other.
        let room = positions.compactMap { rooms[$0] }.max()
        writer.append(Array(operations[positions]), room: room.map { operations[$0] }, on: device)
      }
      if moment.ends { writer.send(from: operations[positions], on: device) }
    }
    writer.finish()
    return writer.programs
  }

  /// The same schedule, timed so that the operations of a pair start together.
  private func withJoinedPairs() throws(TimelineError) -> Timeline {
    guard !schedule.orders.pairs.isEmpty, schedule.problem.overlap == nil,
      let joined = try? schedule.problem.with(overlap: Overlap(forwardBackward: 1))
    else { return self }
    return try Timeline(Schedule(problem: joined, orders: schedule.orders))
  }

  /// When an operation stands in its program, when its messages do, or both.
  private struct Moment {
    var position: Int
    var time: Double
    var launches = true
    var ends = true
  }

  /// The moments of all operations, in an order in which programs can run. Of equal times, what is waited for comes first.
  private var moments: [Moment] {
    let places = placesInTiming
    var moments: [Moment] = []
    for position in places.indices {
      let isBeside =
        schedule.problem.programPlace(of: schedule.orders.device(at: position)).stream != nil
      if isBeside { moments.append(Moment(position: position, time: start(at: position), ends: false)) }
      moments.append(Moment(position: position, time: end(at: position), launches: !isBeside))
    }
    func key(_ moment: Moment) -> (Double, Int32, Int) {
      (moment.time, places[moment.position], moment.launches ? 0 : 1)
    }
    return moments.sorted { key($0) < key($1) }
  }
}
