import Foundation

extension Workspace {
  /// Whether the system tells which signals a process listens to.
  static let canAwaitSignals = FileManager.default.fileExists(atPath: "/proc/self/status")

  /// Runs a line of shell that sends signals to programs it has started: `await PID` waits until the program listens,
  /// which the mask of what it catches says. SIGTERM is the highest bit of the mask's last four digits.
  func shellWithSignals(_ line: String) throws -> Program.Outcome {
    try shell(
      """
      listens() { case $(sed -n 's/^SigCgt://p' /proc/$1/status) in *[4-7c-f]???) true;; *) false;; esac; }
      await() { until listens $1; do kill -0 $1 || return; sleep 0.05; done; }
      \(line)
      """)
  }
}
