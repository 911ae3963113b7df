import PipelineModel
import RankPrograms
import ScheduleChecker
import TestSupport
import Testing
import Timeline

@Suite("Programs with copies to and from the host")
struct HostCopyTests {
  private func text(_ program: RankProgram) -> [String] { program.instructions.map(short) }

  private func short(_ instruction: RankProgram.Instruction) -> String {
    switch instruction {
    case .compute(.pass(let operation, _), _): "\(operation.kind.symbol)\(operation.microbatch)"
    case .copy(let copy): "\(copy.way.rawValue)\(copy.microbatch)"
    case .wait(let copy): "?\(copy.way.rawValue)\(copy.microbatch)"
    default: "\(instruction)"
    }
  }

  /// F1 and L0 wait for room, as worked out beside the sample; every launch but that of L0 finds its own offload
  /// ended by then.
  @Test("by hand: waits stand where room or a checkpoint is needed, each once")
  func offloads() throws {
    let schedule = try ModeSamples.offloads()
    let programs = try Timeline(schedule).rankPrograms()
    #expect(
      text(programs[0]) == [
        "F0", "offload0", "?offload0", "F1", "offload1", "?offload1", "reload0", "?reload0", "BW0", "reload1",
        "?reload1", "BW1",
      ])
    #expect(CommunicationProof(programs, mode: .rendezvous).fault(in: schedule) == nil)
  }

  @Test("R is an operation like others")
  func recomputes() throws {
    let schedule = try ModeSamples.recomputes()
    let programs = try Timeline(schedule).rankPrograms()
    #expect(text(programs[0]) == ["F0", "F1", "R0", "BW0", "R1", "BW1"])
    #expect(CommunicationProof(programs, mode: .buffered(capacity: nil)).fault(in: schedule) == nil)
  }

  /// Each of the programs' steps left out, or exchanged with the next one: all but those that say nothing new are faults.
  @Test("a step too few, or in another place, is a fault")
  func damaged() throws {
    let schedule = try ModeSamples.offloads()
    let whole = try Timeline(schedule).rankPrograms()[0]
    func fault(_ change: (inout [RankProgram.Instruction]) -> Void) -> CommunicationFault? {
      var program = whole
      change(&program.instructions)
      return CommunicationProof([program], mode: .rendezvous).fault(in: schedule)
    }
    for place in whole.instructions.indices {
      #expect(fault { $0.remove(at: place) } != nil, "without \(short(whole.instructions[place]))")
    }
    for place in whole.instructions.indices.dropLast() {
      #expect(fault { $0.swapAt(place, place + 1) } != nil, "\(short(whole.instructions[place])) later")
    }
    #expect(fault { $0.insert($0[1], at: 2) } != nil, "an offload twice")
    func isNoRoom(_ fault: CommunicationFault?) -> Bool { if case .noRoom = fault { true } else { false } }
    func isNotBack(_ fault: CommunicationFault?) -> Bool { if case .notBack = fault { true } else { false } }
    func isUnlaunched(_ fault: CommunicationFault?) -> Bool {
      if case .unlaunched = fault { true } else { false }
    }
    #expect(isNoRoom(fault { $0.remove(at: 2) }))
    #expect(isNotBack(fault { $0.remove(at: 7) }))
    #expect(isUnlaunched(fault { $0.swapAt(1, 2) }))
    // A wait for what has ended already says nothing new.
    #expect(fault { $0.insert($0[2], at: 6) } == nil)
  }

  @Test("random orders with offloads make programs that the checker finds right")
  func random() throws {
    var random = SeededGenerator(seed: 14)
    var waits = 0
    for _ in 0..<200 {
      let schedule = try Self.schedule(using: &random)
      guard let timeline = try? Timeline(schedule),
        timeline.peakMemory.indices.allSatisfy({
          timeline.peakMemory[$0] <= schedule.problem.devices[$0].capacity
        })
      else { continue }
      let programs = try timeline.rankPrograms()
      #expect(CommunicationProof(programs, mode: .rendezvous).fault(in: schedule) == nil)
      waits += programs.joined { $0.instructions.count { if case .wait = $0 { true } else { false } } }
    }
    #expect(waits > 500)
  }

  /// 1F1B on two devices, each of whose stages offloads and recomputes or not, within what fits.
  private static func schedule(using random: inout SeededGenerator) throws -> Schedule {
    func stage() -> Stage {
      let checkpoint = Double(Int.random(in: 1...4, using: &random))
      return Stage(
        forward: Double(Int.random(in: 1...3, using: &random)), backward: .split(input: 1, weight: 1),
        activationForB: 4, activationForW: 1, checkpoint: checkpoint,
        recompute: Bool.random(using: &random) ? 2 : nil,
        offload: Double(Int.random(in: 0...Int(checkpoint), using: &random)))
    }
    let limit = Double(Int.random(in: 5...9, using: &random))
    let devices = Array(repeating: Device(memoryLimit: limit, host: HostLink(bandwidth: 1)), count: 2)
    let problem = try Problem(
      devices: devices, stages: [stage(), stage()], microbatches: Array(repeating: Microbatch(), count: 4),
      communication: .uniform(0.5))
    let warmUps = [Int.random(in: 0...2, using: &random), 0]
    let orders = warmUps.indices.map { device -> [Operation] in
      func operation(_ kind: Operation.Kind, _ microbatch: Int) -> Operation {
        Operation(kind, stage: Stage.ID(device), microbatch: Microbatch.ID(microbatch))
      }
      let warmUp = warmUps[device]
      return (0..<warmUp).map { operation(.forward, $0) }
        + (warmUp..<4).flatMap { [operation(.forward, $0), operation(.backward, $0 - warmUp)] }
        + (4 - warmUp..<4).map { operation(.backward, $0) }
    }
    return Schedule(problem: problem, orders: Orders(orders).prepared(for: problem))
  }
}

extension Array where Element == RankProgram {
  fileprivate func joined(_ count: (RankProgram) -> Int) -> Int { reduce(0) { $0 + count($1) } }
}
