import ArgumentParser
import PipelineModel
import ScheduleFormats
import ScheduleStudies
import Timeline

/// Where commands that make a schedule put it, and how they report it.
struct ScheduleOutput: ParsableArguments {
  @Option(
    name: [.short, .customLong("output")],
    help: ArgumentHelp(
      "Write the schedule to this file; '-' for standard output, instead of the report.", valueName: "file"))
  var output: FilePath?

  @Flag(help: "Print the report as JSON.")
  var json = false

  /// Writes the schedule file, where one is asked for, and then the report.
  ///
  /// - Parameters:
  ///   - scenarios: what it takes under scenarios, where somebody asks.
  ///   - proof: the bound to certify the schedule with; a bound on the makespan if left out.
  ///   - slopePerMicrobatch: what each further microbatch adds, where a search repeated a stretch of the orders.
  ///   - partition: what a search for a partition found besides.
  ///   - isExplained: whether the report says what devices wait for.
  ///   - repair: what it costs after something broke, where it did.
  ///   - communication: what is proved of its sends and receives, where they are its own.
  ///   - notes: what else there is to say, one line each, at the end of the report for people.
  /// - Throws: `Failure` or `FormatError`; without a written file there is no report. A certificate that cannot hold
  ///   fails last, with everything else written.
  func write(
    _ timeline: Timeline, title: String, generator: ScheduleFile.Generator, proof: Proof? = nil,
    slopePerMicrobatch: Double? = nil, partition: PartitionedSchedule? = nil,
    placements: [PlacementLine] = [], scenarios: ScenarioReport? = nil, isExplained: Bool = false,
    communication: CommunicationReport? = nil,
    repair: RepairReport? = nil, notes: [String] = []
  ) throws {
    let proof = proof ?? Proof(for: timeline)
    if let output {
      let record = timeline.record(certificate: proof.valid)
      let file = ScheduleFile(generator: generator, record: record)
      try OutputFile(path: output).write(file.encode())
    }
    if output?.isStandardStream != true {
      let report = ScheduleReport(
        title: title, timeline: timeline, proof: proof, slopePerMicrobatch: slopePerMicrobatch,
        partition: partition, placements: placements, scenarios: scenarios,
        idle: isExplained ? IdleReport(timeline) : nil, communication: communication, repair: repair)
      let remarks = notes.map { "  \($0)\n" as TerminalText }.joined()
      try StandardOutput.write(json ? MachineReport.json(report) : report.text + remarks + written)
    }
    if let defect = proof.defect(of: timeline.schedule.problem) { throw defect }
  }

  /// The line that says where the file is.
  var written: TerminalText { output.map { "  Written to \($0.text)\n" } ?? "" }
}
