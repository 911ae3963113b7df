#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The signals by which people, terminals and batch schedulers stop a program.
enum StopSignal {
  /// All of them.
  static let all = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGXCPU, SIGUSR1, SIGUSR2]

  /// Those of a keyboard: whoever presses the keys again has lost patience. The others may come repeatedly, as of
  /// a terminal that closes or a scheduler that makes sure.
  static func isOfKeyboard(_ signal: Int32) -> Bool { signal == SIGINT || signal == SIGQUIT }
}
