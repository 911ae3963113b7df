import PipelineModel
import ScheduleSearch

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What a computation will take of the memory, told before it is taken: an allocation that fails ends the program
/// without a word.
enum MemoryForecast {
  /// What is done with a problem's operations.
  enum Use {
    /// They are put in order, timed and written.
    case timing
    /// They are moved about, too, by so many chains.
    case searching(threads: Int)

    /// How much memory one operation takes at its peak, as measured at half a million of them.
    var bytesPerOperation: Int {
      switch self {
      case .timing: 160
      case .searching(let threads): 250 + 200 * threads
      }
    }
  }

  /// How many of the available cores a search of so many operations has the memory to use: at least one.
  static func threads(forSearching operations: Int) -> Int {
    let bytes = available / max(1, operations)
    return (1...SearchOptions.availableThreads).last {
      Use.searching(threads: $0).bytesPerOperation <= bytes
    } ?? 1
  }

  /// Refuses more operations than there is memory for.
  ///
  /// - Parameter file: where the problem stands; `nil` for flags.
  /// - Throws: `Failure` with the number that there is memory for.
  static func check(_ use: Use, operations: Int, in file: FilePath?) throws(Failure) {
    let most = available / use.bytesPerOperation
    guard operations > most else { return }
    let place = file.map { "\($0.inputName): " } ?? ""
    throw Failure(
      .badInput,
      "\(place)expected at most \(most) operations, for which the \(available >> 20) MiB of memory suffice, "
        + "found \(operations)", isLasting: false)
  }

  /// The largest file that there is memory for: its text, what is read from it, and what is made of that.
  static var largestFile: Int { available / 4 }

  /// The most memory that the program may have, in bytes: what the machine, the control group and the limits of
  /// the process allow.
  static var available: Int {
    let machine = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
    return ([machine > 0 ? machine : Int.max] + groupLimits + processLimits).min() ?? Int.max
  }

  private static var processLimits: [Int] {
    #if canImport(Glibc)
      let resources = [RLIMIT_AS, RLIMIT_DATA].map { Int32($0.rawValue) }
    #else
      let resources = [RLIMIT_AS, RLIMIT_DATA]
    #endif
    return resources.compactMap { resource in
      var limit = rlimit()
      guard getrlimit(resource, &limit) == 0 else { return nil }
      return Int(exactly: limit.rlim_cur)
    }
  }

  /// The limits of containers and batch systems, by both versions of the system's files.
  private static var groupLimits: [Int] {
    ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"].compactMap { path in
      let descriptor = open(path, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { return nil }
      defer { close(descriptor) }
      return withUnsafeTemporaryAllocation(byteCount: 32, alignment: 1) { block in
        let count = Descriptor.read(descriptor, into: block)
        guard count > 0 else { return nil }
        return Int(String(decoding: block[..<count].prefix { $0 != 0x0A }, as: UTF8.self))
      }
    }
  }
}
