import PipelineModel
import ScheduleFamilies
import Timeline

/// What docs/refusals.md names in its second column, told from a schedule by other means than the engines'.
enum Conditions {
  /// The families that run B apart from W, as their papers have it.
  private static let splitting: Set = [
    "zb-h1", "zb-h1-light", "zb-h2", "zb-auto", "grouped-interleaved", "interleaved-zb", "zb-v", "zb-v-auto",
    "v-half",
    "v-min",
    "dualpipe", "dualpipe-v",
  ]

  /// Whether a schedule, of which a family is to be made where that is asked, is a case of each condition.
  static let all = general.merging(modes) { first, _ in first }

  private static let general: [String: @Sendable (Timeline, (any Family)?) -> Bool] = [
    "another layout than its own": { timeline, family in
      family.map { !$0.layout.fits(timeline.problem) } ?? false
    },
    "fewer microbatches than it needs": { timeline, family in
      family.map {
        $0.layout.fits(timeline.problem)
          && timeline.problem.microbatchCount < $0.leastMicrobatches(for: timeline.problem)
      } ?? false
    },
    "streams or tasks": { timeline, _ in timeline.problem.layout != nil },
    "phases, or tasks that are no steps of PyTorch": { timeline, _ in
      // No random problem names tasks as PyTorch does.
      timeline.problem.layout != nil
    },
    "messages that occupy uplinks": { timeline, _ in timeline.problem.layout?.written.messageStream != nil },
    "stages in no loop": { timeline, _ in
      let devices = timeline.problem.deviceCount
      return timeline.problem.hosts.enumerated().contains { $1 != [Device.ID($0 % devices)] }
    },
    "inputs that make no chain of stages": { timeline, _ in timeline.problem.branches },
    "whole backward passes where it splits them": { timeline, family in
      let isWhole = timeline.problem.stages.contains { if case .whole = $0.backward { true } else { false } }
      return family.map { isWhole && splitting.contains($0.name) } ?? false
    },
    "a stage without a backward pass": { timeline, _ in
      timeline.problem.stages.contains { $0.backward == .none }
    },
    "a stage with B and no W": { timeline, _ in
      timeline.problem.stages.contains { if case .input = $0.backward { true } else { false } }
    },
    "less memory than ZB-V holds": { timeline, _ in
      guard let orders = try? Families.named("zb-v").orders(for: timeline.problem),
        let plain = try? Timeline(Schedule(problem: timeline.problem, orders: orders))
      else { return false }
      return zip(plain.peakMemory, timeline.problem.devices).contains { $0 > $1.capacity }
    },
    "less memory than a sequence holds": { timeline, _ in
      let problem = timeline.problem
      return problem.pieces > 1
        && problem.devices.indices.contains { device in
          let sequence = Double(problem.pieces) * problem.activationsOfOneMicrobatch[device]
          return problem.staticMemory[device] + sequence > problem.devices[device].capacity
        }
    },
    "pieces of sequences": { timeline, _ in timeline.problem.pieces > 1 },
    "a stage on several devices": { timeline, _ in timeline.problem.hosts.contains { $0.count > 1 } },
    "a route that skips or reorders stages": { timeline, _ in
      timeline.problem.microbatches.indices.contains {
        timeline.problem.route(of: Microbatch.ID($0)).visits.map(\.stage.index)
          != Array(0..<timeline.problem.stageCount)
      }
    },
    "a device without operations": { timeline, _ in timeline.orders.contains { $0.isEmpty } },
    "F of the last stage out of order": { timeline, _ in
      let last = timeline.problem.stageCount - 1
      return timeline.orders.contains { order in
        let order = order.filter { $0.kind == .forward && $0.stage.index == last }.map(\.microbatch)
        return order != order.sorted()
      }
    },
    "pairs that can never start together": { timeline, _ in
      guard let gain = try? timeline.problem.with(overlap: Overlap(forwardBackward: 1)) else { return false }
      return (try? Timeline(Schedule(problem: gain, orders: timeline.schedule.orders))) == nil
    },
    "neither one stage per device nor a loop": { timeline, _ in !timeline.problem.isLaidOut(as: .loop) },
    "several stages on the only device": { timeline, _ in
      timeline.problem.deviceCount == 1 && timeline.problem.stageCount > 1
    },
    "a loop with fewer microbatches than devices": { timeline, _ in
      timeline.problem.stageCount > timeline.problem.deviceCount && timeline.problem.hasFewMicrobatches
    },
    "fewer microbatches than devices": { timeline, _ in timeline.problem.hasFewMicrobatches },
    "microbatches that the devices do not divide": { timeline, _ in
      !timeline.problem.microbatchCount.isMultiple(of: timeline.problem.deviceCount)
    },
    "no V of two stages per device over several devices": { timeline, _ in
      timeline.problem.deviceCount == 1 || !timeline.problem.isV
    },
    "operations of a stage out of order": { timeline, _ in timeline.problem.isOutOfOrder(timeline.orders) },
    "overlapped pairs in the schedule": { timeline, _ in !timeline.schedule.orders.pairs.isEmpty },
    "a route that does not return": { timeline, _ in
      timeline.problem.microbatches.indices.contains { index in
        let visits = timeline.problem.route(of: Microbatch.ID(index)).visits
        let end = Route.Visit(stage: Stage.ID(timeline.problem.stageCount - 1), device: visits[0].device)
        return visits.count < 3 || visits[0].stage.index != 0 || visits.last != end
      }
    },
    "a device with other than one stage": { timeline, _ in
      timeline.problem.devices.indices.contains { device in
        timeline.problem.hosts.dropLast().count { $0.contains(Device.ID(device)) } != 1
      }
    },
    "unequal origins or devices": { timeline, _ in
      // The file has one number each for what is sent and held; equal devices hold alike.
      let problem = timeline.problem
      let origins = problem.hosts[0].map { origin in
        problem.microbatches.indices.count {
          problem.route(of: Microbatch.ID($0)).visits[0].device == origin
        }
      }
      return Set(origins).count > 1 || Set(problem.devices.map(\.memoryLimit)) != [nil]
    },
    "backward passes in parts": { timeline, _ in
      timeline.schedule.orders.operations.contains { $0.kind == .backwardWeight }
    },
    "a map that PyTorch has no name for": { timeline, _ in
      !timeline.problem.isLaidOut(as: .loop) && !timeline.problem.isV
    },
  ]
}

extension Timeline {
  var problem: Problem { schedule.problem }
  /// Device by device.
  fileprivate var orders: [ArraySlice<Operation>] {
    problem.devices.indices.map { schedule.orders[Device.ID($0)] }
  }
}

extension Problem {
  /// Whether some visit is fed by others than the one before it: told stage by stage, without `RouteLinks`.
  fileprivate var branches: Bool {
    routes.contains { route in
      let visited = route.visits.map(\.stage)
      return visited.indices.contains { position in
        guard let inputs = stages[visited[position].index].inputs else { return false }
        let fed = Set(inputs).intersection(visited)
        return fed != (position == 0 ? [] : [visited[position - 1]])
      }
    }
  }

  /// Whether stages are placed so, equally many on each device.
  fileprivate func isLaidOut(as placement: Placement) -> Bool {
    stageCount.isMultiple(of: deviceCount)
      && hosts == placement.hosts(stageCount: stageCount, deviceCount: deviceCount)
  }

  fileprivate var isV: Bool { stageCount == 2 * deviceCount && isLaidOut(as: .v) }

  fileprivate var hasFewMicrobatches: Bool { microbatchCount < deviceCount }

  /// Whether some stage does not run its microbatches in order, in `F`, in `B` and in `W`.
  fileprivate func isOutOfOrder(_ orders: [ArraySlice<Operation>]) -> Bool {
    let parts: [[Operation.Kind]] = [
      [.forward], [.backwardInput, .backward], [.backwardWeight, .backward],
    ]
    return orders.contains { order in
      stages.indices.contains { stage in
        parts.contains { kinds in
          let order = order.filter { $0.stage.index == stage && kinds.contains($0.kind) }.map(\.microbatch)
          return order != order.sorted()
        }
      }
    }
  }
}
