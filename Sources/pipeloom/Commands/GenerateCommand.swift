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
        pipeloom generate zb-v zero-bubble-1.5b --chunks 2
        pipeloom generate dualpipe uniform-8x24 --placement bidirectional --overlap 0.9
      """)

  @Argument(help: "The family; 'pipeloom families' lists them.")
  var family: String

  @OptionGroup
  var problem: ProblemOptions

  @OptionGroup
  var parameters: FamilyFlags

  @OptionGroup
  var output: ScheduleOutput

  @OptionGroup
  var sweep: SweepResultFlag

  func validate() throws { try sweep.check(output) }

  func run() throws { try sweep.record(in: output, generate) }

  private func generate() throws {
    let family = try Families.named(family)
    let file = problem.problem
    let problem = try problem.resolve(chunksPlaced: family.layout.arrangement)
    try MemoryForecast.check(.timing, operations: problem.operationCount, in: file)
    let orders = try family.orders(for: problem, parameters: parameters.parameters(of: family))
    let timeline = try Timeline(Schedule(problem: problem, orders: orders))
    try family.checkMemory(of: timeline)
    let generator = ScheduleFile.Generator(
      command: "generate", family: family.name, groupSize: parameters.groupSize, version: Pipeloom.version)
    try output.write(timeline, title: family.title, generator: generator)
  }
}
