import Foundation
import PipeloomKit
import TestSupport
import Testing

/// One import is enough for all that the functions take and return.
@Suite("Pipeloom as a library")
struct PipeloomTests {
  private let text = """
    pipeloom: problem/1
    name: tiny
    devices: 2
    microbatches: 4
    stages: [{repeat: 2, forward: 1, backwardInput: 1, backwardWeight: 1, activationForB: 1, activationForW: 1}]
    """

  private func problem() throws -> Problem { try Pipeloom.problem(Array(text.utf8)) }

  @Test("A problem comes from bytes, and one that is wrong is refused by its name, line and key")
  func problems() throws {
    #expect(try problem().name == "tiny" && problem().deviceCount == 2)
    let wrong = text.replacingOccurrences(of: "microbatches: 4", with: "microbatches: 0")
    let error = #expect(throws: FormatError.self) { try Pipeloom.problem(Array(wrong.utf8), name: "p.yaml") }
    #expect(error?.description.hasPrefix("p.yaml:4: microbatches") == true, "\(error.debugDescription)")
  }

  @Test("A search gives orders with figures, a certificate and its reason, which the checker accepts")
  func search() throws {
    let best = try Pipeloom.search(problem(), plan: SearchPlan(iterations: 500, threads: { _ in 1 }))
    // 12 of work on device 1 after the first F.
    #expect(best.summary.makespan == 13 && best.certificate?.optimal == true)
    #expect(best.proof.argument.explanation.contains("device 1"))
    #expect(best.orders.operations.count == 24)
    #expect(Pipeloom.check(best).isEmpty)
  }

  @Test("A family is laid out as it needs the problem, and refused where it does not fit")
  func generate() throws {
    let folded = try Pipeloom.generate("zb-v", for: problem())
    #expect(folded.problem.stageCount == 4)
    #expect(Pipeloom.check(folded).isEmpty)
    #expect(throws: FamilyRefusal.self) {
      try Pipeloom.generate("gpipe", for: problem().with(memoryLimit: 2))
    }
    #expect(throws: FamilyError.self) { try Pipeloom.generate("zb-h9", for: problem()) }
  }

  @Test("A schedule file reads back as what was written, and a false one is found out")
  func files() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "s.json").path()
    let schedule = try Pipeloom.generate("1f1b", for: problem())
    try Pipeloom.write(schedule, to: path)
    var file = try Pipeloom.schedule(contentsOf: path)
    #expect(file.record.schedule == schedule.timeline.schedule)
    #expect(Pipeloom.check(file).isEmpty)
    #expect(try Pipeloom.simulate(file.record.schedule.orders, of: problem()).summary.makespan == 15)
    file.record.summary?.makespan = 14
    #expect(!Pipeloom.check(file).isEmpty)
  }

  @Test("A diagram is an SVG with the title")
  func render() throws {
    let picture = try Pipeloom.render(Pipeloom.generate("1f1b", for: problem()), title: "Mine")
    let text = String(decoding: picture, as: UTF8.self)
    #expect(text.contains("<svg") && text.contains("Mine"))
  }

  @Test("Routes that are still to be chosen are chosen")
  func routes() throws {
    let text = text + "\nskipReorder: {stagesPerMicrobatch: 1}\n"
    let contents = try ProblemFile.contents(Array(text.utf8), file: "p.yaml")
    let best = try Pipeloom.search(contents, plan: SearchPlan(iterations: 100, threads: { _ in 1 }))
    #expect(best.problem.routes.allSatisfy { $0.visits.count == 1 })
    #expect(Pipeloom.check(best).isEmpty)
  }

  @Test("What the README shows is an example that is built")
  func readme() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
    let blocks = readme.components(separatedBy: "```swift\n").dropFirst()
      .map { $0.components(separatedBy: "```")[0] }
    let examples = root.appending(path: "Examples/Sources")
    let sources = try FileManager.default.contentsOfDirectory(at: examples, includingPropertiesForKeys: nil)
      .map { try String(contentsOf: $0.appending(path: "main.swift"), encoding: .utf8) }
    #expect(!blocks.isEmpty)
    for block in blocks { #expect(sources.contains { $0.contains(block) }, "\(block)") }
  }
}
