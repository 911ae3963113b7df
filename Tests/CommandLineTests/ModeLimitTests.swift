import Testing

/// Modes where limits leave few of them, through the built program.
@Suite("Choices of modes under tight limits")
struct ModeLimitTests {
  /// Mode 0 fits on neither stage; `plain` is the only name that both know.
  private static let mixed = """
    {"pipeloom": "problem/1", "devices": 2, "microbatches": 3, "memoryLimit": 6.1, "stages": [
      {"forward": 10, "backwardInput": 11, "backwardWeight": 7, "activationForB": 8,
       "modes": [{"name": "small", "backwardInput": 20, "activationForB": 2}]},
      {"forward": 10, "backwardInput": 11, "backwardWeight": 7, "activationForB": 6,
       "modes": [{"name": "other", "recompute": 10, "checkpoint": 0.2}]}]}
    """
  private static let small = """
    {"pipeloom": "problem/1", "devices": 2, "microbatches": 4, "memoryLimit": 6, "stages": [
      {"repeat": 2, "forward": 10, "backwardInput": 10, "backwardWeight": 10, "activationForB": 8,
       "activationForW": 4,
       "modes": [{"name": "full", "recompute": 10, "checkpoint": 1, "activationForB": 4}]}]}
    """
  private static let folded = """
    {"pipeloom": "problem/1", "devices": 2, "microbatches": 4, "memoryLimit": 3, "stages": [
      {"repeat": 2, "forward": 3, "backwardInput": 4, "backwardWeight": 2, "activationForB": 4,
       "modes": [{"name": "folded", "backwardInput": 7, "activationForB": 1.5, "checkpoint": 0.5},
                 {"name": "half", "backwardInput": 6, "activationForB": 3}]}]}
    """
  /// All pieces of a sequence wait for the last: half of what limits let through for one of them.
  private static let pieces = """
    {"pipeloom": "problem/1", "devices": 2, "microbatches": 4, "pieces": 2, "memoryLimit": 8, "stages": [
      {"repeat": 2, "forward": 4, "backwardInput": 4, "backwardWeight": 4, "activationForB": 4,
       "modes": [{"name": "full", "recompute": 4, "checkpoint": 1}]}]}
    """
  private static let offload = """
    {"pipeloom": "problem/1", "devices": 2, "microbatches": 2, "memoryLimit": 11, "host": {"bandwidth": 2},
     "stages": [
      {"forward": 3.5, "backwardInput": 1.5, "backwardWeight": 0.5, "activationForB": 3,
       "modes": [{"name": "host", "offload": 2.5}]},
      {"forward": 3.5, "backwardInput": 2.5, "backwardWeight": 2, "activationForB": 6, "activationForW": 0.5,
       "modes": [{"name": "host", "offload": 6}]}]}
    """

  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  @Test("One name for all stages is one name, or there is none that fits")
  func oneName() throws {
    try workspace.write(Self.mixed, to: "p.json")
    for command in [["search", "p.json"], ["generate", "1f1b", "p.json"]] {
      let refused = try workspace.pipeloom(command + ["--modes-per", "problem"])
      refused.expect(Status.badInput)
      #expect(refused.errors.contains("expected at least 8"), "\(refused.errors)")
    }
    try workspace.pipeloom(
      "search", "p.json", "--memory-limit", "14.4", "--modes-per", "problem", "--iterations", "1000", "-o",
      "s.json"
    ).expectSuccess()
    let checked = try workspace.pipeloom("check", "s.json")
    checked.expectSuccess()
    #expect(try !workspace.text("s.json").contains(#""mode": "#))
  }

  @Test("A limit given by a flag replaces the file's before modes are looked at")
  func flagLimit() throws {
    try workspace.write(Self.small, to: "p.json")
    let wide = try workspace.pipeloom("generate", "1f1b", "p.json", "--memory-limit", "40")
    wide.expectSuccess()
    // 1F1B of two stages: 4 x 30 of work and the last stage's F and backward pass once more.
    #expect(wide.text.contains("makespan           150 "), "\(wide.text)")
    #expect(wide.text.contains("Modes: plain on stages 0-1"), "\(wide.text)")
    try workspace.pipeloom(
      "search", "p.json", "--modes", "plain", "--memory-limit", "40", "--iterations", "1000"
    ).expectSuccess()
  }

  @Test(
    "Searches end with a schedule that check accepts where hardly any mode fits",
    arguments: [
      (folded, ["--modes-per", "microbatch"]), (folded, [String]()), (pieces, [String]()),
      (pieces, ["--modes-per", "problem"]), (pieces, ["--modes-per", "microbatch"]),
      (offload, ["--modes", "host"]),
    ] as [(String, [String])], ["0", "3000"])
  func ends(shape: (problem: String, flags: [String]), iterations: String) throws {
    try workspace.write(shape.problem, to: "p.json")
    try workspace.pipeloom(
      ["search", "p.json", "--iterations", iterations, "--threads", "1", "-o", "s.json"] + shape.flags
    ).expectSuccess()
    try workspace.pipeloom("check", "s.json").expectSuccess()
  }

  @Test("Memory is not lowered below what a sequence needs")
  func wholeSequences() throws {
    let found = try workspace.pipeloom("search", "--devices", "1", "--microbatches", "2", "--pieces", "2")
    found.expectSuccess()
    #expect(found.text.contains("makespan           6 "), "\(found.text)")
  }
}
