import Foundation

/// The checkout that these tests were built from.
enum Repository {
  /// A file by its path from the top of the checkout.
  static func url(_ path: String) -> URL {
    // Tests/CommandLineTests/Harness/Repository.swift lies four levels down.
    (0..<4).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent() }
      .appendingPathComponent(path)
  }
}
