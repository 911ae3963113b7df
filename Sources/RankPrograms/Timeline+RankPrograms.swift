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
  /// and the receive for it. Between stages on one device nothing is sent.
  ///
  /// Where a mode offloads, the copy to the host is launched behind `F`, the one back at `L`; a launch waits for its own
  /// offload, what reads a checkpoint for its reload, and what takes more than there is room for, for the offload that
  /// makes it. A wait is left out where an earlier one says as much.
  ///
  /// A send follows its operation at once. With receives placed early, operations are taken in the order of
  /// their ends, and each message stands in both programs where its producer ends. An overlapped pair is one
  /// step, whose messages leave after both parts; where the problem names no gain from overlap, the pair is
  /// timed as lasting as long as its parts.
  ///
  /// - Throws: `TimelineError.deadlock` when pairs whose parts start together can never run.
  /// - Complexity: O(operations x log operations).
  public func rankPrograms(receives: ReceivePlacement = .early) throws(TimelineError) -> [RankProgram] {
    var writer = RankProgramWriter(schedule.problem, receives: receives)
    let pairs = Set(schedule.orders.pairs)
    let seconds = Set(schedule.orders.pairs.map { $0 + 1 })
    let rooms = waitsForRoom
    for position in try withJoinedPairs().positionsByEnd where !seconds.contains(position) {
      let operations = schedule.orders.operations
      let isPair = pairs.contains(position)
      // Of offloads that both parts of a pair wait for, the later one is behind the other.
      let room = [position, position + 1].prefix(isPair ? 2 : 1).compactMap { rooms[$0] }.max()
      writer.append(
        operations[position], with: isPair ? operations[position + 1] : nil,
        room: room.map { operations[$0] },
        on: schedule.orders.device(at: position))
    }
    return writer.programs
  }

  /// The same schedule, timed so that the operations of a pair start together.
  private func withJoinedPairs() throws(TimelineError) -> Timeline {
    guard !schedule.orders.pairs.isEmpty, schedule.problem.overlap == nil,
      let joined = try? schedule.problem.with(overlap: Overlap(forwardBackward: 1))
    else { return self }
    return try Timeline(Schedule(problem: joined, orders: schedule.orders))
  }
}
