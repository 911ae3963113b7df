import ScheduleSearch
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A signal to stop as a question that a long computation can ask, in place of the end of the program.
struct Interrupt: ~Copyable {
  private typealias Handler = @convention(c) (Int32) -> Void

  /// A signal handler can reach nothing but a global.
  private static let flag = Atomic<Bool>(false)
  private let previous: [(signal: Int32, handler: Handler?)]

  /// From here on a signal to stop is noted; a second one from the keyboard ends the program.
  init() {
    Self.flag.store(false, ordering: .relaxed)
    previous = StopSignal.all.compactMap { number in
      let handler = signal(number) { number in
        Interrupt.flag.store(true, ordering: .relaxed)
        if StopSignal.isOfKeyboard(number) { signal(number, SIG_DFL) }
      }
      // Whoever started the program so that it outlives its terminal, as `nohup` does, wants it to go on. Shells
      // ignore SIGINT for what runs in the background, where it can only come from someone who means this program.
      guard number == SIGINT || unsafeBitCast(handler, to: Int.self) != Self.ignored else {
        signal(number, handler)
        return nil
      }
      return (number, handler)
    }
  }

  deinit {
    for (number, handler) in previous { signal(number, handler) }
  }

  /// Whether a signal has come since the last one began to listen.
  static var hasCome: Bool { flag.load(ordering: .relaxed) }

  /// Computes something that is to end with the first signal to stop.
  func during<Value>(_ compute: (Deadline) throws -> Value) rethrows -> Value {
    try compute(Deadline { Self.hasCome })
  }

  /// The handler `SIG_IGN`, which is no function, on every system.
  private static let ignored = 1
}
