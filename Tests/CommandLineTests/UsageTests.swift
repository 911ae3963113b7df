import Foundation
import Testing

/// Command lines that say too little, too much or something else.
@Suite("Usage")
struct UsageTests {
  private let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    try workspace.generate("1f1b", "uniform-4x8", to: "s.json")
  }

  private static let flags = ["generate", "1f1b", "--devices", "2", "--microbatches", "2"]

  @Test("Without arguments the program prints its help")
  func noArguments() throws {
    let outcome = try workspace.pipeloom()
    outcome.expectSuccess()
    for text in ["USAGE: pipeloom <subcommand>", "generate", "Exit status: 0 success", "zero-bubble-1.5b"] {
      #expect(outcome.text.contains(text))
    }
  }

  @Test(
    "Help of every command",
    arguments: [
      [], ["estimate"], ["families"], ["generate"], ["search"], ["simulate"], ["check"], ["compare"],
      ["render"],
      ["export"], ["import"], ["validate"],
    ])
  func help(command: [String]) throws {
    for arguments in [command + ["--help"], command + ["-h"], ["help"] + command] {
      let outcome = try workspace.pipeloom(arguments)
      outcome.expectSuccess()
      #expect(outcome.text.contains((["USAGE: pipeloom"] + command).joined(separator: " ")))
    }
  }

  @Test("The version, of the program and of every command")
  func version() throws {
    for command in [
      [], ["estimate"], ["families"], ["generate"], ["search"], ["simulate"], ["check"], ["compare"],
      ["render"],
      ["export"], ["import"], ["validate"],
    ] {
      let outcome = try workspace.pipeloom(command + ["--version"])
      outcome.expectSuccess()
      #expect(outcome.text.wholeMatch(of: /[0-9]+\.[0-9]+\.[0-9]+\n/) != nil)
    }
  }

  @Test("Completions for every shell", arguments: ["bash", "zsh", "fish"])
  func completions(shell: String) throws {
    let outcome = try workspace.pipeloom("--generate-completion-script", shell)
    outcome.expectSuccess()
    #expect(outcome.text.contains("pipeloom"))
  }

  @Test(
    "What the argument parser refuses",
    arguments: [
      (["bogus"], "bogus"), (["generate"], "family"), (["check"], "schedule"), (["simulate"], "schedule"),
      (["compare"], "schedule files"), (["render", "s.json"], "--output"), (["render"], "schedule"),
      (["check", "s.json", "t.json"], "t.json"), (["check", "s.json", "--bogus"], "--bogus"),
      (["families", "extra"], "extra"), (["generate", "1f1b", "uniform-4x8", "-o"], "-o"),
      (["simulate", "s.json", "--problem"], "--problem"), (["generate", "1f1b", "a", "b"], "b"),
      (["render", "s.json", "-o", "a.svg", "--theme", "purple"], "'light' and 'dark'"),
      (["render", "s.json", "-o", "a.svg", "--format", "gif"], "'svg', 'pdf', 'png' or 'dot'"),
      (["render", "s.json", "-o", "a.svg", "--width", "wide"], "wide"),
      (["render", "s.json", "-o", "a.svg", "--from", "nan"], "nan"),
      (flags + ["--forward", "nan"], "nan"), (flags + ["--forward", "inf"], "inf"),
      (flags + ["--forward=-1"], "-1"), (flags + ["--forward", "-1"], "--forward"),
      (flags + ["--forward", "abc"], "abc"), (flags + ["--forward", "1e16"], "1e16"),
      (flags + ["--forward", ""], "--forward"), (flags + ["--forward", "1ms"], "1ms"),
      (flags + ["--forward", "1e-16"], "1e-16"), (flags + ["--forward", "5e-324"], "5e-324"),
      (flags + ["--forward", "0x10"], "0x10"), (flags + ["--memory-limit", "0x10x"], "0x10x"),
      (flags + ["--memory-limit", "0x10"], "0x10"), (flags + ["--forward", "infinity"], "infinity"),
      (flags + ["--communication", "1e400"], "1e400"), (flags + ["--memory-limit", "x"], "x"),
      (flags + ["--memory-limit", "nanx"], "nanx"), (flags + ["--memory-limit=-1x"], "-1x"),
      (flags + ["--static=-0.5"], "-0.5"), (flags + ["--devices", "2.5"], "2.5"),
      (flags + ["--microbatches", "99999999999999999999"], "99999999999999999999"),
    ])
  func parser(arguments: [String], text: String) throws {
    try workspace.pipeloom(arguments).expectUsage(naming: [text])
    #expect(try workspace.names() == ["s.json"])
  }

  @Test("An unknown family is answered with the names of all")
  func unknownFamily() throws {
    let names = try workspace.pipeloom("families", "--json").objects().compactMap { $0["name"] as? String }
    for family in ["2f2b", "1f 1b", "", "a\nb"] {
      try workspace.pipeloom("generate", family, "uniform-4x8").expectRefusal(Status.usage, naming: names)
    }
  }

  @Test(
    "What each command refuses in one line",
    arguments: [
      (["generate", "1f1b"], "expected PROBLEM"),
      (["generate", "1f1b", "--devices", "2"], "or --devices and --microbatches"),
      (["generate", "1f1b", "--microbatches", "2"], "or --devices and --microbatches"),
      (["generate", "1f1b", "--forward", "2"], "or --devices and --microbatches"),
      (["generate", "1f1b", "uniform-4x8", "--devices", "2"], "--devices describes a problem by itself"),
      (["generate", "1f1b", "uniform-4x8", "--forward", "2"], "--forward describes a problem by itself"),
      (["generate", "1f1b", "uniform-4x8", "--activation-for-b", "2"], "--activation-for-b describes"),
      (
        ["generate", "1f1b", "uniform-4x8", "--microbatches", "0"],
        "--microbatches: expected a count from 1 to 65536"
      ),
      (
        ["generate", "1f1b", "--devices", "0", "--microbatches", "1"],
        "--devices: expected a count from 1 to 65536"
      ),
      (["generate", "1f1b", "--devices=-3", "--microbatches", "1"], "--devices: expected a count"),
      (["generate", "1f1b", "--devices", "1000000", "--microbatches", "1"], "--devices: expected a count"),
      (
        ["generate", "1f1b", "--devices", "1", "--microbatches", "1000000"],
        "--microbatches: expected a count"
      ),
      (
        ["generate", "1f1b", "--devices", "65536", "--microbatches", "65536"],
        "expected at most 33554432 visits"
      ),
      (
        flags + ["--activation-for-w", "2"], "--activation-for-w: expected at most activationForB, which is 1"
      ),
      (["render", "s.json", "-o", "picture"], "expected a file ending in .svg, .pdf, .png, .dot"),
      (["render", "s.json", "-o", "picture.bmp"], "expected a file ending in .svg, .pdf, .png, .dot"),
      (["render", "s.json", "-o", "svg"], "expected a file ending in .svg, .pdf, .png, .dot"),
      (["render", "s.json", "-o", "-"], "standard output: expected a file ending in"),
      (["render", "s.json", "-o", "a.svg", "--from", "6", "--to", "5"], "--to must be after --from"),
      (["render", "s.json", "-o", "a.svg", "--from", "5", "--to", "5"], "--to must be after --from"),
      (
        ["render", "s.json", "-o", "a.svg", "--from", "90", "--to", "99"],
        "misses the schedule, which runs from 0 to 33"
      ),
      (["render", "s.json", "-o", "a.svg", "--from", "90"], "misses the schedule, which runs from 0 to 33"),
      (["render", "s.json", "-o", "a.svg", "--to", "0"], "misses the schedule, which runs from 0 to 33"),
      (["render", "s.json", "-o", "a.svg", "--width", "0"], "expected --width from"),
      (["render", "s.json", "-o", "a.svg", "--width", "1e9"], "points, found 1000000000"),
      (["simulate", "-", "--problem", "-"], "standard input is read only once"),
      (["compare", "-", "s.json", "-"], "standard input is read only once"),
    ])
  func refused(arguments: [String], text: String) throws {
    try workspace.pipeloom(arguments).expectRefusal(Status.usage, naming: [text])
    #expect(try workspace.names() == ["s.json"])
  }

  @Test(
    "A limit that the problem cannot bear is bad input",
    arguments: [
      (
        ["--memory-limit", "0"],
        "--memory-limit: expected at least 1, which one microbatch needs on device 0, found 0"
      ),
      (["--memory-limit", "0.1x"], "--memory-limit: expected at least 1"),
      (
        ["--memory-limit", "1e15x", "--activation-for-b", "1e15"],
        "--memory-limit: expected a number from 0 to 1e15"
      ),
      (["--memory-limit", "3", "--static", "2.5"], "--memory-limit: expected at least 3.5"),
    ])
  func limits(arguments: [String], text: String) throws {
    try workspace.pipeloom(Self.flags + arguments).expectRefusal(Status.badInput, naming: [text])
  }
}
