import Foundation
import Testing

#if os(Linux)
  /// Problems for which there is no memory are refused before it is taken.
  @Suite("Memory that there is not")
  struct MemoryForecastTests {
    @Test(
      "A problem of too many operations is refused at once, with the number that there is memory for",
      arguments: [
        "generate gpipe --devices 4096 --microbatches 4096", "search --devices 512 --microbatches 4096",
        "compare --families 1f1b --devices 4096 --microbatches 4096",
      ])
    func operations(command: String) throws {
      try Workspace().shell("ulimit -v 1500000; exec $pipeloom \(command)")
        .expectRefusal(Status.badInput, naming: ["expected at most", "operations", "1464 MiB of memory"])
    }

    @Test("A file larger than the memory is refused at once")
    func file() throws {
      let workspace = try Workspace()
      let outcome = try workspace.shell(
        "echo '{' > s.json; truncate -s 1G s.json; ulimit -v 1500000; exec $pipeloom check s.json")
      outcome.expectRefusal(Status.badInput, naming: ["s.json: expected at most 366 MiB, found more"])
    }

    @Test("Links between more devices than a file can hold are refused before they are spelled out")
    func links() throws {
      let workspace = try Workspace()
      try workspace.write(
        ProblemText.plain.setting("devices", "65536").setting("microbatches", "1")
          .setting("stages", #"[{"repeat": 65536, "forward": 1, "backwardInput": 1, "backwardWeight": 1}]"#)
          .setting("communication", #"{"latency": 1, "bandwidth": 1, "bytes": 1}"#).yaml, to: "p.yaml")
      try workspace.pipeloom("generate", "gpipe", "p.yaml").expectRefusal(
        Status.badInput, naming: ["p.yaml:5: communication: expected at most 2048 devices", "found 65536"])
    }
  }
#endif
