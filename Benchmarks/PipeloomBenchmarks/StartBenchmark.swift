/// A cold start with `--help`, against an empty program that links Foundation.
enum StartBenchmark {
  static func run() {
    print("Starting, CPU medians of 40 pairs; target: at most 2x of an empty program that links Foundation")
    var help: [Double] = []
    var empty: [Double] = []
    for _ in 0..<40 {
      guard let first = ProcessMeasurement.run("pipeloom", ["--help"]),
        let second = ProcessMeasurement.run("EmptyProgram")
      else { return print("  pipeloom or EmptyProgram is missing beside this program") }
      help.append(first.seconds)
      empty.append(second.seconds)
    }
    let ratio = PairedMeasurement.median(zip(help, empty).map { $0 / $1 })
    let milliseconds = [help, empty].map { (PairedMeasurement.median($0) * 10_000).rounded() / 10 }
    print(
      "  pipeloom --help \(milliseconds[0]) ms, empty \(milliseconds[1]) ms; ratio \((ratio * 100).rounded() / 100)"
    )
  }
}
