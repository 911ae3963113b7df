import Foundation
import Testing

/// What pages show of the library is what `make examples-build` compiles.
@Suite("Articles quote compiled programs")
struct ArticleTests {
  // Tests/PipeloomKitTests/ArticleTests.swift lies three levels down.
  private static let top = (0..<3).reduce(URL(fileURLWithPath: #filePath)) { url, _ in
    url.deletingLastPathComponent()
  }

  private func text(_ path: String) throws -> String {
    try String(contentsOf: Self.top.appendingPathComponent(path), encoding: .utf8)
  }

  private func names(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: Self.top.appendingPathComponent(folder).path)
  }

  private func blocks(of page: String) -> [String] {
    page.components(separatedBy: "```swift\n").dropFirst().map { $0.components(separatedBy: "```")[0] }
  }

  /// The programs, without the comment that begins each.
  private func programs() throws -> [String] {
    let programs = try names(in: "Examples/Sources").map { try text("Examples/Sources/\($0)/main.swift") }
    return try programs.map { program in
      let start = try #require(program.range(of: "import PipeloomKit\n")).lowerBound
      return String(program[start...])
    }
  }

  @Test("Each article shows one whole program, and each program has its article")
  func articles() throws {
    let folder = "Sources/PipeloomKit/PipeloomKit.docc"
    let articles = try names(in: folder).filter { $0 != "PipeloomKit.md" }
    let shown = try articles.flatMap { blocks(of: try text("\(folder)/\($0)")) }
    #expect(shown.sorted() == (try programs()).sorted())
    #expect(articles.count == 3 && shown.count == 3)
  }

  @Test("The README shows a part of one")
  func readme() throws {
    let shown = try #require(blocks(of: try text("README.md")).first)
    #expect(try programs().contains { $0.contains(shown) })
  }

  @Test("Every product of the package has a page, and the library's page leads to all")
  func pages() throws {
    let kit = try text("Sources/PipeloomKit/PipeloomKit.docc/PipeloomKit.md")
    for name in try names(in: "Sources") where !["CZlib", "pipeloom", "PipeloomKit"].contains(name) {
      #expect(try text("Sources/\(name)/\(name).docc/\(name).md").hasPrefix("# ``\(name)``\n"), "\(name)")
      #expect(kit.contains("- ``/\(name)``\n"), "\(name)")
    }
  }
}
