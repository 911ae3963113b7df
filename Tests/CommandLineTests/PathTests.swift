import Foundation
import Testing

#if os(Linux)
  /// Paths are bytes: a file of that name is meant, and no other. Other systems keep names in Unicode.
  @Suite("Paths that are no text")
  struct PathTests {
    private let workspace: Workspace

    init() throws { workspace = try Workspace() }

    /// The names in the working folder, byte by byte.
    private func names() throws -> Set<String> {
      // Foundation would repair them.
      let list = try workspace.shell("LC_ALL=C ls -1b")
      return Set(list.text.split(separator: "\n").map(String.init))
    }

    @Test("A file is written, read and drawn under a name of bytes that are no UTF-8")
    func bytes() throws {
      let outcome = try workspace.shell(
        #"""
        name=$(printf 'a\377\302b')
        $pipeloom generate 1f1b uniform-4x8 -o "$name.json" | tail -1
        $pipeloom check "$name.json"
        $pipeloom render "$name.json" -o "$name.svg"
        $pipeloom simulate "$name.json" --problem uniform-4x8 | tail -1
        """#)
      outcome.expectSuccess()
      // Two replacement characters where the bytes are.
      #expect(outcome.text.contains("  Written to a\u{FFFD}\u{FFFD}b.json\n"))
      #expect(outcome.text.contains("a\u{FFFD}\u{FFFD}b.json: no violations in 64 operations"))
      #expect(try names() == [#"a\377\302b.json"#, #"a\377\302b.svg"#])
    }

    @Test("A missing file of such a name is named")
    func missing() throws {
      try workspace.shell(#"exec $pipeloom check "$(printf 'a\377b')""#)
        .expectRefusal(Status.missingInput, naming: ["a\u{FFFD}b: No such file or directory"])
      // The character that messages show in its place names another file.
      try workspace.generate("1f1b", "uniform-4x8", to: "a\u{FFFD}b")
      try workspace.shell(#"exec $pipeloom check "$(printf 'a\377b')""#)
        .expectRefusal(Status.missingInput, naming: ["a\u{FFFD}b: No such file or directory"])
    }

    @Test(
      "Private characters name themselves", arguments: ["\u{10FF80}", "\u{10FFFF}", "\u{E000}", "\u{FFFD}"])
    func privateCharacters(name: String) throws {
      let file = try workspace.generate("1f1b", "uniform-4x8", to: name)
      #expect(try Data(contentsOf: workspace.url(name)) == file)
      try workspace.pipeloom("check", name).expectSuccess()
    }

    @Test("A link to such a name stays one, whether the file is there or not")
    func link() throws {
      let outcome = try workspace.shell(
        #"""
        name=$(printf 'real\377')
        mkdir "d$name"
        ln -s "d$name/$name" link.json
        $pipeloom generate 1f1b uniform-4x8 -o link.json > report || exit
        $pipeloom generate 1f1b uniform-4x8 -o link.json > report
        test -L link.json && ls -1b "d$name"
        """#)
      #expect(outcome.text == "real\\377\n", "\(outcome.errors)")
      #expect(try names() == [#"dreal\377"#, "link.json", "report"])
    }

    @Test("A combining mark behind a slash begins a name")
    func combining() throws {
      let name = "folder/\u{301}s.json"
      try FileManager.default.createDirectory(at: workspace.url("folder"), withIntermediateDirectories: false)
      try workspace.generate("1f1b", "uniform-4x8", to: name)
      try workspace.pipeloom(
        "export", name, "--format", "torch-csv", "--with-config", "torchtitan", "-o", "folder/\u{301}s.csv"
      ).expectSuccess()
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: workspace.url("folder").path).sorted()
          == ["\u{301}s.csv", "\u{301}s.json", "\u{301}s.py", "\u{301}s.toml"])
      // Early, before a search.
      try workspace.pipeloom("search", "uniform-4x8", "--time-limit", "30", "-o", "none/\u{301}s.json")
        .expectRefusal(Status.inputOutput, naming: ["none/\u{301}s.json: No such file or directory"])
    }

    @Test("Two spellings of one letter are two files")
    func spellings() throws {
      try workspace.generate("1f1b", "uniform-4x8", to: "\u{E9}.json")
      try workspace.pipeloom("check", "e\u{301}.json").expectRefusal(Status.missingInput, naming: [])
      try workspace.generate("zb-h1", "uniform-4x8", to: "e\u{301}.json")
      #expect(try names().count == 2)
    }

    @Test("Settings name the file, and so need a name that is text")
    func settings() throws {
      try workspace.generate("1f1b", "uniform-4x8", to: "s.json")
      let line = "exec $pipeloom export s.json --format torch-csv --with-config torchtitan -o"
      try workspace.shell(#"\#(line) "$(printf 'a\377.csv')""#)
        .expectRefusal(
          Status.usage, naming: ["--with-config: expected -o with a path in UTF-8, found 'a\u{FFFD}.csv'"])
      #expect(try workspace.names() == ["s.json"])
    }
  }
#endif
