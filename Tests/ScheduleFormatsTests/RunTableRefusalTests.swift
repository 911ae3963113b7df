import PipelineModel
import TestSupport
import Testing

@testable import ScheduleFormats

@Suite("Bad tables of runs get one clear error")
struct RunTableRefusalTests {
  private static let good = """
    run,devices,microbatches,measured_ms,forward_us_0,backward_us_0,forward_us_1,backward_us_1
    first,2,4,0.25,10,20,11,21
    second,2,8,0.5,10,20,11,22
    """

  private func refusal(_ text: String) -> String? {
    do throws(FormatError) {
      _ = try RunTable(Array(text.utf8), file: "r.csv")
      return nil
    } catch {
      return error.description
    }
  }

  @Test("the text that the others change is good")
  func sound() { #expect(refusal(Self.good) == nil) }

  private static let titles: [(part: String, replacement: String, message: String)] = [
    (
      "forward_us_1", "forward_xs_1",
      "r.csv:1: forward_xs_1: expected a unit of time (ns, us, ms, s), found \"xs\""
    ),
    (
      "measured_ms", "measured_min",
      "r.csv:1: measured_min: expected a unit of time (ns, us, ms, s), found \"min\""
    ),
    (
      "forward_us_1", "forward_1",
      "r.csv:1: forward_1: expected a unit in all titles of times, or in none, found none"
    ),
    (
      "forward_us_1", "forward_0_us",
      "r.csv:1: forward_0_us: expected one column for this, found \"forward_us_0\" besides"
    ),
    (
      "forward_us_1", "forward_us_0",
      "r.csv:1: forward_us_0: expected each column once, found it as columns 5 and 7"
    ),
    (
      "forward_us_1", "forward_us_2",
      "r.csv:1: forward_us_2: expected a column forward_1 before it, found none"
    ),
    ("backward_us_1", "weight_us_1", "r.csv:1: expected a column backward_1, found none"),
    ("forward_us_0", "label", "r.csv:1: expected columns forward_0, forward_1, ..., found none"),
    ("run,", "name,", "r.csv:1: expected a column \"run\", found none"),
    ("microbatches", "batches", "r.csv:1: expected a column \"microbatches\", found none"),
    (
      "forward_us_1", "forward_us_99999999999",
      "r.csv:1: forward_us_99999999999: expected a stage below 65536, found 99999999999"
    ),
  ]

  @Test("titles", arguments: titles)
  func title(part: String, replacement: String, message: String) {
    #expect(refusal(Self.good.with(part, replacement)) == message)
  }

  private static let cells: [(part: String, replacement: String, message: String)] = [
    (",11,21", ",,21", "r.csv:2: forward_us_1: expected a value, found an empty cell"),
    (",11,21", ",11,", "r.csv:2: backward_us_1: expected a value, found an empty cell"),
    (",11,21", ",11", "r.csv:2: expected 8 cells, as in the header, found 7"),
    (",11,21", ",11,21,", "r.csv:2: expected 8 cells, as in the header, found 9"),
    (",11,21", ",,", "r.csv:2: devices: expected at most 1 devices, as the row has so many stages, found 2"),
    ("first", "", "r.csv:2: run: expected a value, found an empty cell"),
    ("second", "first", "r.csv:3: run: expected each run once, found \"first\" on line 2, too"),
    ("0.25", "0", "r.csv:2: measured_ms: expected a time above 0, found 0"),
    ("0.25", "-1", "r.csv:2: measured_ms: expected a number from 0 to 1e15, found -1000"),
    ("0.25", "nan", "r.csv:2: measured_ms: expected a finite number, found nan"),
    ("0.25", "-inf", "r.csv:2: measured_ms: expected a finite number, found -inf"),
    ("0.25", "1e999", "r.csv:2: measured_ms: expected a finite number, found 1e999"),
    ("0.25", "0x10", "r.csv:2: measured_ms: expected a number, found \"0x10\""),
    ("0.25", "1.2.3", "r.csv:2: measured_ms: expected a number, found \"1.2.3\""),
    (
      "0.25", "1e-9223372036854775808",
      "r.csv:2: measured_ms: expected a number, found \"1e-9223372036854775808\""
    ),
    ("0.25", "fast", "r.csv:2: measured_ms: expected a number, found \"fast\""),
    (
      "0.25", "\"0.25",
      "r.csv:2: expected a cell between two quotation marks, found other text beside them, or no second one"
    ),
    ("2,8,", "2,8.5,", "r.csv:3: microbatches: expected a whole number, found \"8.5\""),
    ("2,8,", "2,1e300,", "r.csv:3: microbatches: expected a whole number, found \"1e300\""),
    ("2,8,", "2,0,", "r.csv:3: microbatches: expected a count from 1 to 65536, found 0"),
    ("2,8,", "0,8,", "r.csv:3: devices: expected a count from 1 to 65536, found 0"),
  ]

  @Test("cells", arguments: cells)
  func cell(part: String, replacement: String, message: String) {
    #expect(refusal(Self.good.with(part, replacement)) == message)
  }

  @Test("tables without runs, and bytes that are no text")
  func nothing() {
    #expect(refusal("") == "r.csv: expected a header and a row for each run, found nothing")
    #expect(refusal("\n\n") == "r.csv: expected a header and a row for each run, found nothing")
    let header = Self.good.prefix { $0 != "\n" }
    #expect(refusal("\(header)\n") == "r.csv: expected a row for each run below the header, found none")
    let failure = #expect(throws: FormatError.self) { try RunTable([0x72, 0xFF, 0xFE], file: "r.csv") }
    #expect(failure?.reason == .notUTF8)
  }

  @Test("runs that would take all memory are refused before they do")
  func tooMany() {
    let rows = (0..<70).map { "r\($0),65536,1,1\n" }.joined()
    #expect(
      refusal("run,microbatches,forward_0,backward_0\n" + rows)
        == "r.csv:66: microbatches: expected at most 4194304 visits of stages in all runs together, found 4259840"
    )
  }

  @Test("damaged tables are read or get one error in one line", arguments: 0..<10)
  func damaged(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed) + 900)
    for _ in 0..<100 {
      let bytes = TextMutator.mutate(Array(Self.good.utf8), using: &generator)
      do throws(FormatError) {
        let table = try RunTable(bytes, file: "r.csv")
        #expect(!table.runs.isEmpty && table.runs.allSatisfy { ($0.measured ?? 1) > 0 })
        _ = try? table.fileNames(file: "r.csv")
      } catch {
        #expect(error.description.hasPrefix("r.csv:") && !error.description.contains("\n"))
      }
    }
  }
}
