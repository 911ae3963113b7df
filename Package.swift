// swift-tools-version: 6.1
import PackageDescription

/// Every module is a product too, so that another package can use the model, the timeline, the
/// families or the drawing without the command line.
let modules = [
  "PipelineModel", "OperationGraph", "Timeline", "RankPrograms", "ScheduleChecker", "ScheduleFamilies",
  "ScheduleScenarios", "ScheduleSearch", "Measurement", "ModelCosts", "ScheduleStudies", "ScheduleFormats",
  "Diagrams", "ReportPages",
]

let package = Package(
  name: "Pipeloom",
  products: (modules + ["PipeloomKit"]).map { .library(name: $0, targets: [$0]) }
    + [.executable(name: "pipeloom", targets: ["pipeloom"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    .target(name: "PipelineModel"),
    .target(name: "OperationGraph", dependencies: ["PipelineModel"]),
    .target(name: "Timeline", dependencies: ["PipelineModel", "OperationGraph"]),
    .target(name: "RankPrograms", dependencies: ["PipelineModel", "Timeline"]),
    .target(name: "ScheduleChecker", dependencies: ["PipelineModel"]),
    .target(name: "ScheduleFamilies", dependencies: ["PipelineModel", "Timeline"]),
    .target(name: "ScheduleScenarios", dependencies: ["PipelineModel", "OperationGraph", "Timeline"]),
    .target(
      name: "ScheduleSearch",
      dependencies: [
        "PipelineModel", "OperationGraph", "Timeline", "ScheduleScenarios",
        .product(name: "BitCollections", package: "swift-collections"),
        .product(name: "HeapModule", package: "swift-collections"),
      ]),
    .target(name: "Measurement", dependencies: ["PipelineModel"]),
    .target(name: "ModelCosts", dependencies: ["PipelineModel"]),
    .target(
      name: "ScheduleStudies",
      dependencies: [
        "PipelineModel", "Timeline", "ScheduleFamilies", "ScheduleScenarios", "ScheduleSearch", "Measurement",
      ]),
    .target(
      name: "ScheduleFormats",
      dependencies: [
        "PipelineModel", "Timeline", "RankPrograms", "ScheduleScenarios", "Measurement", "ModelCosts",
        "CZlib",
        "Yams",
      ],
      // A copied program knows its presets without a folder beside it.
      resources: [.embedInCode("Presets")]),
    .target(name: "Diagrams", dependencies: ["PipelineModel", "Timeline"]),
    .target(
      name: "ReportPages", dependencies: ["PipelineModel", "Timeline", "Diagrams"],
      // One page of HTML needs nothing beside it, and neither does the program that writes it.
      resources: [.embedInCode("Page")]),
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .target(name: "PipeloomKit", dependencies: modules.map { .init(stringLiteral: $0) }),
    .executableTarget(
      name: "pipeloom",
      dependencies: modules.map { .init(stringLiteral: $0) } + [
        .product(name: "ArgumentParser", package: "swift-argument-parser")
      ]),

    .target(name: "ReferenceTimer", path: "Benchmarks/ReferenceTimer"),
    .executableTarget(name: "EmptyProgram", path: "Benchmarks/EmptyProgram"),
    .executableTarget(
      name: "PipeloomBenchmarks",
      dependencies: [
        "ReferenceTimer", "TestSupport", "ScheduleFamilies", "ScheduleFormats", "ScheduleSearch",
        "ScheduleStudies", "Timeline",
      ],
      path: "Benchmarks/PipeloomBenchmarks"),

    .target(name: "TestSupport", dependencies: ["PipelineModel"], path: "Tests/TestSupport"),
    .executableTarget(
      name: "PipeloomFuzz",
      dependencies: [
        "TestSupport", "Measurement", "ScheduleChecker", "ScheduleFamilies", "ScheduleFormats", "Timeline",
      ],
      path: "Tests/Fuzz"),
    .testTarget(name: "PipelineModelTests", dependencies: ["PipelineModel", "TestSupport"]),
    .testTarget(
      name: "TimelineTests",
      dependencies: ["Timeline", "ScheduleChecker", "ScheduleFamilies", "TestSupport"]),
    .testTarget(
      name: "RankProgramsTests",
      dependencies: ["RankPrograms", "ScheduleChecker", "ScheduleFamilies", "Timeline", "TestSupport"]),
    .testTarget(
      name: "ScheduleCheckerTests",
      dependencies: ["ScheduleChecker", "TestSupport"]),
    .testTarget(
      name: "ScheduleFamiliesTests",
      dependencies: ["ScheduleFamilies", "ScheduleChecker", "Timeline", "TestSupport"]),
    .testTarget(
      name: "ScheduleScenariosTests",
      dependencies: ["ScheduleScenarios", "ScheduleFamilies", "Timeline", "TestSupport"]),
    .testTarget(
      name: "ScheduleSearchTests",
      dependencies: [
        "ScheduleSearch", "OperationGraph", "ScheduleChecker", "ScheduleFamilies", "ScheduleScenarios",
        "Timeline",
        "TestSupport",
      ]),
    .testTarget(
      name: "ScheduleStudiesTests",
      dependencies: [
        "ScheduleStudies", "ScheduleChecker", "ScheduleFamilies", "ScheduleSearch", "Timeline", "TestSupport",
      ]),
    .testTarget(
      name: "MeasurementTests", dependencies: ["Measurement", "ScheduleFamilies", "Timeline", "TestSupport"]),
    .testTarget(name: "ModelCostsTests", dependencies: ["ModelCosts", "PipelineModel", "ScheduleFormats"]),
    .testTarget(name: "PipeloomKitTests", dependencies: ["PipeloomKit", "TestSupport"]),
    .testTarget(
      name: "ScheduleFormatsTests",
      dependencies: [
        "ScheduleFormats", "Measurement", "ModelCosts", "ScheduleChecker", "ScheduleFamilies",
        "ScheduleScenarios", "Timeline", "TestSupport",
      ]),
    .testTarget(
      name: "DiagramsTests",
      dependencies: ["Diagrams", "ScheduleFamilies", "Timeline", "TestSupport"]),
    .testTarget(
      name: "EngineTests",
      dependencies: [
        "ScheduleChecker", "ScheduleFamilies", "ScheduleFormats", "ScheduleSearch", "Timeline", "TestSupport",
      ]),
    .testTarget(
      name: "CommandLineTests",
      dependencies: [
        "pipeloom", "Diagrams", "ScheduleFamilies", "ScheduleFormats", "ScheduleStudies", "Timeline",
        "TestSupport",
      ]),
  ],
  swiftLanguageModes: [.v6]
)

// Tests run on optimised modules. To optimise the tests themselves takes longer than it saves, and so it does for modules
// that compute little; these are left as they are for `make build-tests` alone: no package may use one with unsafe flags.
let isForTests = Context.environment["PIPELOOM_TESTS"] != nil
let computesLittle = [
  "Measurement", "ModelCosts", "ScheduleFormats", "Diagrams", "ReportPages", "PipeloomKit", "pipeloom",
  "EmptyProgram", "PipeloomBenchmarks", "PipeloomFuzz",
]
for target in package.targets
where target.type == .test || isForTests && computesLittle.contains(target.name) {
  target.swiftSettings = [.unsafeFlags(["-Onone"])]
}
