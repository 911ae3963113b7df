import PipelineModel
import TestSupport
import Testing

@testable import ScheduleFormats

@Suite("Damaged files decode or get one error, and never crash")
struct MutationTests {
  private let inserted =
    Array("{}[]\",:\\-+.e0159 \n\t#&*?!|>%@`'~<nulltrue\u{0}\u{7F}é".utf8) + [0xFF, 0xC3, 0xED]

  private func mutate(_ bytes: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
    var bytes = bytes
    if Int.random(in: 0..<8, using: &generator) == 0 {
      return Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &generator)))
    }
    for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
      let place = Int.random(in: 0..<bytes.count, using: &generator)
      let byte = inserted.randomElement(using: &generator) ?? 0
      switch Int.random(in: 0..<4, using: &generator) {
      case 0: bytes[place] = byte
      case 1: bytes.insert(byte, at: place)
      case 2: bytes.remove(at: place)
      default:
        let end = min(bytes.count, place + Int.random(in: 1...30, using: &generator))
        bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0...bytes.count, using: &generator))
      }
    }
    return bytes
  }

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
      let damaged = mutate(bytes, &generator)
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
      let damaged = mutate(Array(smallProblem.utf8), &generator)
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
