import Foundation
import Testing

/// Every number on the command line has a range, which its help states and its parser keeps.
@Suite("Numbers on the command line")
struct NumberFlagTests {
  private let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    try workspace.generate("1f1b", "uniform-4x8", to: "s.json")
  }

  /// The flags that take numbers, by the start of a command that takes them.
  private static let flags: [(command: [String], names: [String])] = [
    (
      ["generate", "grouped-interleaved"],
      [
        "--devices", "--microbatches", "--forward", "--backward-input", "--backward-weight",
        "--activation-for-b", "--activation-for-w", "--static", "--communication", "--optimizer-step",
        "--memory-limit", "--overlap", "--chunks", "--pieces", "--group-size",
      ]
    ),
    (["search"], ["--time-limit", "--iterations", "--seed", "--threads", "--sweep-memory"]),
    (["check", "s.json", "--prove-bound"], ["--communication", "--time-limit"]),
    (["export", "s.json", "--format", "torch-csv", "-o", "s.csv"], ["--microbatch-size"]),
    (["render", "s.json", "-o", "s.svg"], ["--from", "--to", "--width"]),
    (["import", "s.json", "--format", "skippipe"], ["--forward", "--chunks", "--pieces"]),
  ]

  @Test("The help of each tells its range")
  func help() throws {
    for (command, names) in Self.flags {
      let text = try workspace.pipeloom([command[0], "--help"]).text
      for name in names {
        // A flag's help is what stands between it and the next one.
        let own = text.components(separatedBy: "\n  \(name) ").dropFirst().first ?? ""
        let help = (own.components(separatedBy: "\n  -").first ?? "").split(whereSeparator: \.isWhitespace)
          .joined(separator: " ")
        #expect(help.contains(/([Ff]rom .* to |Up to )/), "\(command[0]) \(name): \(help)")
      }
    }
  }

  @Test(
    "What no number of a problem or search can be is refused",
    arguments: [
      "9223372036854775807", "9223372036854775808", "1e308", "-1", "0x10", "nan", "", "1,5", "\u{661}",
    ])
  func refused(value: String) throws {
    for (command, names) in Self.flags {
      for name in names where !(name == "--seed" && UInt64(value) != nil) {
        // The largest numbers are durations of a window as good as any.
        if ["--from", "--to", "--width"].contains(name), Double(value).map({ $0 > 1e15 }) != true {
          continue
        }
        let outcome = try workspace.pipeloom(command + ["\(name)=\(value)"])
        outcome.expect(Status.usage)
        #expect(outcome.errors.contains(name), "\(outcome.errors)")
      }
    }
    #expect(try workspace.names() == ["s.json"])
  }

  @Test("The largest numbers of a search are taken")
  func largest() throws {
    let search = ["search", "--devices", "2", "--microbatches", "2"]
    try workspace.pipeloom(search + ["--iterations", "1000000000", "--seed", "18446744073709551615"])
      .expectSuccess()
    try workspace.pipeloom(search + ["--time-limit", "31536000"]).expectSuccess()
    try workspace.pipeloom(search + ["--iterations", "10", "--threads", "1024"]).expectSuccess()
    try workspace.pipeloom(search + ["--threads", "1025"])
      .expectUsage(naming: ["--threads: expected a count from 1 to 1024, found 1025"])
    try workspace.pipeloom(search + ["--iterations", "1000000001"])
      .expectUsage(naming: ["--iterations: expected a count from 0 to 1000000000, found 1000000001"])
    try workspace.pipeloom(search + ["--time-limit", "31536001"])
      .expectUsage(naming: ["--time-limit", "From 0 to 31536000"])
  }
}
