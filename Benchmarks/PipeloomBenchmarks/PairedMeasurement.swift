#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Times two pieces of work in turn, A B A B ..., so that a drift of the machine's speed meets both.
struct PairedMeasurement {
  /// The CPU seconds of each run of the first and the second work.
  private(set) var seconds: (first: [Double], second: [Double]) = ([], [])

  /// Runs both works alternately for about `budget` seconds, after one warm-up each.
  init(budget: Double = 3, _ first: () -> Void, against second: () -> Void) {
    first()
    second()
    let begin = Self.cpuSeconds()
    while Self.cpuSeconds() - begin < budget || seconds.first.count < 5 {
      seconds.first.append(Self.time(first))
      seconds.second.append(Self.time(second))
    }
  }

  /// The median of the first, of the second, and of the ratio first / second pair by pair.
  var medians: (first: Double, second: Double, ratio: Double) {
    let ratios = zip(seconds.first, seconds.second).map { $0 / $1 }
    return (Self.median(seconds.first), Self.median(seconds.second), Self.median(ratios))
  }

  /// The CPU seconds of one run of a work.
  static func time(_ work: () -> Void) -> Double {
    let begin = cpuSeconds()
    work()
    return cpuSeconds() - begin
  }

  /// The middle of some values; the mean of the middle two of an even number.
  static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  private static func cpuSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
