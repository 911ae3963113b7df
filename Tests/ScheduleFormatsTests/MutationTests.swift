import PipelineModel
import TestSupport
import Testing

@testable import ScheduleFormats

@Suite("Damaged files decode or get one error, and never crash")
struct MutationTests {
  /// Checks an outcome: a value that is written and read again, or an error in one line about the file.
  private func check(_ error: FormatError) {
    #expect(error.file == "damaged")
    #expect(!error.description.contains("\n"))
    #expect(error.description.hasPrefix("damaged:"))
  }

  @Test("schedules", arguments: 0..<15)
  func schedules(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed) + 50)
    let bytes = try generator.file().encode()
    for _ in 0..<100 {
      let damaged = TextMutator.mutate(bytes, using: &generator)
      do throws(FormatError) {
        let file = try ScheduleFile.decode(damaged, file: "damaged")
        let again = try file.encode()
        #expect(try ScheduleFile.decode(again, file: "again") == file)
      } catch {
        check(error)
      }
    }
  }

  @Test("problems in YAML", arguments: 0..<15)
  func yaml(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed) + 500)
    for _ in 0..<100 {
      let damaged = TextMutator.mutate(Array(smallProblem.utf8), using: &generator)
      do throws(FormatError) {
        let problem = try ProblemFile.decode(damaged, file: "damaged")
        let again = ProblemFile.encode(problem)
        #expect(try ProblemFile.decode(again, file: "again") == problem)
      } catch {
        check(error)
      }
    }
  }

  @Test("truncated at any byte, a schedule is refused")
  func truncated() {
    let bytes = Array(smallSchedule.utf8)
    for count in bytes.indices {
      #expect(throws: FormatError.self) {
        try ScheduleFile.decode(Array(bytes.prefix(count)), file: "damaged")
      }
    }
  }
}
