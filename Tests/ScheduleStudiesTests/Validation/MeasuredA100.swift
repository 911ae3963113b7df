import PipelineModel
import ScheduleFamilies
import ScheduleStudies

/// Eight measured runs of 1F1B on 8 A100 with 128 microbatches: stage times by CUDA events, and whole iterations.
///
/// Source: VocabularyParallelism, sail-sg at 6191c3b, artifact/exp_one_host.csv, methods base and redis. The timers leave out
/// what lies between operations and the optimizer, so that every prediction from them is too short.
struct MeasuredA100 {
  let name: String
  /// Of the iteration, in milliseconds.
  let measured: Double
  /// Per stage, in microseconds.
  let forward, backward: [Double]

  static let microbatches = 128

  static let all = [
    MeasuredA100(
      name: "base 256k 2k", measured: 11722.2,
      forward: [10572, 10591, 10475, 10725, 10360, 10444, 10381, 36818],
      backward: [25185, 21108, 20737, 21143, 20805, 21030, 20827, 52363]),
    MeasuredA100(
      name: "redis 128k 2k", measured: 6140.6,
      forward: [10696, 10629, 10572, 10612, 10444, 13674, 13660, 18708],
      backward: [23417, 21081, 20955, 21362, 20975, 27415, 27328, 26685]),
    MeasuredA100(
      name: "base 64k 2k", measured: 6409.5,
      forward: [10727, 10694, 10656, 10618, 10527, 10637, 10450, 17748],
      backward: [22614, 21304, 21212, 21117, 21227, 21450, 21016, 29803]),
    MeasuredA100(
      name: "redis 32k 2k", measured: 5508.7,
      forward: [10733, 10881, 10701, 10581, 10586, 10688, 10612, 14668],
      backward: [22002, 21472, 21194, 21311, 21249, 21508, 21289, 26045]),
    MeasuredA100(
      name: "redis 256k 4k", measured: 14900.5,
      forward: [24391, 23909, 23369, 30201, 29923, 30086, 30028, 52733],
      backward: [50764, 46045, 45464, 58007, 57927, 58110, 58271, 58574]),
    MeasuredA100(
      name: "base 128k 4k", measured: 16932.2,
      forward: [24234, 23606, 23381, 23389, 23356, 23545, 23397, 50855],
      backward: [48131, 45522, 45045, 45316, 45557, 45624, 45351, 77239]),
    MeasuredA100(
      name: "redis 64k 4k", measured: 12151.5,
      forward: [24488, 23783, 23836, 23906, 23586, 23922, 30213, 31623],
      backward: [48235, 45992, 46252, 46482, 45867, 46311, 60048, 51291]),
    MeasuredA100(
      name: "base 32k 4k", measured: 11825.4,
      forward: [24399, 24190, 23903, 23922, 23628, 23788, 23607, 31613],
      backward: [47648, 46570, 46361, 46502, 46310, 46298, 46179, 56466]),
  ]

  /// The run, in microseconds.
  func run(isHeldOut: Bool) throws -> ValidationRun {
    let problem = try Problem(
      name: name, units: Units(time: "us"), devices: Array(repeating: Device(), count: forward.count),
      stages: zip(forward, backward).map { Stage(forward: $0, backward: .whole($1)) },
      microbatches: Array(repeating: Microbatch(), count: Self.microbatches))
    return try ValidationRun(
      name: name, schedule: Families.named("1f1b").measuredSchedule(for: problem), measured: measured * 1000,
      isHeldOut: isHeldOut)
  }
}
