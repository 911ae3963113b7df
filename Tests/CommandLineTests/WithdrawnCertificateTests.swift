import PipelineModel
import ScheduleFormats
import ScheduleSearch
import ScheduleStudies
import TestSupport
import Testing
import Timeline

@testable import pipeloom

/// A bound above the value of a schedule is a defect of the program: no input is known to lead to one, so a search is
/// given a bound that cannot hold.
@Suite("Withdrawn certificates")
struct WithdrawnCertificateTests {
  private let timeline: Timeline
  private let proof: Proof

  init() throws {
    let problem = try Problem.uniform(devices: 2, microbatches: 4)
    let result = Search(problem, options: SearchOptions(iterations: 0), lowerBound: 99).run()
    timeline = try Timeline(Schedule(problem: problem, orders: result.orders))
    proof = Proof(result)
  }

  @Test("leave no bound in the file, which passes the checker otherwise")
  func file() throws {
    let file = ScheduleFile(record: timeline.record(certificate: proof.valid))
    let text = String(decoding: try file.encode(), as: UTF8.self)
    #expect(text.contains("makespan"))
    #expect(!text.contains("lowerBound") && !text.contains("optimal") && !text.contains("gap"))
    let workspace = try Workspace()
    try workspace.write(text, to: "s.json")
    try workspace.pipeloom("check", "s.json").expectSuccess()
  }

  @Test("leave no bound in the report, for people and machines")
  func report() throws {
    let report = ScheduleReport(title: "Search", timeline: timeline, proof: proof)
    #expect(report.text.string.contains("makespan"))
    #expect(!report.text.string.contains("ound") && !report.text.string.contains("gap"))
    #expect(try !MachineReport.json(report).string.contains("lowerBound"))
    let line = ComparisonLine(title: "Search", timeline: timeline, proof: proof)
    #expect(line.summary.gap == nil)
    #expect(throws: Failure.self) { try [line].checkCertificates() }
  }

  @Test("end in one line that names problem, value and bound, with exit status 70")
  func failure() throws {
    let failure = try #require(proof.defect(of: timeline.schedule.problem.named("tiny")))
    #expect(failure.status.rawValue == Status.defect)
    for text in ["tiny", "makespan of 13", "lower bound of 99"] { #expect(failure.message.contains(text)) }
    #expect(!failure.message.contains("\n"))
  }
}

extension Problem {
  fileprivate func named(_ name: String) throws -> Problem {
    try Problem(name: name, devices: devices, stages: stages, microbatches: microbatches)
  }
}
