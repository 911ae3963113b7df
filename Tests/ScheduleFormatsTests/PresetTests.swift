import Foundation
import PipelineModel
import Testing

@testable import ScheduleFormats

@Suite("Presets")
struct PresetTests {
  /// The top of the repository, found from this file.
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  @Test("are all files of Presets, under their names")
  func files() throws {
    let folder = Self.root.appending(path: "Sources/ScheduleFormats/Presets")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }
    #expect(Set(names) == Set(Preset.all.map(\.name)))
    for preset in Preset.all {
      #expect(try Data(contentsOf: folder.appending(path: "\(preset.name).yaml")) == Data(preset.text))
    }
  }

  @Test("read as problems that say where they come from", arguments: Preset.all.map(\.name))
  func problems(name: String) throws {
    let preset = try #require(Preset.named(name))
    let problem = try preset.problem()
    #expect(problem.source?.isEmpty == false)
    #expect(!problem.name.isEmpty)
    #expect(!preset.title.isEmpty)
    #expect(problem.devices.allSatisfy { $0.memoryLimit == nil })
    #expect(try ProblemFile.decode(ProblemFile.encode(problem), file: "") == problem)
  }

  @Test(
    "hold the profiled times of the zero-bubble paper",
    arguments: [
      ("zero-bubble-1.5b", 8, 24, [18.522, 18.086, 9.337, 0.601, 0.366]),
      ("zero-bubble-6.2b", 8, 24, [29.718, 29.444, 19.927, 0.527, 0.432]),
      ("zero-bubble-14.6b", 16, 48, [11.347, 11.248, 8.132, 0.377, 0.432]),
    ])
  func zeroBubble(name: String, devices: Int, microbatches: Int, numbers: [Double]) throws {
    let problem = try #require(Preset.named(name)).problem()
    #expect(problem.deviceCount == devices)
    #expect(problem.stageCount == devices)
    #expect(problem.microbatchCount == microbatches)
    #expect(problem.communication == .uniform(numbers[3]))
    let stage = Stage(
      forward: numbers[0], backwardInput: numbers[1], backwardWeight: numbers[2], activationForW: numbers[4])
    #expect(problem.stages.allSatisfy { $0 == stage })
  }

  @Test("are not known by other names")
  func unknown() {
    #expect(Preset.named("zero-bubble") == nil)
  }

  @Test("have a one-line title")
  func title() {
    #expect(
      Preset.named("uniform-4x8")?.title
        == "Uniform 4 x 8: the textbook pipeline, F = B = W = 1 and no latency")
  }
}
