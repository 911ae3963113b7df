import PipelineModel
import Testing
import Timeline

@Suite("Messages that leave one after the other")
struct SerialisedTransferTests {
  /// Device 0 hosts stages 0 and 2, device 1 stage 1, device 2 stage 3; forwards take 1, backwards 1 and 1; every
  /// message occupies its link or uplink for 4 and then takes 0.5 to arrive.
  private func problem(_ serialise: Communication.Serialisation?, microbatches: Int) throws -> Problem {
    let rows = { (value: Double) in Array(repeating: Array(repeating: value, count: 3), count: 3) }
    return try Problem(
      devices: Array(repeating: Device(), count: 3),
      stages: Array(
        repeating: Stage(
          forward: 1, backwardInput: 1, backwardWeight: 1, activationForB: 1, activationForW: 0,
          staticMemory: 0), count: 4),
      microbatches: Array(repeating: Microbatch(), count: microbatches),
      placement: .explicit([0, 1, 0, 2].map { [Device.ID($0)] }),
      communication: .links(
        .init(latency: rows(0.5), bandwidth: rows(2), bytes: 8, serialise: serialise)))
  }

  private func operation(_ kind: Operation.Kind, _ stage: Int, _ microbatch: Int) -> Operation {
    Operation(kind, stage: Stage.ID(stage), microbatch: Microbatch.ID(microbatch))
  }

  /// All forwards of a stage in a row, device by device, then all backwards.
  private func starts(_ serialise: Communication.Serialisation?) throws -> [Operation: Double] {
    let problem = try problem(serialise, microbatches: 2)
    func all(_ kind: Operation.Kind, _ stage: Int) -> [Operation] {
      (0..<2).map { operation(kind, stage, $0) }
    }
    let orders = Orders([
      all(.forward, 0) + all(.forward, 2) + all(.backward, 2) + all(.backward, 0),
      all(.forward, 1) + all(.backward, 1), all(.forward, 3) + all(.backward, 3),
    ])
    let timeline = try Timeline(Schedule(problem: problem, orders: orders))
    return Dictionary(
      uniqueKeysWithValues: orders.operations.indices.map { (orders.operations[$0], timeline.start(at: $0)) })
  }

  @Test("the second of two forwards in a row waits until the first has left")
  func secondWaits() throws {
    // Ends at 1 and 2; the first leaves from 1 to 5, the second from 5 to 9, not from 2 to 6.
    for serialise in Communication.Serialisation.allCases {
      let starts = try starts(serialise)
      #expect(starts[operation(.forward, 1, 0)] == 5.5)
      #expect(starts[operation(.forward, 1, 1)] == 9.5)
      // Leaves device 1 at 6.5 ... 10.5 and 10.5 ... 14.5.
      #expect(starts[operation(.forward, 2, 0)] == 11)
      #expect(starts[operation(.forward, 2, 1)] == 15)
    }
    let free = try starts(nil)
    #expect(free[operation(.forward, 1, 1)] == 6.5)
    #expect(free[operation(.forward, 2, 1)] == 12)
  }

  @Test("messages to different devices share an uplink and no link")
  func uplink() throws {
    // Stage 2 sends microbatch 0 to device 2 while stage 0 sends microbatches 1 and 2 to device 1.
    let orders = Orders([
      [
        operation(.forward, 0, 0), operation(.forward, 2, 0), operation(.forward, 0, 1),
        operation(.forward, 0, 2), operation(.forward, 2, 1), operation(.forward, 2, 2),
      ] + [2, 0].flatMap { stage in (0..<3).map { operation(.backward, stage, $0) } },
      (0..<3).map { operation(.forward, 1, $0) } + (0..<3).map { operation(.backward, 1, $0) },
      (0..<3).map { operation(.forward, 3, $0) } + (0..<3).map { operation(.backward, 3, $0) },
    ])
    func start(
      _ serialise: Communication.Serialisation, _ kind: Operation.Kind, _ stage: Int, _ microbatch: Int
    ) throws -> Double {
      let problem = try self.problem(serialise, microbatches: 3)
      let timeline = try Timeline(Schedule(problem: problem, orders: orders))
      let position = orders.operations.firstIndex(of: operation(kind, stage, microbatch)) ?? 0
      return timeline.start(at: position)
    }
    // F(2,0) starts at 11 on device 0, ends at 12 and leaves until 16; F(0,1), ended at 13, leaves until 20 behind
    // it on the uplink, and until 17 on its own link; F(0,2), ended at 14, until 24 and 21.
    #expect(try start(.uplink, .forward, 3, 0) == 16.5)
    #expect(try start(.link, .forward, 3, 0) == 16.5)
    #expect(try start(.uplink, .forward, 1, 1) == 20.5)
    #expect(try start(.link, .forward, 1, 1) == 17.5)
    #expect(try start(.uplink, .forward, 1, 2) == 24.5)
    #expect(try start(.link, .forward, 1, 2) == 21.5)
  }

  @Test("a weight gradient does not wait for the message of its backward")
  func weight() throws {
    let rows = [[0.0, 0], [0, 0]]
    let problem = try Problem(
      devices: [Device(), Device()],
      stages: Array(
        repeating: Stage(
          forward: 1, backwardInput: 1, backwardWeight: 1, activationForB: 1, activationForW: 1,
          staticMemory: 0), count: 2),
      microbatches: [Microbatch(), Microbatch()],
      communication: .links(
        .init(latency: rows, bandwidth: [[1, 1], [1, 1]], bytes: 10, serialise: .link)))
    let orders = Orders([
      [.forward, .forward].enumerated().map { operation($1, 0, $0) }
        + [
          operation(.backwardInput, 0, 0), operation(.backwardInput, 0, 1), operation(.backwardWeight, 0, 0),
          operation(.backwardWeight, 0, 1),
        ],
      [operation(.forward, 1, 0), operation(.forward, 1, 1)]
        + [
          operation(.backwardInput, 1, 0), operation(.backwardInput, 1, 1), operation(.backwardWeight, 1, 0),
          operation(.backwardWeight, 1, 1),
        ],
    ])
    let timeline = try Timeline(Schedule(problem: problem, orders: orders))
    // F arrive at 11 and 21; B of device 1 at 22 and 23, its W at 24 and 25; B arrive at 33 and 43.
    #expect((0..<6).map { timeline.start(at: $0 + 6) } == [11, 21, 22, 23, 24, 25])
    #expect((0..<6).map { timeline.start(at: $0) } == [0, 1, 33, 43, 44, 45])
  }
}
