import Foundation
import Testing

/// Output that cannot be written, and what must survive it.
@Suite("Output that fails")
struct OutputFailureTests {
  private let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    try workspace.generate("1f1b", "uniform-4x8", to: "s.json")
  }

  /// Every command that writes a file, but for the file.
  private static let writers = [
    ["generate", "zb-h1", "uniform-4x8", "-o"], ["simulate", "s.json", "-o"],
    ["render", "s.json", "--format", "svg", "-o"],
  ]

  private func expectFailures(to path: String, naming text: String) throws {
    for writer in Self.writers {
      try workspace.pipeloom(writer + [path]).expectRefusal(Status.inputOutput, naming: ["\(path): ", text])
    }
  }

  @Test("A folder that does not exist")
  func missingFolder() throws {
    try expectFailures(to: "no/such/out.svg", naming: "No such file or directory")
    #expect(try workspace.names() == ["s.json"])
  }

  @Test("A file where a folder is named")
  func fileAsFolder() throws {
    try expectFailures(to: "s.json/out.svg", naming: "Not a directory")
  }

  @Test("An existing directory, and an empty name")
  func directory() throws {
    try expectFailures(to: ".", naming: "expected a file, found a directory")
    for writer in Self.writers {
      try workspace.pipeloom(writer + [""]).expectRefusal(Status.inputOutput, naming: ["'': "])
    }
    #expect(try workspace.names() == ["s.json"])
  }

  @Test("A full device", .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func fullDevice() throws {
    try expectFailures(to: "/dev/full", naming: "No space left on device")
  }

  @Test(
    "A full standard output", .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")),
    arguments: [
      "families", "families --json", "generate 1f1b uniform-4x8", "generate 1f1b uniform-4x8 -o -",
      "simulate s.json", "check s.json", "check s.json --json", "compare s.json",
      "render s.json --format png -o -", "--help", "--version", "generate --help",
      "--generate-completion-script bash",
    ])
  func fullStandardOutput(command: String) throws {
    try workspace.shell("exec $pipeloom \(command) > /dev/full")
      .expectRefusal(Status.inputOutput, naming: ["standard output: No space left on device"])
  }

  @Test("A report that cannot be printed leaves the written file whole")
  func reportAfterFile() throws {
    try workspace.shell("exec $pipeloom generate 1f1b uniform-4x8 -o new.json > /dev/full")
      .expectRefusal(Status.inputOutput, naming: ["standard output"])
    #expect(try workspace.data("new.json") == workspace.data("s.json"))
  }

  @Test(
    "A reader that closes the pipe",
    arguments: [
      "generate 1f1b --devices 16 --microbatches 64 -o -",
      "generate 1f1b --devices 512 --microbatches 1 --json",
      "render s.json --format svg -o -",
    ])
  func closedPipe(command: String) throws {
    let outcome = try workspace.shell("{ $pipeloom \(command); echo $? > status; } | true")
    #expect(outcome.errors == "pipeloom: standard output: Broken pipe\n")
    #expect(try workspace.text("status") == "74\n")
  }

  @Test("A limit on the size of files is an error, not a death")
  func sizeLimit() throws {
    try workspace.write("old", to: "out.json")
    let outcome = try workspace.shell(
      "ulimit -f 2; exec $pipeloom generate 1f1b zero-bubble-1.5b -o out.json")
    outcome.expectRefusal(Status.inputOutput, naming: ["out.json: File too large"])
    #expect(try workspace.text("out.json") == "old")
    #expect(try workspace.names() == ["out.json", "s.json"])
  }

  @Test(
    "A full disk leaves the old file whole",
    .enabled(if: SmallDisk.isAvailable, "needs root to mount a small disk"))
  func fullDisk() throws {
    try FileManager.default.createDirectory(at: workspace.url("disk"), withIntermediateDirectories: false)
    let disk = try SmallDisk(at: workspace.url("disk"))
    defer { disk.unmount() }
    try workspace.write("old", to: "disk/out.json")
    try workspace.pipeloom(
      "generate", "1f1b", "--devices", "32", "--microbatches", "64", "-o", "disk/out.json"
    )
    .expectRefusal(Status.inputOutput, naming: ["disk/out.json: No space left on device"])
    #expect(try workspace.text("disk/out.json") == "old")
    #expect(try FileManager.default.contentsOfDirectory(atPath: workspace.url("disk").path) == ["out.json"])
  }

  @Test("A read-only folder and a read-only file", .enabled(if: geteuid() != 0, "root may write everywhere"))
  func readOnly() throws {
    try workspace.write("old", to: "kept.svg")
    chmod(workspace.url("kept.svg").path, 0o444)
    try expectFailures(to: "kept.svg", naming: "Permission denied")
    chmod(workspace.folder.path, 0o555)
    defer { chmod(workspace.folder.path, 0o755) }
    try expectFailures(to: "new.svg", naming: "Permission denied")
    #expect(try workspace.text("kept.svg") == "old")
  }

  @Test("Bad input leaves the old output whole")
  func badInput() throws {
    try workspace.write("old", to: "out.svg")
    try workspace.write("{}", to: "bad.json")
    for command in [
      ["generate", "1f1b", "bad.json"], ["generate", "1f1b", "uniform-4x8", "--memory-limit", "3"],
      ["simulate", "bad.json"], ["simulate", "s.json", "--problem", "bad.json"], ["render", "bad.json"],
    ] {
      try workspace.pipeloom(command + ["-o", "out.svg"]).expectRefusal(Status.badInput, naming: [])
    }
    try workspace.pipeloom("render", "s.json", "-o", "out.svg", "--from", "90")
      .expectRefusal(Status.usage, naming: ["the window"])
    #expect(try workspace.text("out.svg") == "old")
    #expect(try workspace.names() == ["bad.json", "out.svg", "s.json"])
  }

  @Test("Two files are written both or not at all", arguments: ["s.csv", "s.toml"])
  func pair(failing name: String) throws {
    try FileManager.default.createDirectory(at: workspace.url(name), withIntermediateDirectories: false)
    try workspace.pipeloom(
      "export", "s.json", "--format", "torch-csv", "--with-config", "torchtitan", "-o", "s.csv"
    )
    .expectRefusal(Status.inputOutput, naming: ["\(name): expected a file, found a directory"])
    #expect(try workspace.names() == [name, "s.json"].sorted())
  }

  #if os(Linux)
    @Test(
      "Of two files the first is taken back when the second cannot take its place",
      .enabled(if: SmallDisk.isAvailable, "needs root to mount a file"), arguments: [false, true])
    func pairTakenBack(isThere: Bool) throws {
      // Nothing can be renamed onto a file that is mounted.
      try workspace.write("old", to: "s.csv")
      if isThere { try workspace.write("old settings", to: "s.toml") }
      let outcome = try workspace.shell(
        """
        mount --bind s.csv s.csv || exit
        $pipeloom export s.json --format torch-csv --with-config torchtitan -o s.csv
        status=$?
        umount s.csv
        exit $status
        """)
      outcome.expectRefusal(Status.inputOutput, naming: ["s.csv: Device or resource busy"])
      #expect(try workspace.text("s.csv") == "old")
      #expect(try workspace.names() == (isThere ? ["s.csv", "s.json", "s.toml"] : ["s.csv", "s.json"]))
      if isThere { #expect(try workspace.text("s.toml") == "old settings") }
    }

    @Test("A run that is killed with its file on the disk leaves nothing behind")
    func killed() throws {
      // The settings are on the disk when the program waits for a reader of the pipe.
      let outcome = try workspace.shell(
        """
        mkfifo s.csv
        $pipeloom export s.json --format torch-csv --with-config torchtitan -o s.csv & run=$!
        sleep 1
        kill -9 $run
        wait $run 2> /dev/null
        ls -A
        """)
      #expect(outcome.text == "s.csv\ns.json\n", "\(outcome.errors)")
    }
  #endif

  @Test("Temporary files of killed runs are stepped over")
  func leftovers() throws {
    let outcome = try workspace.shell(
      """
      for attempt in 0 1 2; do echo left > .pipeloom-$$-$attempt.tmp; done
      exec $pipeloom generate 1f1b uniform-4x8 -o new.json
      """)
    outcome.expectSuccess()
    #expect(try workspace.data("new.json") == workspace.data("s.json"))
    #expect(try workspace.names().count == 5)
  }
}

/// A disk of 64 KiB in memory.
private struct SmallDisk {
  private let folder: URL

  /// Whether one can be mounted here.
  static let isAvailable: Bool = {
    guard geteuid() == 0, let workspace = try? Workspace(), let disk = try? SmallDisk(at: workspace.folder)
    else {
      return false
    }
    disk.unmount()
    return true
  }()

  init(at folder: URL) throws {
    self.folder = folder
    guard try Self.run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder.path) == 0 else {
      throw CocoaError(.fileWriteUnknown)
    }
  }

  func unmount() { _ = try? Self.run("umount", folder.path) }

  private static func run(_ arguments: String...) throws -> Int32 {
    let child = try Spawn(
      "/usr/bin/env", arguments, environment: ProcessInfo.processInfo.environment, folder: "/",
      input: "/dev/null", output: "/dev/null", errors: "/dev/null")
    return try child.wait(seconds: 10).status
  }
}
