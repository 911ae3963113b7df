import PipelineModel
import ScheduleChecker
import ScheduleFamilies
import TestSupport
import Testing
import Timeline

@testable import ScheduleStudies

@Suite("Repairs")
struct RepairTests {
  private let plan = SearchPlan(iterations: 20_000, threads: { _ in 1 })

  private func schedule(_ family: String, _ problem: Problem) throws -> Schedule {
    Schedule(problem: problem, orders: try Families.named(family).orders(for: problem))
  }

  /// Two replicas of a pipeline with F = B = W = 1, one device of which is lost. Optima of CP-SAT (OR-tools 9.15),
  /// with the hosts that are left and no memory limit: see the values proved for lost devices in ReCycle's setting.
  struct Lost: Sendable, CustomTestStringConvertible {
    var devices: Int
    var microbatches: Int
    var lost: Int
    var backward: SearchPlanBackward
    var communication = 0.0
    var optimum: Double
    var testDescription: String { "\(devices) devices, \(lost) lost, \(backward)" }
  }
  enum SearchPlanBackward: Sendable { case auto, fused }

  @Test(
    "A lost device of two replicas is repaired to the proved optimum",
    arguments: [
      Lost(devices: 3, microbatches: 3, lost: 5, backward: .auto, optimum: 20),
      Lost(devices: 3, microbatches: 3, lost: 3, backward: .fused, optimum: 19),
      Lost(devices: 4, microbatches: 4, lost: 5, backward: .fused, communication: 1, optimum: 32),
      Lost(devices: 4, microbatches: 4, lost: 5, backward: .auto, communication: 1, optimum: 27),
    ])
  func lostDevice(_ lost: Lost) throws {
    let problem = try Problem.uniform(
      devices: lost.devices, microbatches: lost.microbatches, communication: lost.communication)
    var plan = plan
    plan.backward = lost.backward == .fused ? .fused : .auto
    let repair = try plan.repair(
      schedule("1f1b", problem), after: [.lostDevice(Device.ID(lost.lost))], replicas: 2)
    #expect(repair.valueAfter == lost.optimum)
    #expect((repair.after.certificate?.lowerBound ?? 0) <= lost.optimum)
    let carriedOn = try #require(repair.carriedOn)
    #expect(carriedOn >= lost.optimum)
    // All visits of the lost device, and only those, moved to the same stage of the other replica.
    let (stage, other) = (lost.lost - lost.devices, lost.lost - lost.devices)
    let second = (lost.microbatches..<2 * lost.microbatches).map { Microbatch.ID($0) }
    #expect(
      repair.moves == [
        Repair.Move(
          stage: Stage.ID(stage), source: Device.ID(lost.lost), destination: Device.ID(other),
          microbatches: second)
      ])
    #expect(repair.after.orders[Device.ID(lost.lost)].isEmpty)
    let record = RecordedSchedule(schedule: repair.after.timeline.schedule)
    #expect(ScheduleChecker(record).violations().isEmpty)
    // An inner stage has two messages on either side of it, the others one side.
    let sides = stage == 0 || stage == lost.devices - 1 ? 1 : 2
    #expect(repair.messages.changed == 2 * sides * lost.microbatches)
    #expect(repair.messages.all == 4 * (lost.devices - 1) * lost.microbatches)
  }

  @Test("Replicas side by side take as long as one, in every figure of the checker")
  func replicas() throws {
    let problem = try Problem.uniform(devices: 3, microbatches: 4, communication: 0.5, memoryLimit: 3)
    let one = try schedule("1f1b", problem)
    let three = try one.replicated(3)
    #expect(try Timeline(three).makespan == Timeline(one).makespan)
    #expect(try Timeline(three).value(of: .period) == Timeline(one).value(of: .period))
    #expect(ScheduleChecker(RecordedSchedule(schedule: three)).violations().isEmpty)
    #expect(three.problem.hosts[1] == [Device.ID(1), Device.ID(4), Device.ID(7)])
  }

  @Test("Nothing moves, and orders that were best stay, where a device is as fast as before")
  func unchanged() throws {
    let problem = try Problem.uniform(devices: 2, microbatches: 4)
    let old = try schedule("zb-h2", problem)
    let repair = try plan.repair(old, after: [.slowDevice(Device.ID(1), factor: 1)])
    #expect(repair.valueBefore == repair.carriedOn)
    #expect(repair.valueAfter <= repair.valueBefore)
    #expect(repair.moves.isEmpty && repair.messages.changed == 0)
  }

  /// One stage a device, F + B + W = 3 of 8 microbatches: 24 on each device. At half the speed 48; with k visits of the
  /// second replica moved to the first, the busier of the two has max(6 (8 - k), 24 + 3 k), least at k = 3: 33 against 30.
  @Test("Visits of a slow device make way to its replicas")
  func slowDevice() throws {
    let problem = try Problem.uniform(devices: 1, microbatches: 8)
    let repair = try plan.repair(
      schedule("1f1b", problem), after: [.slowDevice(Device.ID(1), factor: 0.5)], replicas: 2)
    #expect(repair.carriedOn == 33)
    #expect(repair.valueAfter == 33)
    #expect(repair.movedVisitCount == 3)
  }

  @Test("A slow link is timed as it is, and left where another replica is nearer")
  func slowLink() throws {
    let problem = try Problem.uniform(devices: 2, microbatches: 2)
    let old = try schedule("1f1b", problem)
    let alone = try plan.repair(old, after: [.slowLink(Device.ID(0), Device.ID(1), latency: 7)])
    // F, link, F, B, link, B, W or the other microbatch: 1 + 7 + 1 + 1 + 7 + 1 + 1 at least.
    #expect(alone.valueAfter >= 19)
    #expect(alone.moves.isEmpty)
    let beside = try plan.repair(old, after: [.slowLink(Device.ID(0), Device.ID(1), latency: 7)], replicas: 2)
    #expect(beside.movedVisitCount > 0 && beside.valueAfter < alone.valueAfter)
  }

  @Test("A lost link is left out by moving one visit of each microbatch that used it")
  func lostLink() throws {
    let problem = try Problem.uniform(devices: 3, microbatches: 2)
    let repair = try plan.repair(
      schedule("1f1b", problem), after: [.lostLink(Device.ID(1), Device.ID(2))], replicas: 2)
    #expect(repair.movedVisitCount == 2)
    for index in 0..<4 {
      let devices = repair.after.problem.route(of: Microbatch.ID(index)).visits.map(\.device.index)
      #expect(devices[1...] != [1, 2])
    }
    #expect(throws: RepairRefusal.cutOff(Microbatch.ID(0), from: Stage.ID(1), to: Stage.ID(2))) {
      try plan.repair(schedule("1f1b", problem), after: [.lostLink(Device.ID(2), Device.ID(1))])
    }
  }

  @Test("What cannot be repaired says why")
  func refusals() throws {
    let old = try schedule("1f1b", .uniform(devices: 2, microbatches: 2))
    func refusal(_ breakage: Breakage, replicas: Int = 1, remaps: Bool = false) -> String {
      do {
        _ = try plan.repair(old, after: [breakage], replicas: replicas, remaps: remaps)
        return "none"
      } catch { return "\(error)" }
    }
    #expect(
      refusal(.lostDevice(Device.ID(1))).hasPrefix("stage 1 has no other host than device 1; --replicas"))
    #expect(refusal(.lostDevice(Device.ID(2))) == "expected a device from 0 to 1, found 2")
    #expect(refusal(.lostDevice(Device.ID(4)), replicas: 2) == "expected a device from 0 to 3, found 4")
    #expect(
      refusal(.lostLink(Device.ID(1), Device.ID(1))) == "expected a link between two devices, found 1 twice")
    #expect(
      refusal(.lostDevice(Device.ID(1)), remaps: true).hasPrefix("--remap: expected a problem with layers"))
  }
}

@Suite("Ways around what is lost")
struct RouteRepairTests {
  /// Against all ways that there are: none moves fewer visits.
  @Test("move as few visits as can be")
  func fewestMoves() throws {
    var random = SeededGenerator(seed: 5)
    var repaired = 0
    for trial in 0..<200 {
      let (stageCount, replicas) = (
        Int.random(in: 2...4, using: &random), Int.random(in: 2...3, using: &random)
      )
      let one = try Problem.uniform(devices: stageCount, microbatches: 2)
      let problem = try Schedule(problem: one, orders: Families.named("1f1b").orders(for: one))
        .replicated(replicas).problem
      var breakages: [Breakage] = []
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let ends = problem.devices.indices.shuffled(using: &random).prefix(2).map { Device.ID($0) }
        breakages.append(
          Bool.random(using: &random) ? .lostDevice(ends[0]) : .lostLink(ends[0], ends[1]))
      }
      let lost = breakages.lostDevices
      let hosts = problem.hosts.map { $0.filter { !lost.contains($0) } }
      guard hosts.allSatisfy({ !$0.isEmpty }) else { continue }
      var repair = RouteRepair(problem, hosts: hosts, breakages: breakages)
      let routes = try? repair.routes()
      for index in problem.microbatches.indices {
        let old = problem.route(of: Microbatch.ID(index)).visits.map(\.device)
        let fewest = ways(hosts, without: breakages).map { zip($0, old).count { $0 != $1 } }.min()
        guard let fewest else {
          #expect(routes == nil, "trial \(trial)")
          break
        }
        guard let routes else { continue }
        let new = routes[index].visits.map(\.device)
        #expect(zip(new, old).count { $0 != $1 } == fewest, "trial \(trial), microbatch \(index)")
        repaired += fewest > 0 ? 1 : 0
      }
    }
    #expect(repaired > 100)
  }

  /// All ways through the hosts over links that there are.
  private func ways(_ hosts: [[Device.ID]], without breakages: [Breakage]) -> [[Device.ID]] {
    hosts.reduce([[]]) { ways, hosts in
      ways.flatMap { way in
        hosts.filter { host in way.last.map { !breakages.cut($0, host) } ?? true }.map { way + [$0] }
      }
    }
  }
}
