import Foundation
import Testing

/// Signals by which people, terminals and batch schedulers stop a search.
@Suite("Signals that stop a search", .enabled(if: Workspace.canAwaitSignals))
struct StopSignalTests {
  /// A shell's function: a search that would take long.
  private static let search = """
    search() { exec "$pipeloom" search uniform-4x8 --memory-limit 0.5x --time-limit 50 -o $1.json > $1.txt; }

    """

  @Test("those of schedulers end it with the best schedule so far, written and reported")
  func schedule() throws {
    let workspace = try Workspace()
    let outcome = try workspace.shellWithSignals(
      Self.search + """
        for signal in HUP TERM USR1 XCPU; do
          search $signal & program=$!
          await $program
          kill -$signal $program
          wait $program
          echo $signal $?
        done
        """)
    let signals = ["HUP", "TERM", "USR1", "XCPU"]
    #expect(outcome.text == signals.map { "\($0) 0\n" }.joined(), "\(outcome.errors)")
    for signal in signals {
      #expect(try workspace.text("\(signal).txt").hasSuffix("  Written to \(signal).json\n"))
    }
    try workspace.pipeloom("check", "TERM.json").expectSuccess()
  }

  @Test("a scheduler may ask more than once; a program that outlives its terminal goes on")
  func repeated() throws {
    let workspace = try Workspace()
    let outcome = try workspace.shellWithSignals(
      Self.search + """
        search twice & twice=$!
        (trap '' HUP; search outlives) & outlives=$!
        await $twice
        kill -TERM $twice; kill -TERM $twice; kill -HUP $twice
        wait $twice; echo twice $?
        await $outlives
        kill -HUP $outlives
        kill -TERM $outlives || echo ended by HUP
        wait $outlives; echo outlives $?
        """)
    #expect(outcome.text == "twice 0\noutlives 0\n", "\(outcome.errors)")
    #expect(try workspace.names() == ["outlives.json", "outlives.txt", "twice.json", "twice.txt"])
  }
}
