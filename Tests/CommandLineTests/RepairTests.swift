import Foundation
import Testing

@Suite("pipeloom repair")
struct RepairCommandTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  @Test("A lost device of a replica: what moved, what it costs, and a schedule that the checker accepts")
  func lostDevice() throws {
    try workspace.generate("1f1b", "--devices", "3", "--microbatches", "3", to: "s.json")
    let arguments = ["repair", "s.json", "--lost-device", "5", "--replicas", "2", "--iterations", "20000"]
    let outcome = try workspace.pipeloom(arguments + ["-o", "r.json"])
    outcome.expectSuccess()
    // 1F1B takes 3 (M + P - 1) = 15; the optimum with the hosts that are left is 20 (CP-SAT, OR-tools 9.15).
    #expect(outcome.text.contains("\n  device 5 lost: makespan 15 before, "))
    #expect(outcome.text.contains(" with the orders as they were, 20 now\n"))
    #expect(
      outcome.text.contains("\n  3 of 18 visits moved\n    stage 2, device 5 to 2: microbatches 3, 4, 5\n"))
    #expect(outcome.text.contains("\n  6 of 24 messages go another way in every iteration\n"))
    #expect(outcome.text.contains("\n  No weights to send: the new hosts have those stages already\n"))
    for command in [["check", "r.json", "--communication", "rendezvous"], ["simulate", "r.json"]] {
      try workspace.pipeloom(command).expectSuccess()
    }
    try workspace.pipeloom("render", "r.json", "-o", "r.svg").expectSuccess()
    try workspace.pipeloom("export", "r.json", "--format", "program", "-o", "p.json").expectSuccess()
    let repair = try #require(workspace.pipeloom(arguments + ["--json"]).object()["repair"] as? [String: Any])
    #expect(repair["before"] as? Double == 15 && repair["after"] as? Double == 20)
    #expect(repair["movedVisits"] as? Int == 3 && repair["changedMessages"] as? Int == 6)
  }

  @Test("Whole backward passes that are split now are told")
  func split() throws {
    try workspace.generate("1f1b", "--devices", "2", "--microbatches", "4", to: "s.json")
    let arguments = ["repair", "s.json", "--slow-device", "1=0.5", "--iterations", "2000"]
    #expect(try workspace.pipeloom(arguments).text.contains("--backward fused keeps them whole"))
    let fused = try workspace.pipeloom(arguments + ["--backward", "fused"])
    fused.expectSuccess()
    #expect(!fused.text.contains("keeps them whole"))
  }

  /// Six layers of 1, 1, 1, the static memory of each its number, on three devices; the last one is lost. The two
  /// devices that are left have three layers each: layers 2, 4 and 5 moved, and hold 2 + 4 + 5.
  @Test("--remap cuts the layers anew over the devices that are left")
  func remap() throws {
    let layers = (0..<6).map {
      "  - {name: l\($0), forward: 1, backwardInput: 1, backwardWeight: 1, static: \($0)}\n"
    }
    try workspace.write(
      "pipeloom: problem/1\ndevices: 3\nmicrobatches: 4\npartition: [2, 2, 2]\nlayers:\n\(layers.joined())",
      to: "p.yaml")
    try workspace.generate("1f1b", "p.yaml", to: "s.json")
    try workspace.pipeloom("repair", "s.json", "--lost-device", "2").expectRefusal(
      Status.badInput, naming: ["s.json: stage 2 has no other host than device 2; --remap"])
    let outcome = try workspace.pipeloom(
      "repair", "s.json", "--lost-device", "2", "--remap", "--iterations", "2000", "-o", "r.json")
    outcome.expectSuccess()
    #expect(outcome.text.contains("3 layers moved, with 11 "))
    #expect(outcome.text.contains(" to send, 2 layers of them from a checkpoint\n"))
    #expect(outcome.text.contains("Devices are numbered anew; before, they were 0, 1\n"))
    try workspace.pipeloom("check", "r.json").expectSuccess()
    let repair = try #require(
      workspace.pipeloom(
        "repair", "s.json", "--lost-device", "2", "--remap", "--iterations", "2000", "--json"
      ).object()["repair"] as? [String: Any])
    #expect((repair["layers"] as? [[String: Any]])?.compactMap { $0["layer"] as? Int } == [2, 4, 5])
  }

  @Test("Wrong usage is told with the flag")
  func usage() throws {
    try workspace.generate("1f1b", "--devices", "2", "--microbatches", "2", to: "s.json")
    try workspace.pipeloom("repair", "s.json").expectUsage(naming: ["--lost-device, --lost-link"])
    for (flag, value) in [
      ("--lost-device", "-1"), ("--lost-link", "0"), ("--lost-link", "0-1-2"), ("--slow-device", "1"),
      ("--slow-device", "1=0"), ("--slow-device", "1=x"), ("--slow-link", "0-1"), ("--slow-link", "0=3"),
    ] {
      try workspace.pipeloom("repair", "s.json", "\(flag)=\(value)").expectUsage(naming: [flag])
    }
    try workspace.pipeloom("repair", "s.json", "--lost-device", "1", "--remap", "--replicas", "2")
      .expectUsage(naming: ["--remap"])
    try workspace.pipeloom("repair", "s.json", "--lost-device", "7")
      .expectRefusal(Status.badInput, naming: ["expected a device from 0 to 1, found 7"])
    try workspace.pipeloom("repair", "s.json", "--lost-device", "1")
      .expectRefusal(Status.badInput, naming: ["s.json: stage 1 has no other host than device 1; --replicas"])
  }
}
