import PipelineModel
import ScheduleFamilies
import TestSupport
import Testing
import Timeline

@testable import ScheduleFormats

@Suite("The problem that a compute_only CSV implies")
struct TorchCSVProblemTests {
  private func problem(_ text: String) throws -> Problem {
    try #require(try TorchCSV().impliedProblem(of: Array(text.utf8), file: "s.csv"))
  }

  @Test("a V, a loop, one stage per rank and any other map are recognised")
  func maps() throws {
    let v = try problem("0F0,3F0,3B0,0B0\n1F0,2F0,2B0,1B0\n")
    #expect(v.placement == .v && v.deviceCount == 2 && v.stageCount == 4 && v.microbatchCount == 1)
    #expect(try problem("0F0,2F0,2B0,0B0\n1F0,3F0,3B0,1B0\n").placement == .loop)
    #expect(try problem("0F0,0F1,0B0,0B1\n1F0,1B0,1F1,1B1\n").placement == .sequential)
    #expect(
      try problem("1F0,1B0\n0F0,0B0\n").placement == .explicit([[Device.ID(1)], [Device.ID(0)]]))
  }

  @Test("every F, I and W takes 1, a B both; I without W is a pass of frozen weights")
  func costs() throws {
    let split = Stage.Backward.split(input: 1, weight: 1)
    #expect(try problem("0F0,0B0\n1F0,1I0,1W0\n").stages.map(\.backward) == [split, split])
    #expect(try problem("0F0,0I0\n1F0,1B0\n").stages.map(\.backward) == [.input(1), split])
    #expect(try problem("0F0,0B0\n1F0,1B0\n").stages.map(\.forward) == [1, 1])
  }

  @Test("what is written of a problem of unit costs implies it", arguments: ["zb-v", "interleaved", "1f1b"])
  func roundTrip(name: String) throws {
    let family = try Families.named(name)
    let problem = try family.layout.arranging(
      .uniform(devices: 4, microbatches: 8, forward: 2, backwardInput: 2, backwardWeight: 2), parts: 1)
    let timeline = try Timeline(Schedule(problem: problem, orders: family.orders(for: problem)))
    let bytes = try TorchCSV().encode(timeline)
    let implied = try #require(try TorchCSV().impliedProblem(of: bytes, file: "s.csv"))
    #expect(implied.hosts == problem.hosts && implied.microbatchCount == 8)
    #expect(implied.placement == problem.placement)
    #expect(try TorchCSV().decode(bytes, file: "s.csv", for: implied) == timeline.schedule.orders)
  }

  @Test(
    "what implies no problem is refused",
    arguments: [
      (
        "0F0,0B0\n0F1,0B1\n",
        "s.csv:2:1: ranks[1].cells[0]: expected every stage on one rank, found stage 0 on rank 0 and on 1"
      ),
      ("0F0,0B0\n2F0,2B0\n", "s.csv: ranks: expected an action of stage 1, found none"),
      ("0F999999999,0B0\n", "s.csv: microbatches: expected a count from 1 to 65536, found 1000000000"),
      ("999999999F0\n", "s.csv: ranks: expected an action of stage 0, found none"),
      ("", "s.csv: expected a row for each rank, found none"),
    ])
  func refused(text: String, message: String) {
    let failure = #expect(throws: FormatError.self) { try problem(text) }
    #expect(failure?.description == message)
  }
}
