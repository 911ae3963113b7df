import Measurement
import PipelineModel
import ScheduleChecker
import ScheduleFamilies
import ScheduleFormats
import Timeline

/// What the library makes of one file: it is read, and then timed, checked, written and read again, or it is refused
/// by an error. A promise that is broken stops the program, as a trap does.
struct Trial {
  enum Outcome: CaseIterable { case read, refused }

  /// The problems that files of PyTorch are read for.
  let problems: [Problem]

  /// More visits are read and written but not scheduled, which would take long.
  private static let mostVisits = 2000

  func run(_ input: FuzzInput) -> Outcome {
    do {
      switch input.format {
      case .problem: try readProblem(input.file)
      case .schedule: try readSchedule(input.file)
      case .torchCSV: try readCSV(input.file, choice: Int(input.choice))
      case .trace: try readTrace(input.file)
      case .skipPipe: try readPlans(input.file)
      case .runs: try readRuns(input.file)
      }
      return .read
    } catch {
      expect(!"\(error)".isEmpty && !"\(error)".contains("\n"), "an error is one line: \(error)")
      return .refused
    }
  }

  private func expect(_ holds: Bool, _ promise: @autoclosure () -> String) {
    if !holds { fatalError("broken promise: \(promise())") }
  }

  // MARK: Formats

  private func readProblem(_ file: [UInt8]) throws {
    guard case .problem(let problem) = try ProblemFile.contents(file, file: "fuzz") else { return }
    writeAgain(problem)
    guard problem.microbatchCount * problem.stageCount <= Self.mostVisits else { return }
    for family in Families.all {
      guard let orders = try? family.orders(for: problem) else { continue }
      let schedule = Schedule(problem: problem, orders: orders)
      do throws(TimelineError) { follow(try Timeline(schedule)) } catch {
        expect(false, "\(family.name) runs: \(error)")
      }
    }
  }

  private func readSchedule(_ file: [UInt8]) throws {
    let decoded = try ScheduleFile.decode(file, file: "fuzz")
    writeAgain(decoded)
    let violations = ScheduleChecker(decoded.record).violations()
    for violation in violations { expect(!"\(violation)".contains("\n"), "a violation is one line") }
    let schedule = decoded.record.schedule
    do throws(TimelineError) { follow(try Timeline(schedule)) } catch {
      expect(!violations.isEmpty, "the checker accepts what cannot be timed: \(error)")
      throw error
    }
  }

  private func readCSV(_ file: [UInt8], choice: Int) throws {
    if let implied = try? TorchCSV().impliedProblem(of: file, file: "fuzz") { writeAgain(implied) }
    let problem = problems[choice % problems.count]
    let orders = try TorchCSV().decode(file, file: "fuzz", for: problem)
    follow(try Timeline(Schedule(problem: problem, orders: orders)))
  }

  private func readTrace(_ file: [UInt8]) throws {
    var reader = TraceReader()
    try reader.read(file, file: "fuzz")
    let profile = MeasuredProfile(try MeasuredRun(reader.recordings))
    let problem = try profile.problem(name: "fuzz")
    writeAgain(problem)
    follow(try Timeline(Schedule(problem: problem, orders: profile.observedOrders)))
  }

  private func readPlans(_ file: [UInt8]) throws {
    let plans = try SkipPipeFile.decode(file, file: "fuzz")
    for plan in plans.plans {
      let problem = try plans.problem(of: plan, forward: 0.5, name: "fuzz")
      writeAgain(problem)
      follow(try Timeline(Schedule(problem: problem, orders: plans.orders(of: plan, for: problem))))
    }
  }

  private func readRuns(_ file: [UInt8]) throws {
    let table = try RunTable(file, file: "fuzz")
    for run in table.runs { writeAgain(run.problem) }
    _ = try table.fileNames(file: "fuzz")
  }

  // MARK: Promises

  /// What is written reads back as the same value.
  private func writeAgain(_ problem: Problem) {
    let again = try? ProblemFile.decode(ProblemFile.encode(problem), file: "again")
    expect(again == problem, "a problem is read again as it was written")
  }

  private func writeAgain(_ file: ScheduleFile) {
    do {
      let written = try file.encode()
      let again = try ScheduleFile.decode(written, file: "again")
      expect(again == file, "a schedule is read again as it was written")
    } catch {
      expect(false, "a schedule that was read can be written: \(error)")
    }
  }

  /// The checker confirms every time and figure of a timeline, and other programs take it or it is refused.
  private func follow(_ timeline: Timeline) {
    let record = timeline.record()
    for violation in ScheduleChecker(record).violations() {
      switch violation.kind {
      case .overMemoryLimit, .manyModes, .manyModeNames, .breaksRoute, .wrongOrigin, .stageVisits,
        .deviceVisits:
        break
      default: expect(false, "the checker agrees with the timeline: \(violation)")
      }
    }
    writeAgain(ScheduleFile(record: record))
    for format in ExportFormats.all {
      guard let file = try? format.encode(timeline) else { continue }
      guard let format = format as? any ImportFormat else { continue }
      let again = try? format.decode(file, file: "again", for: timeline.schedule.problem)
      expect(again == timeline.schedule.orders, "\(format.name) is read again as it was written")
    }
  }
}
