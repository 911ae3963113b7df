#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Holds back the signals that stop a program, until `unblock()`.
struct BlockedSignals {
  private var previous = sigset_t()

  /// Blocks them from now on.
  init() {
    var signals = sigset_t()
    sigemptyset(&signals)
    for signal in StopSignal.all { sigaddset(&signals, signal) }
    sigprocmask(SIG_BLOCK, &signals, &previous)
  }

  /// Lets them through again; one that came in the meantime takes effect at once.
  func unblock() {
    var previous = previous
    sigprocmask(SIG_SETMASK, &previous, nil)
  }
}
