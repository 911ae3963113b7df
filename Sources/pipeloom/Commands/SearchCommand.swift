import ArgumentParser
import PipelineModel
import ScheduleFamilies
import ScheduleFormats
import ScheduleSearch
import Timeline

/// `pipeloom search PROBLEM`: the best schedule that can be found, and how far from the best possible it is.
struct SearchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search",
    abstract: "Finds the shortest schedule within the memory limits, with a proof of how good it is.",
    discussion: """
      Starts from every named family that fits, improves on them until the lower bound is met or the time is \
      up, and certifies the rest. Ctrl-C ends the search with the best schedule so far.

      Examples:
        pipeloom search profile.yaml -o best.json
        pipeloom search zero-bubble-1.5b --memory-limit 0.75x --objective period --time-limit 10
      """)

  @OptionGroup
  var problem: ProblemOptions

  @OptionGroup
  var options: SearchFlags

  @OptionGroup
  var output: ScheduleOutput

  func run() throws {
    let problem = try problem.resolve()
    let result = options.search(problem)
    let timeline = try Timeline(Schedule(problem: problem, words: result.words))
    let generator = ScheduleFile.Generator(command: "search", family: nil, version: Pipeloom.version)
    let bound = LowerBound.best(for: problem, objective: options.objective, until: result.value)
    try output.write(
      timeline, title: "Search", generator: generator,
      proof: Proof(bound, objective: options.objective, value: result.value))
  }
}
