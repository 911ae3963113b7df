import Foundation
import ModelCosts
import Testing

@testable import ScheduleFormats

@Suite("Files of machines")
struct HardwareFileTests {
  private static let lines = [
    "pipeloom: hardware/1", "peak: 1e15", "efficiency: 0.5", "memory: {bandwidth: 2e12, limit: 80e9}",
    "links: {tensor: 4e11, pipeline: {bandwidth: 5e10, latency: 8e-6}}",
  ]

  private func decode(_ lines: [String]) throws(FormatError) -> Hardware {
    try HardwareFile.decode(Array((lines.joined(separator: "\n") + "\n").utf8), file: "m.yaml")
  }

  @Test(
    "need few keys: one peak is that of 16 bits, one share that of all, links of experts those of the pipeline"
  )
  func least() throws {
    let machine = try decode(Self.lines)
    #expect(machine.name == "m.yaml")
    #expect(machine.peak == [.bfloat16: 1e15, .float16: 1e15])
    #expect(machine.efficiency.weight == PeakShare(0.5))
    #expect(machine.memory.usable == 80e9)
    #expect(machine.links.expert == .init(bandwidth: 5e10, latency: 8e-6))
    #expect(machine.links.tensor.latency == 0)
    #expect(machine.overhead == 0)
  }

  @Test("take shares by size, peaks by precision")
  func all() throws {
    var lines = Self.lines
    lines[1] = "peak: {bf16: 1e15, fp8: 2e15}"
    lines[2] = "efficiency: {matrix: [[0, 0.2], [1e12, 0.7]], attention: 0.4}"
    let machine = try decode(lines)
    #expect(machine.peak[.float8] == 2e15)
    #expect(machine.peak[.float32] == nil)
    #expect(machine.efficiency.matrix.of(flops: 1e11) == 0.2)
    #expect(machine.efficiency.weight == machine.efficiency.matrix)
    #expect(machine.efficiency.attention == PeakShare(0.4))
  }

  @Test(
    "that miss a key or have no such value are refused with line and key",
    arguments: [
      (1, "name: x", #"expected the key "peak", found none"#),
      (1, "peak: 0", "m.yaml:2: peak: expected a number from"),
      (1, "peak: fast", "peak: expected a number, or a mapping by precision"),
      (1, "peak: {bf61: 1e15}", "found \"bf61\"; did you mean \"bf16\"?"),
      (2, "efficiency: 1.5", "efficiency: expected a share above 0 and up to 1, found 1.5"),
      (2, "efficiency: []", "efficiency: expected at least one pair"),
      (2, "efficiency: [[1]]", "expected a size in FLOP and a share"),
      (3, "memory: {bandwidth: 2e12}", #"memory: expected the key "limit""#),
      (3, "memory: {bandwidth: 2e12, limit: 80e9, reserve: 1}", "memory.reserve: expected a share from 0"),
      (4, "links: {tensor: 4e11}", #"links: expected the key "pipeline""#),
      (4, "links: {tensor: -1, pipeline: 1e9}", "links.tensor: expected a number from"),
      (0, "pipeloom: problem/1", "expected a machine (hardware/1), found a problem"),
      (0, "overhead: 1", #"expected the key "pipeloom""#),
    ])
  func refusals(line: Int, text: String, expected: String) {
    var lines = Self.lines
    lines[line] = text
    var message = "no error"
    do throws(FormatError) { _ = try decode(lines) } catch { message = error.description }
    #expect(message.contains(expected), "\(message)")
  }

  @Test("of presets are all files of their folder, and name their sources")
  func presets() throws {
    let folder = PresetTests.root.appending(path: "Sources/ScheduleFormats/Presets/Hardware")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).map {
      String($0.dropLast(5))
    }
    #expect(Set(names) == Set(HardwarePreset.all.map(\.name)))
    for preset in HardwarePreset.all {
      let machine = try preset.hardware()
      #expect(machine.name.lowercased() == preset.name)
      #expect(machine.source.contains("data sheet"))
      #expect(machine.peak[.bfloat16] != nil)
      #expect(HardwarePreset.named(machine.name) == preset)
    }
  }
}
