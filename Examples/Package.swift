// swift-tools-version: 6.1
import PackageDescription

/// Small programs that use Pipeloom as a library; each is one file.
let package = Package(
  name: "Examples",
  dependencies: [.package(name: "pipeloom", path: "..")],
  targets: ["search-problem", "compare-families", "check-schedule"].map {
    .executableTarget(name: $0, dependencies: [.product(name: "PipeloomKit", package: "pipeloom")])
  },
  swiftLanguageModes: [.v6]
)
