import ArgumentParser
import PipelineModel
import ScheduleFamilies
import ScheduleFormats
import ScheduleSearch
import Timeline

/// `pipeloom generate FAMILY PROBLEM`: a hand-made schedule.
struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Writes the schedule of a named family for a problem.",
    discussion: """
      Examples:
        pipeloom generate zb-h1 zero-bubble-1.5b -o schedule.json
        pipeloom generate 1f1b --devices 4 --microbatches 8 --forward 1 --backward-input 2
      """)

  @Argument(help: "The family; 'pipeloom families' lists them.")
  var family: String

  @OptionGroup
  var problem: ProblemOptions

  @OptionGroup
  var output: ScheduleOutput

  func run() throws {
    let family = try Families.named(family)
    let problem = try problem.resolve()
    let words = try family.words(for: problem)
    let timeline = try Timeline(Schedule(problem: problem, words: words))
    try Self.checkMemory(of: timeline, family: family)
    let generator = ScheduleFile.Generator(
      command: "generate", family: family.name, version: Pipeloom.version)
    try output.write(timeline, title: family.title, generator: generator)
  }

  /// A family does not bend to a limit: where it does not fit, nothing is written.
  private static func checkMemory(of timeline: Timeline, family: any Family) throws {
    let problem = timeline.schedule.problem
    for (index, peak) in timeline.peakMemory.enumerated() {
      let device = problem.devices[index]
      guard let limit = device.memoryLimit, peak > device.capacity else { continue }
      throw FamilyError.exceedsMemoryLimit(
        family: family.title, device: Device.ID(index), peak: peak, limit: limit)
    }
  }
}
