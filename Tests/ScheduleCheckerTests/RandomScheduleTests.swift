import PipelineModel
import TestSupport
import ScheduleChecker
import Testing

@Suite("Random schedules")
struct RandomScheduleTests {
  static let seeds = 0..<200

  @Test("orders that can run, with times and figures by brute force, have no violations")
  func valid() throws {
    for seed in Self.seeds {
      let record = try #require(RandomSchedule(seed: seed).record())
      #expect(violations(record) == [], "seed \(seed)")
    }
  }

  @Test("a mutation of the orders is named", arguments: OrderMutation.allCases)
  func mutatedOrders(_ mutation: OrderMutation) throws {
    var count = 0
    for seed in Self.seeds {
      let schedule = try RandomSchedule(seed: seed)
      var random = SeededGenerator(seed: -1 - seed)
      var orders = schedule.lists
      guard let expected = mutation.apply(to: &orders, of: schedule.problem, &random) else { continue }
      count += 1
      let record = RecordedSchedule(schedule: Schedule(problem: schedule.problem, orders: Orders(orders)))
      #expect(violations(record).contains(where: expected), "seed \(seed)")
    }
    #expect(count > 10)
  }

  @Test("a mutation of one time is named")
  func mutatedTimes() throws {
    for seed in Self.seeds {
      var record = try #require(RandomSchedule(seed: seed).record())
      var random = SeededGenerator(seed: -1 - seed)
      guard var times = record.times else { continue }
      let place = random.below(times.starts.count)
      let shift = random.chance(0.5) ? 0.125 : -0.125
      if random.chance(0.5) { times.starts[place] += shift } else { times.ends[place] += shift }
      record.times = times
      let operation = record.schedule.orders.operations[place]
      #expect(
        violations(record).contains { violation in
          if case .wrongDuration = violation.kind { return violation.operation == operation }
          return false
        }, "seed \(seed)")
    }
  }

  @Test("a later start with the right duration is named, on the operation or on those after it")
  func delayed() throws {
    for seed in Self.seeds {
      var record = try #require(RandomSchedule(seed: seed).record())
      var random = SeededGenerator(seed: -1 - seed)
      guard var times = record.times else { continue }
      let place = random.below(times.starts.count)
      times.starts[place] += 0.5
      times.ends[place] += 0.5
      let earliest = record.times?.starts[place] ?? 0
      record.times = times
      #expect(
        violations(record).contains { violation in
          guard case .startsLate(_, let could) = violation.kind else { return false }
          return violation.operation == record.schedule.orders.operations[place]
            && abs(could - earliest) < 1e-6
        }, "seed \(seed)")
    }
  }

  @Test("a limit below a peak is named on that device and no other, a limit at the peak on none")
  func loweredLimit() throws {
    let shape = RandomProblem()
      .without(.offload, because: "what offloads waits for room, so that it takes longer instead")
    var count = 0
    for seed in Self.seeds {
      let schedule = try RandomSchedule(seed: seed, shape: shape)
      let peaks = ReferenceSimulator.peakMemory(schedule.problem, schedule.orders)
      let record = try #require(schedule.record())
      for (device, peak) in peaks.enumerated() {
        var limits: [Double?] = peaks
        // A limit under what one microbatch needs is no problem at all.
        if let limited = try? record.limited(to: limits) {
          #expect(violations(limited) == [], "seed \(seed)")
        }
        limits[device] = peak - 0.001
        guard let limited = try? record.limited(to: limits) else { continue }
        count += 1
        let found = violations(limited)
        #expect(!found.isEmpty, "seed \(seed)")
        for violation in found {
          #expect(violation.device == Device.ID(device))
          guard case .overMemoryLimit(let memory, _) = violation.kind else {
            Issue.record("\(violation), seed \(seed)")
            continue
          }
          #expect(memory <= peak + 1e-9)
        }
      }
    }
    #expect(count > 20)
  }
}

extension RecordedSchedule {
  /// The same record under other memory limits, one per device.
  fileprivate func limited(to limits: [Double?]) throws -> RecordedSchedule {
    var parts = ProblemParts(of: schedule.problem)
    for (device, limit) in limits.enumerated() { parts.devices[device].memoryLimit = limit }
    let limited = try parts.problem()
    return RecordedSchedule(
      schedule: Schedule(problem: limited, orders: schedule.orders), times: times, summary: summary)
  }
}
