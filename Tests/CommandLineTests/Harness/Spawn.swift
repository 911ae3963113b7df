import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// A child process whose streams are files.
///
/// Foundation's `Process` crashes now and then on Linux when several threads start one at once; this is all that
/// the tests need of it.
struct Spawn {
  struct Failure: Error {
    var call: String
    var code: Int32
  }

  private let process: pid_t

  /// Starts an executable in a folder.
  init(
    _ executable: String, _ arguments: [String], environment: [String: String], folder: String,
    input: String, output: String, errors: String
  ) throws {
    #if canImport(Glibc)
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #else
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // The threads on which tests run block signals, and a child would never see one.
    var blocked = sigset_t()
    sigemptyset(&blocked)
    posix_spawnattr_setsigmask(&attributes, &blocked)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    // Not every C library can change the folder by itself.
    let shell = ["/bin/sh", "-c", #"cd "$0" && exec "$@""#, folder, executable]
    let argv = (shell + arguments).map { strdup($0) } + [nil]
    let envp = environment.map { strdup("\($0)=\($1)") } + [nil]
    defer { for text in argv + envp { free(text) } }
    var process = pid_t()
    let code = posix_spawn(&process, shell[0], &actions, &attributes, argv, envp)
    guard code == 0 else { throw Failure(call: "posix_spawn", code: code) }
    self.process = process
  }

  /// Waits for the end, killing a process that takes too long.
  func wait(seconds: Double) throws -> (status: Int32, diedBySignal: Bool, ranOutOfTime: Bool) {
    let deadline = ContinuousClock.now + .seconds(seconds)
    var status: Int32 = 0
    var ranOutOfTime = false
    while true {
      let ended = waitpid(process, &status, ranOutOfTime ? 0 : WNOHANG)
      if ended == process { break }
      guard ended == 0 || errno == EINTR else { throw Failure(call: "waitpid", code: errno) }
      if ContinuousClock.now > deadline {
        kill(process, SIGKILL)
        ranOutOfTime = true
      }
      usleep(1000)
    }
    // The low seven bits are the signal, the next byte the exit status.
    let signal = status & 0x7F
    return (signal == 0 ? status >> 8 & 0xFF : signal, signal != 0, ranOutOfTime)
  }
}
