import PipelineModel
import ScheduleChecker
import TestSupport
import Testing

@Suite("Blocking, against every interleaving of tiny programs")
struct CommunicationBruteForceTests {
  static let modes: [CommunicationMode] = [
    .rendezvous, .buffered(capacity: 1), .buffered(capacity: 2), .buffered(capacity: nil), .batched,
  ]

  @Test("one run decides: the proof and all interleavings agree", arguments: modes)
  func agreement(mode: CommunicationMode) throws {
    var random = SeededGenerator(seed: 5)
    var stuck = 0
    for _ in 0..<400 {
      let programs = random.programs()
      let every = EveryInterleaving(programs: programs, mode: mode)
      let final = every.finalStates()
      let fault = CommunicationProof(programs, mode: mode).fault()
      // However the devices take turns, they end in the same state.
      #expect(final.count == 1)
      let state = try #require(final.first)
      guard !every.isFinished(state) else {
        #expect(fault == nil)
        continue
      }
      stuck += 1
      guard case .blocked(let waits) = fault else {
        Issue.record("expected a circle of \(programs), found \(String(describing: fault))")
        continue
      }
      let waiting = every.waiting(in: state)
      for (index, wait) in waits.enumerated() {
        #expect(waiting[wait.step.device.index].contains(wait.other.device.index))
        #expect(wait.other.device == waits[(index + 1) % waits.count].step.device)
      }
      #expect(waits.count == shortestCircle(waiting))
    }
    #expect(stuck > 10)
  }

  /// The length of the shortest circle, by walking from every device for as many steps as there are devices.
  private func shortestCircle(_ waiting: [Set<Int>]) -> Int? {
    (1...waiting.count).first { length in
      waiting.indices.contains { start in
        var reached: Set<Int> = [start]
        for _ in 0..<length { reached = Set(reached.flatMap { waiting[$0] }) }
        return reached.contains(start)
      }
    }
  }
}
