import Foundation
import Testing

/// Signals by which people, terminals and batch schedulers stop a search.
@Suite("Signals that stop a search")
struct StopSignalTests {
  @Test("those of schedulers end it with the best schedule so far, written and reported")
  func schedule() throws {
    let workspace = try Workspace()
    let outcome = try workspace.shell(
      """
      for signal in HUP TERM USR1 XCPU; do
        timeout --signal=$signal 2 "$pipeloom" search uniform-4x8 --memory-limit 0.5x --time-limit 50 \
          -o $signal.json > $signal.txt || echo $signal $? >> ends &
      done
      wait
      sort ends
      """)
    // 124 is timeout's own word for having sent the signal.
    let signals = ["HUP", "TERM", "USR1", "XCPU"]
    #expect(outcome.text == signals.map { "\($0) 124\n" }.joined(), "\(outcome.errors)")
    for signal in signals {
      #expect(try workspace.text("\(signal).txt").hasSuffix("  Written to \(signal).json\n"))
    }
    try workspace.pipeloom("check", "TERM.json").expectSuccess()
  }

  @Test("a scheduler may ask more than once; a program that outlives its terminal goes on")
  func repeated() throws {
    let workspace = try Workspace()
    let search =
      #""$pipeloom" search uniform-4x8 --memory-limit 0.5x --time-limit 50 -o"#
    let outcome = try workspace.shell(
      """
      \(search) twice.json > twice.txt & twice=$!
      nohup \(search) nohup.json > nohup.txt 2> /dev/null & nohup=$!
      sleep 2
      kill -TERM $twice; kill -TERM $twice; kill -HUP $twice
      kill -HUP $nohup
      wait $twice; echo twice $?
      kill -TERM $nohup || echo ended by HUP
      wait $nohup; echo nohup $?
      """)
    #expect(outcome.text == "twice 0\nnohup 0\n", "\(outcome.errors)")
    #expect(try workspace.names() == ["nohup.json", "nohup.txt", "twice.json", "twice.txt"])
  }
}
