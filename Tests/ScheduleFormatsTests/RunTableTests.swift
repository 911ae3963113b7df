import PipelineModel
import TestSupport
import Testing

@testable import ScheduleFormats

@Suite("Tables of measured runs")
struct RunTableTests {
  private func table(_ text: String) throws -> RunTable { try RunTable(Array(text.utf8), file: "runs.csv") }

  @Test("a row is a problem: whole backward passes, units from titles, labels kept")
  func wholeBackward() throws {
    let table = try table(
      """
      run,split,microbatches,measured_ms,forward_us_0,backward_0_us,forward_1_us,backward_us_1
      first,shown,4,0.25,10.5,20,11,21.25
      second,holdout,8,1e3,1,2,3,4
      """)
    #expect(table.unit == .microseconds && table.measuredUnit == .milliseconds)
    #expect(table.runs.map(\.name) == ["first", "second"] && table.runs.map(\.line) == [2, 3])
    #expect(table.runs.map(\.measured) == [250, 1_000_000])
    let problem = table.runs[0].problem
    #expect(problem.name == "first" && problem.units.time == "us" && problem.microbatchCount == 4)
    #expect(problem.stages.map(\.forward) == [10.5, 11])
    #expect(problem.stages.map(\.backward) == [.whole(20), .whole(21.25)])
    #expect(problem.deviceCount == 2 && problem.placement == .sequential)
    #expect(problem.source == "runs.csv, line 2: measured 0.25 ms, split shown")
    #expect(table.text(of: table.runs[1], in: "split") == "holdout")
    #expect(table.text(of: table.runs[1], in: "Split") == nil)
  }

  @Test("beside a weight column, backward is the pass for the input; more stages than devices are a loop")
  func splitLoop() throws {
    let titles = (0..<4).map { "forward_ns_\($0),backward_ns_\($0),weight_ns_\($0)" }.joined(separator: ",")
    let table = try table(
      "run,schedule,devices,microbatches,\(titles)\nr,interleaved,2,4,1,2,3,4,5,6,7,8,9,10,11,12\n")
    let run = table.runs[0]
    #expect(run.schedule == "interleaved" && run.measured == nil && table.measuredUnit == nil)
    #expect(run.problem.deviceCount == 2 && run.problem.placement == .loop)
    #expect(
      run.problem.stages.map(\.backward) == [
        .split(input: 2, weight: 3), .split(input: 5, weight: 6), .split(input: 8, weight: 9),
        .split(input: 11, weight: 12),
      ])
  }

  @Test("times in other units than the first stage's are the decimal numbers that they would be there")
  func units() throws {
    // 0.1 s is 1e5 us exactly, 3 ns is the double nearest to 0.003 us, and 2.3 ms is 2300 us.
    let table = try table(
      "run,microbatches,measured_s,forward_us_0,backward_ns_0,forward_ms_1,backward_us_1\nr,1,0.1,7,3,2.3,7e-1\n"
    )
    #expect(table.runs[0].measured == 100_000)
    #expect(table.runs[0].problem.stages.map(\.forward) == [7, 2300])
    #expect(table.runs[0].problem.stages.map(\.backward) == [.whole(0.003), .whole(0.7)])
    #expect(TimeUnit.microseconds.convert(2300, to: .milliseconds) == 2.3)
    #expect(TimeUnit.seconds.convert(0.1, to: .nanoseconds) == 1e8)
  }

  @Test("without units time is abstract; quoted cells, blanks, empty lines and a byte-order mark are read")
  func dialects() throws {
    let table = try table(
      "\u{FEFF}run, note ,microbatches,forward_0,backward_0\r\n\r\n"
        + "\"a, \"\"b\"\"\",\"two\nlines\", 3 ,1, 2\r\n\"c\",,4,\"5\",6")
    #expect(table.unit == nil && table.runs.map(\.problem.units.time) == ["", ""])
    #expect(table.runs.map(\.name) == ["a, \"b\"", "c"])
    #expect(table.runs.map(\.line) == [3, 5])
    #expect(table.runs.map(\.problem.microbatchCount) == [3, 4])
    #expect(table.columns == ["run", "note", "microbatches", "forward_0", "backward_0"])
    #expect(table.runs.map(\.problem.source) == ["runs.csv, line 3: note two lines", "runs.csv, line 5"])
  }

  @Test("a shorter pipeline leaves the cells of the other stages empty")
  func shorter() throws {
    let table = try table(
      "run,microbatches,forward_0,backward_0,forward_1,backward_1\nlong,2,1,2,3,4\nshort,2,1,2,,\n")
    #expect(table.runs.map(\.problem.stageCount) == [2, 1])
    #expect(table.runs.map(\.problem.deviceCount) == [2, 1])
  }

  @Test("files are named as runs, without what not all file systems take; twins are refused")
  func fileNames() throws {
    func names(_ runs: [String]) throws -> [String] {
      let rows = runs.map { "\"\($0)\",1,1,1\n" }.joined()
      return try table("run,microbatches,forward_0,backward_0\n" + rows).fileNames(file: "runs.csv")
    }
    #expect(
      try names(["a b", "../x", ".hidden", "größe_1.5-B", "c:d*e?"]) == [
        "a-b", "-.-x", "-hidden", "größe_1.5-B", "c-d-e-",
      ])
    let twins = #expect(throws: FormatError.self) { try names(["A/b", "a b"]) }
    #expect(
      twins?.description
        == "runs.csv:3: run: expected names that make different files, found \"a b\", and \"A/b\" on line 2, "
        + "for one file")
    let long = #expect(throws: FormatError.self) { try names([String(repeating: "x", count: 201)]) }
    #expect(long?.description.contains("at most 200 bytes") == true)
  }
}
