#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What running a program as a whole process took.
struct ProcessMeasurement {
  /// CPU seconds, user and system.
  var seconds = 0.0
  /// The most memory in use at once, in bytes.
  var peakMemory = 0

  /// Runs a program that lies beside this one, its standard output thrown away.
  static func run(_ program: String, _ arguments: [String] = []) -> ProcessMeasurement? {
    let folder = CommandLine.arguments[0].split(separator: "/", omittingEmptySubsequences: false).dropLast()
    let path = (folder + [Substring(program)]).joined(separator: "/")
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
    defer { posix_spawn_file_actions_destroy(&actions) }
    var list = ([path] + arguments).map { strdup($0) } + [nil]
    defer { list.forEach { free($0) } }
    var process = pid_t()
    guard posix_spawn(&process, path, &actions, nil, &list, environ) == 0 else { return nil }
    var status: Int32 = 0
    var usage = rusage()
    guard wait4(process, &status, 0, &usage) == process, status == 0 else { return nil }
    return ProcessMeasurement(
      seconds: seconds(usage.ru_utime) + seconds(usage.ru_stime), peakMemory: usage.ru_maxrss * 1024)
  }

  private static func seconds(_ time: timeval) -> Double {
    Double(time.tv_sec) + Double(time.tv_usec) * 1e-6
  }
}
