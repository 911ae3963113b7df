import PipelineModel
import ScheduleFamilies
import ScheduleFormats
import Timeline

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Writing and reading a schedule of a million operations, in the library and through the program.
enum FileBenchmark {
  static func run() throws {
    print(
      "A schedule file of a million operations; target: at most 1 s of CPU each way, memory under 10x the file"
    )
    let file = try sample()
    var bytes: [UInt8] = []
    var isEqual = true
    let writing = try (0..<3).map { _ in
      try time { bytes = try file.encode() }
    }
    let reading = try (0..<3).map { _ in
      try time { isEqual = try ScheduleFile.decode(bytes, file: "sample") == file && isEqual }
    }
    let size = Double(bytes.count) / 1e6
    print("  \(file.record.schedule.orders.operations.count) operations, \(Int(size)) MB:")
    print(
      "    writing \(hundredths(writing)) s, reading and comparing \(hundredths(reading)) s; \(isEqual ? "equal" : "DIFFERENT")"
    )
    try measureProgram(bytes)
  }

  /// The whole program on the same file: it reads, and writes what `generate` timed.
  private static func measureProgram(_ bytes: [UInt8]) throws {
    let path = "/tmp/pipeloom-benchmark-\(getpid()).json"
    guard let stream = fopen(path, "wb") else { return }
    fwrite(bytes, 1, bytes.count, stream)
    fclose(stream)
    defer { unlink(path) }
    let runs = [
      (
        "generate 1f1b -o",
        ["generate", "1f1b", "--devices", "8", "--microbatches", "62500", "-o", "/dev/null"]
      ),
      ("simulate", ["simulate", path]), ("check", ["check", path]),
    ]
    for (name, arguments) in runs {
      guard let measured = ProcessMeasurement.run("pipeloom", arguments) else { continue }
      let share = Double(measured.peakMemory) / Double(bytes.count)
      print(
        "    pipeloom \(name): \(hundredths([measured.seconds])) s of CPU, memory \(hundredths([share]))x the file"
      )
    }
  }

  /// 1F1B for 8 devices and 62,500 microbatches with three decimals: a million operations.
  private static func sample() throws -> ScheduleFile {
    let stage = Stage(forward: 18.522, backwardInput: 18.086, backwardWeight: 9.337)
    let problem = try Problem(
      devices: Array(repeating: Device(), count: 8), stages: Array(repeating: stage, count: 8),
      microbatches: Array(repeating: Microbatch(), count: 62_500), communication: .uniform(0.601))
    let orders = try Families.named("1f1b").orders(for: problem)
    return ScheduleFile(record: try Timeline(Schedule(problem: problem, orders: orders)).record())
  }

  private static func time(_ work: () throws -> Void) rethrows -> Double {
    var failure: (any Error)?
    let seconds = PairedMeasurement.time {
      do { try work() } catch { failure = error }
    }
    if let failure { print("    failed: \(failure)") }
    return seconds
  }

  private static func hundredths(_ values: [Double]) -> String {
    String((PairedMeasurement.median(values) * 100).rounded() / 100)
  }
}
