import Foundation
import Testing

/// Where results go when all is well.
@Suite("Output files")
struct OutputFileTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  @Test("A new file is made with the usual permissions, and nothing beside it")
  func newFile() throws {
    try workspace.shell("umask 027; exec $pipeloom generate 1f1b uniform-4x8 -o new.json").expectSuccess()
    #expect(try workspace.names() == ["new.json"])
    #expect(try permissions(of: "new.json") == 0o640)
  }

  @Test("A replaced file keeps its permissions", arguments: [0o600, 0o644, 0o755])
  func keptPermissions(mode: Int) throws {
    try workspace.write("old", to: "out.json")
    chmod(workspace.url("out.json").path, mode_t(mode))
    try workspace.generate("1f1b", "uniform-4x8", to: "out.json")
    #expect(try permissions(of: "out.json") == mode)
    #expect(try workspace.text("out.json").hasPrefix("{"))
  }

  @Test("A symbolic link stays one")
  func symbolicLink() throws {
    try FileManager.default.createDirectory(at: workspace.url("folder"), withIntermediateDirectories: false)
    try workspace.write("old", to: "folder/real.json")
    symlink("folder/real.json", workspace.url("link.json").path)
    try workspace.generate("1f1b", "uniform-4x8", to: "link.json")
    #expect(
      try FileManager.default.destinationOfSymbolicLink(atPath: workspace.url("link.json").path)
        == "folder/real.json")
    #expect(try workspace.text("folder/real.json").hasPrefix("{"))
    #expect(try workspace.names() == ["folder", "link.json"])
  }

  @Test("A symbolic link to a file that is not there yet makes it; one in a circle is refused")
  func danglingLink() throws {
    try FileManager.default.createDirectory(at: workspace.url("folder"), withIntermediateDirectories: false)
    symlink("second.json", workspace.url("first.json").path)
    symlink("folder/real.json", workspace.url("second.json").path)
    let file = try workspace.generate("1f1b", "uniform-4x8", to: "first.json")
    #expect(try workspace.data("folder/real.json") == file)
    #expect(
      try FileManager.default.destinationOfSymbolicLink(atPath: workspace.url("second.json").path)
        == "folder/real.json")
    symlink("circle.json", workspace.url("circle.json").path)
    try workspace.pipeloom("generate", "1f1b", "uniform-4x8", "-o", "circle.json")
      .expectRefusal(Status.inputOutput, naming: ["circle.json: Too many levels of symbolic links"])
  }

  @Test("'-' is standard output, and carries nothing but the file")
  func standardOutput() throws {
    let file = try workspace.generate("zb-h2", "uniform-4x8", to: "s.json")
    let outcome = try workspace.pipeloom("generate", "zb-h2", "uniform-4x8", "-o", "-")
    outcome.expectSuccess()
    #expect(outcome.output == file)
    let piped = try workspace.shell("$pipeloom generate zb-h2 uniform-4x8 -o - | $pipeloom simulate - -o -")
    piped.expectSuccess()
    #expect(piped.output == file)
    #expect(try workspace.names() == ["s.json"])
  }

  @Test("A pipe and a device are written to as they are")
  func pipe() throws {
    let file = try workspace.generate("1f1b", "uniform-4x8", to: "s.json")
    let outcome = try workspace.shell(
      "mkfifo pipe; cat pipe & $pipeloom simulate s.json --json -o pipe > report; wait")
    outcome.expectSuccess()
    #expect(outcome.output == file)
    try workspace.pipeloom("generate", "1f1b", "uniform-4x8", "-o", "/dev/null").expectSuccess()
  }

  @Test("A schedule may replace the one it was made from")
  func ownInput() throws {
    let file = try workspace.generate("1f1b", "uniform-4x8", to: "s.json")
    try workspace.pipeloom("simulate", "s.json", "-o", "s.json").expectSuccess()
    #expect(try workspace.data("s.json") == file)
  }

  @Test("Two runs write the same bytes", arguments: ["json", "svg", "pdf", "png", "dot"])
  func deterministic(ending: String) throws {
    try workspace.generate("zb-h1", "uneven-ends-8x24", to: "a.json")
    try workspace.generate("zb-h1", "uneven-ends-8x24", to: "b.json")
    if ending != "json" {
      for name in ["a", "b"] {
        try workspace.pipeloom("render", "\(name).json", "-o", "\(name).\(ending)").expectSuccess()
      }
    }
    #expect(try workspace.data("a.\(ending)") == workspace.data("b.\(ending)"))
  }

  private func permissions(of name: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: workspace.url(name).path)[.posixPermissions] as? Int
  }
}
