import ArgumentParser
import PipelineModel
import ScheduleFormats
import ScheduleSearch
import ScheduleStudies

/// `pipeloom repair SCHEDULE --lost-device 5 -o FILE`: the schedule after a failure, and what it costs.
struct RepairCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repair",
    abstract:
      "Finds the schedule after a device or a link is lost or has become slow, and tells what it costs.",
    discussion: """
      Visits whose device is gone move to the other hosts of their stages, as few as can be and to those with least to \
      do; orders start from the old ones and are searched on. Visits of slow devices, and ways over slow links, move \
      where that is shorter. The routes are then those of the schedule, and the bound is one on all orders along them.

      Where each stage has one host, --replicas says how many such pipelines run side by side, with the same stages: \
      devices D, ..., 2D - 1 are the second one's. Or --remap cuts the layers anew over the devices that are left, \
      where the problem has layers; devices are then numbered anew.

      Examples:
        pipeloom repair schedule.json --lost-device 5 --replicas 2 -o repaired.json
        pipeloom repair schedule.json --slow-device 4=0.8 --time-limit 10 -o repaired.json
        pipeloom repair schedule.json --lost-device 3 --remap -o repaired.json
      """)

  private static let replicasFlag = CountFlag(name: "--replicas", range: 1...1024)

  @Argument(help: "The schedule file; '-' for standard input.")
  var schedule: FilePath

  @OptionGroup
  var broken: BreakageFlags

  @Option(
    help: replicasFlag.help("How many such pipelines run side by side; breakages count all their devices."))
  var replicas = 1

  @Flag(help: "Cut the layers anew over the devices that are left.")
  var remap = false

  @OptionGroup
  var options: SearchFlags

  @OptionGroup
  var output: ScheduleOutput

  func validate() throws {
    try Self.replicasFlag.check(replicas)
    if remap, replicas > 1 {
      throw ValidationError("--remap: replicas keep the stages as they are; leave --remap or --replicas out")
    }
    if options.scenarios != nil {
      throw ValidationError("--scenarios: repair first with -o, then search the result under scenarios")
    }
  }

  func run() throws {
    let input = try ScheduleInput(schedule)
    let old = input.file.record.schedule
    try MemoryForecast.check(
      .searching(threads: options.threads ?? 1), operations: replicas * old.orders.operations.count,
      in: schedule)
    try output.output.map { OutputFile(path: $0) }?.checkFolder()
    try Interrupt().during { deadline in
      let repair: Repair
      do {
        repair = try ProgressLine.during(unit: old.problem.units.time) { line in
          try options.plan.repair(
            old, after: broken.breakages, replicas: replicas, remaps: remap, until: deadline
          ) { line.show($0) }
        }
      } catch let refusal as RepairRefusal {
        throw Failure(.badInput, "\(schedule.inputName): \(refusal)")
      }
      let report = RepairReport(repair)
      try output.write(
        repair.after.timeline, title: "Repair",
        generator: ScheduleFile.Generator(command: "repair", version: Pipeloom.version),
        proof: repair.after.proof, slopePerMicrobatch: repair.after.slopePerMicrobatch,
        partition: repair.partition, repair: report, notes: report.lines)
    }
  }
}
