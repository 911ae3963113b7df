import PipelineModel
import ScheduleFamilies
import ScheduleStudies

/// Runs on one device, F 4 and BW 6 long: m microbatches take 10 m, with a gap g 10 m + (2 m - 1) g, with a step s more.
enum SingleDevice {
  static func run(
    microbatches: Int, measured: Double, isHeldOut: Bool = false, gap: Gap = .none, step: Double = 0
  ) throws -> ValidationRun {
    let problem = try Problem(
      Instance(
        devices: [Device(optimizerStep: step)], stages: [Stage(forward: 4, backward: .whole(6))],
        microbatches: Array(repeating: Microbatch(), count: microbatches), gap: gap))
    return try ValidationRun(
      name: "\(microbatches)", schedule: Families.named("1f1b").measuredSchedule(for: problem),
      measured: measured, isHeldOut: isHeldOut)
  }

  /// What such a run takes.
  static func time(microbatches: Int, gap: Double = 0, step: Double = 0) -> Double {
    10 * Double(microbatches) + Double(2 * microbatches - 1) * gap + step
  }
}
