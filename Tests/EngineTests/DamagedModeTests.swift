import PipelineModel
import ScheduleChecker
import ScheduleFormats
import TestSupport
import Testing
import Timeline

@Suite("Damaged schedules with modes")
struct DamagedModeTests {
  @Test("are refused, or checked and timed alike")
  func damaged() throws {
    let sound = try ScheduleFile.decode(Array(ModeSample.schedule.utf8), file: "s.json").record.schedule
    let timed = try ScheduleFile(record: Timeline(sound).record()).encode()
    var random = SeededGenerator(seed: 140)
    var (read, timedAgain) = (0, 0)
    for seed in 0..<1500 {
      let text = seed.isMultiple(of: 2) ? Array(ModeSample.schedule.utf8) : timed
      let damaged = TextMutator.mutate(text, using: &random)
      guard let file = try? ScheduleFile.decode(damaged, file: "s.json") else { continue }
      read += 1
      let again = try ScheduleFile.decode(file.encode(), file: "s.json")
      #expect(again == file)
      let violations = ScheduleChecker(file.record).violations()
      guard let timeline = try? Timeline(file.record.schedule) else {
        #expect(!violations.isEmpty, "\(String(decoding: damaged, as: UTF8.self))")
        continue
      }
      timedAgain += 1
      let found = ScheduleChecker(timeline.record()).violations().filter {
        switch $0.kind {
        case .overMemoryLimit, .manyModes, .manyModeNames: false
        default: true
        }
      }
      #expect(found == [], "\(String(decoding: damaged, as: UTF8.self))")
    }
    #expect(read > 100 && timedAgain > 50)
  }
}
