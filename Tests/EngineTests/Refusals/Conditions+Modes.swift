import PipelineModel
import ScheduleFamilies
import Timeline

/// What docs/refusals.md names of modes.
extension Conditions {
  static let modes: [String: @Sendable (Timeline, (any Family)?) -> Bool] = [
    "an R of a stage": { timeline, _ in timeline.problem.told.joined().contains { $0.recomputesAhead } },
    "a stage that offloads": { timeline, _ in timeline.problem.told.joined().contains { $0.offloads } },
    "a stage that recomputes or offloads": { timeline, _ in
      timeline.problem.told.joined().contains { $0 != ToldMode() }
    },
    "a stage of unknown layers that recomputes within its backward pass": { timeline, _ in
      // No random problem names layers.
      timeline.problem.told.joined().contains { $0.recomputesWithin }
    },
    "a stage that offloads beside one that recomputes": { timeline, _ in
      let told = timeline.problem.told.joined()
      return told.contains { $0.offloads } && told.contains { $0.recomputesWithin }
    },
    "an offload of unnamed modules": { timeline, _ in timeline.problem.told.joined().contains { $0.offloads }
    },
    "microbatches that save memory unequally on a stage": { timeline, _ in
      timeline.problem.told.contains { Set($0).count > 1 }
    },
    "stages that recompute or offload unequally": { timeline, _ in
      Set(timeline.problem.told.joined()).count > 1
    },
    "stages that offload unequally": { timeline, _ in
      Set(timeline.problem.told.joined().map(\.offloads)).count > 1
    },
    "stages that recompute unequally": { timeline, _ in
      Set(timeline.problem.told.joined().map { [$0.recomputesAhead, $0.recomputesWithin] }).count > 1
    },
  ]
}

/// What a mode without modules tells a framework.
private struct ToldMode: Hashable {
  var recomputesAhead = false
  /// Other modes of a stage are taken to compute again what they hold less of than the stage itself.
  var recomputesWithin = false
  var offloads = false
}

extension Problem {
  /// Stage by stage, that of every microbatch.
  fileprivate var told: [[ToldMode]] {
    stages.indices.map { index in
      microbatches.indices.map { microbatch in
        let (stage, number) = (stages[index], modes[Stage.ID(index), Microbatch.ID(microbatch)])
        let run = self.stage(Stage.ID(index), of: Microbatch.ID(microbatch))
        let holdsLess =
          run.activationForB < stage.activationForB
          || (run.checkpoint ?? run.activationForB) < (stage.checkpoint ?? stage.activationForB)
        return ToldMode(
          recomputesAhead: run.recompute != nil,
          recomputesWithin: number > 0 && run.recompute == nil && holdsLess,
          offloads: run.offload > 0)
      }
    }
  }
}
