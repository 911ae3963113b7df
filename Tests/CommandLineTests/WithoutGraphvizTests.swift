import Testing

#if os(Linux)
  /// A machine without Graphviz's libraries: files that are no libraries stand in their way.
  @Suite struct WithoutGraphvizTests {
    private let workspace: Workspace
    private let environment: [String: String]

    init() throws {
      workspace = try Workspace()
      environment = ["LD_LIBRARY_PATH": workspace.folder.path]
      for name in ["libgvc.so.6", "libgvc.so.7"] { try workspace.write("", to: name) }
      try workspace.generate("1f1b", "uniform-4x8", to: "s.json")
    }

    @Test(
      "Everything but drawing works",
      arguments: [
        "--version", "families", "generate zb-h1 uniform-4x8 -o a.json", "search uniform-4x8 --iterations 10",
        "simulate s.json", "check s.json", "compare s.json", "export s.json --format torch-csv -o a.csv",
      ])
    func everythingButDrawing(command: String) throws {
      try workspace.pipeloom(command.split(separator: " ").map(String.init), environment: environment)
        .expectSuccess()
    }

    @Test(
      "What draws names the package", arguments: ["render s.json -o a.svg", "compare s.json s.json -o a.png"])
    func drawing(command: String) throws {
      try workspace.pipeloom(command.split(separator: " ").map(String.init), environment: environment)
        .expectRefusal(Status.missingComponent, naming: ["libgvc6"])
      #expect(try workspace.names() == ["libgvc.so.6", "libgvc.so.7", "s.json"])
    }
  }
#endif
