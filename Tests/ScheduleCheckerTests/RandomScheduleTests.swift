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
      let record = SlowTimeline(try RandomSchedule(seed: seed)).record()
      #expect(violations(record) == [], "seed \(seed)")
    }
  }

  @Test("a mutation of the orders is named", arguments: OrderMutation.allCases)
  func mutatedOrders(_ mutation: OrderMutation) throws {
    var count = 0
    for seed in Self.seeds {
      let schedule = try RandomSchedule(seed: seed)
      var random = SeededGenerator(seed: -1 - seed)
      var orders = schedule.orders
      guard let expected = mutation.apply(to: &orders, of: schedule.problem, &random) else { continue }
      count += 1
      let record = RecordedSchedule(schedule: Schedule(problem: schedule.problem, orders: Orders(orders)))
      #expect(violations(record).contains(where: expected), "seed \(seed)")
    }
    #expect(count > 20)
  }

  @Test("a mutation of one time is named")
  func mutatedTimes() throws {
    for seed in Self.seeds {
      var record = SlowTimeline(try RandomSchedule(seed: seed)).record()
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
      var record = SlowTimeline(try RandomSchedule(seed: seed)).record()
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
    var count = 0
    for seed in Self.seeds {
      let schedule = try RandomSchedule(seed: seed)
      let slow = SlowTimeline(schedule)
      let peaks = schedule.problem.devices.indices.map { slow.peak(of: $0) }
      let record = slow.record()
      for (device, peak) in peaks.enumerated() {
        var limits: [Double?] = peaks
        #expect(try violations(record.limited(to: limits)) == [], "seed \(seed)")
        limits[device] = peak - 0.001
        // A limit under what one microbatch needs is no problem at all.
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
    let problem = schedule.problem
    let limited = try Problem(
      devices: zip(problem.devices, limits).map {
        Device(memoryLimit: $1, optimizerStep: $0.optimizerStep, speed: $0.speed)
      },
      stages: problem.stages, microbatches: problem.microbatches, placement: problem.placement,
      communication: problem.communication, routes: (problem.routes, problem.routeIndexes.map { Int($0) }))
    return RecordedSchedule(
      schedule: Schedule(problem: limited, orders: schedule.orders), times: times, summary: summary)
  }
}

/// A change to valid orders that always makes them wrong, with the violation it must lead to.
enum OrderMutation: CaseIterable, Sendable {
  case drop, duplicate, move, negativeStage, giantMicrobatch, splitHalf, fuseToo, consumeFirst

  /// Changes the orders, or returns `nil` when there is nothing to change in this way.
  func apply(
    to orders: inout [[Operation]], of problem: Problem, _ random: inout SeededGenerator
  ) -> ((Violation) -> Bool)? {
    let places = orders.indices.flatMap { device in orders[device].indices.map { (device, $0) } }
    let (device, place) = places[random.below(places.count)]
    let operation = orders[device][place]
    let id = Device.ID(device)
    switch self {
    case .drop:
      orders[device].remove(at: place)
      // What is missing is the operation itself, or the BW it would have been half of.
      return { violation in
        [operation.kind, .backward].contains { kind in
          let absent = Operation(kind, stage: operation.stage, microbatch: operation.microbatch)
          return violation.subject == .absent(absent, id)
        }
      }
    case .duplicate:
      orders[device].insert(operation, at: place)
      return { $0 == Violation(.operation(operation, id, position: place + 1), .repeated(of: operation)) }
    case .move:
      guard orders.count > 1 else { return nil }
      orders[device].remove(at: place)
      let other = (device + 1) % orders.count
      orders[other].insert(operation, at: 0)
      return {
        $0 == Violation(.operation(operation, Device.ID(other), position: 0), .wrongDevice(expected: id))
      }
    case .negativeStage:
      orders[device][place].stage = Stage.ID(-1)
      let subject = Violation.Subject.operation(orders[device][place], id, position: place)
      return { $0 == Violation(subject, .unknownStage(count: problem.stageCount)) }
    case .giantMicrobatch:
      orders[device][place].microbatch = Microbatch.ID(Int(Int32.max))
      let subject = Violation.Subject.operation(orders[device][place], id, position: place)
      return { $0 == Violation(subject, .unknownMicrobatch(count: problem.microbatchCount)) }
    case .splitHalf:
      guard operation.kind == .backward else { return nil }
      orders[device][place].kind = .backwardInput
      let weight = Operation(.backwardWeight, stage: operation.stage, microbatch: operation.microbatch)
      return { $0 == Violation(.absent(weight, id), .missing) }
    case .fuseToo:
      guard operation.kind != .forward else { return nil }
      let kind: Operation.Kind = operation.kind == .backward ? .backwardWeight : .backward
      let extra = Operation(kind, stage: operation.stage, microbatch: operation.microbatch)
      orders[device].append(extra)
      let subject = Violation.Subject.operation(extra, id, position: orders[device].count - 1)
      return {
        if case .repeated(let other) = $0.kind { return $0.subject == subject && other != extra }
        return false
      }
    case .consumeFirst:
      guard operation.kind == .backwardWeight else { return nil }
      orders[device].remove(at: place)
      orders[device].insert(operation, at: 0)
      let subject = Violation.Subject.operation(operation, id, position: 0)
      let input = Operation(.backwardInput, stage: operation.stage, microbatch: operation.microbatch)
      return { $0 == Violation(subject, .neverRuns(waitingFor: input, on: id)) }
    }
  }
}
