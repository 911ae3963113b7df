import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Ctrl-C as a question that a long computation can ask, in place of the end of the program.
struct Interrupt: ~Copyable {
  /// A signal handler can reach nothing but a global.
  private static let flag = Atomic<Bool>(false)
  private let previous: (@convention(c) (Int32) -> Void)?

  /// From here on an interrupt is noted; a second one ends the program.
  init() {
    Self.flag.store(false, ordering: .relaxed)
    previous = signal(SIGINT) { _ in
      Interrupt.flag.store(true, ordering: .relaxed)
      signal(SIGINT, SIG_DFL)
    }
  }

  deinit { signal(SIGINT, previous) }

  /// Whether there has been an interrupt.
  var hasHappened: Bool { Self.hasHappened }

  /// Whether there has been an interrupt since one was last waited for, asked on any thread.
  static var hasHappened: Bool { flag.load(ordering: .relaxed) }
}
