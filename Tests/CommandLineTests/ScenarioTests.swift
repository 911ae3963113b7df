import Foundation
import Testing

/// `--scenarios`: schedules under other durations and latencies.
@Suite("pipeloom with --scenarios")
struct ScenarioTests {
  private let workspace: Workspace

  init() throws {
    workspace = try Workspace()
    for family in ["1f1b", "zb-h1"] { try workspace.generate(family, "uniform-4x8", to: "\(family).json") }
    try workspace.write(
      "pipeloom: scenarios/1\nrules: [{factor: {lognormal: 0.1}}]\ncount: 20\n", to: "jitter.yaml")
  }

  private static let spreadKeys: Set<String> = ["mean", "median", "p90", "p95", "p99", "worst"]

  private func write(_ rules: String, to file: String) throws {
    try workspace.write("pipeloom: scenarios/1\nrules: [\(rules)]\n", to: file)
  }

  @Test("simulate prints the figures of makespan and period, for people and machines")
  func simulate() throws {
    let json = try workspace.pipeloom("simulate", "zb-h1.json", "--scenarios", "jitter.yaml", "--json")
    json.expectSuccess()
    let scenarios = try #require(try json.object()["scenarios"] as? [String: Any])
    for quantity in ["makespan", "period"] {
      let spread = try #require(scenarios[quantity] as? [String: Double])
      #expect(Set(spread.keys) == Self.spreadKeys)
      let ascending = ["median", "p90", "p95", "p99", "worst"].compactMap { spread[$0] }
      #expect(ascending == ascending.sorted())
    }
    #expect(scenarios["count"] as? Int == 20)
    #expect((scenarios["criticalShare"] as? [Double])?.count == 4)
    let text = try workspace.pipeloom("simulate", "zb-h1.json", "--scenarios", "jitter.yaml")
    text.expectSuccess()
    for word in ["Under 20 scenarios"] + Self.spreadKeys.sorted() + ["critical"] {
      #expect(text.text.contains(word))
    }
    let plain = try workspace.pipeloom("simulate", "zb-h1.json", "--json")
    #expect(try plain.object()["scenarios"] == nil)
  }

  @Test("a rule that changes nothing leaves every figure as it is without")
  func nothing() throws {
    try write("{factor: 1}", to: "same.yaml")
    let json = try workspace.pipeloom("simulate", "1f1b.json", "--scenarios", "same.yaml", "--json")
    let scenarios = try #require(try json.object()["scenarios"] as? [String: Any])
    // (m + p - 1)(F + B + W)
    #expect((scenarios["makespan"] as? [String: Double])?.values.allSatisfy { $0 == 33 } == true)
  }

  @Test("compare puts mean, p95 and regret beside the rest, and draws strips")
  func compare() throws {
    let outcome = try workspace.pipeloom(
      "compare", "1f1b.json", "zb-h1.json", "--scenarios", "jitter.yaml", "-o", "strips.svg")
    outcome.expectSuccess()
    for word in ["mean", "p95", "regret"] { #expect(outcome.text.contains(word)) }
    #expect(
      String(decoding: try workspace.data("strips.svg"), as: UTF8.self).contains(
        "2 schedules under 20 scenarios"))
    let json = try workspace.pipeloom(
      "compare", "1f1b.json", "zb-h1.json", "--scenarios", "jitter.yaml", "--json")
    let scenarios = try json.objects().compactMap { $0["scenarios"] as? [String: Any] }
    #expect(scenarios.count == 2)
    let means = scenarios.compactMap { ($0["makespan"] as? [String: Double])?["mean"] }
    let regrets = scenarios.compactMap { $0["regret"] as? Double }
    // Regrets differ as means do, and 1F1B is never better here.
    #expect(regrets[0] == 0 && abs(means[1] - means[0] - regrets[1]) < 1e-9)
    try workspace.pipeloom("compare", "--families", "1f1b,zb-v", "uniform-4x8", "--scenarios", "jitter.yaml")
      .expectSuccess()
  }

  @Test("search breaks ties, always the same, and certifies the value without scenarios")
  func search() throws {
    let flags = ["--scenarios", "jitter.yaml", "--iterations", "4000", "--threads", "2"]
    let one = try workspace.pipeloom(["search", "uniform-4x8", "-o", "one.json", "--json"] + flags)
    one.expectSuccess()
    try workspace.pipeloom(["search", "uniform-4x8", "-o", "two.json", "--json"] + flags).expectSuccess()
    #expect(try workspace.data("one.json") == workspace.data("two.json"))
    try workspace.pipeloom("check", "one.json").expectSuccess()
    let report = try one.object()
    let scenarios = try #require(report["scenarios"] as? [String: Any])
    let search = try #require(scenarios["search"] as? [String: Any])
    #expect(search["certificate"] as? String == "nominal" && search["figure"] as? String == "mean")
    let mean = try #require((scenarios["makespan"] as? [String: Double])?["mean"])
    #expect(try #require(search["meanLowerBound"] as? Double) <= mean * (1 + 1e-9))
    let summary = try #require(report["summary"] as? [String: Any])
    #expect(try #require(summary["lowerBound"] as? Double) <= #require(summary["makespan"] as? Double))
    let text = try workspace.pipeloom(["search", "uniform-4x8", "--quantile", "0.9"] + flags)
    text.expectSuccess()
    #expect(text.text.contains("Bound and gap are those of the makespan without scenarios."))
  }

  /// Nothing in the nominal times tells these orders apart: both are as short as can be, or nearly so.
  @Test(
    "under rare tails a search at ZB-H2's memory is no worse than it in 95 of 100 scenarios",
    arguments: [0, 1])
  func rareTails(seed: Int) throws {
    let stage = "{forward: 10, backwardInput: 10, backwardWeight: 5, activationForB: 1, activationForW: 0.5}"
    let stages = Array(repeating: stage, count: 8).joined(separator: ", ")
    try workspace.write(
      "pipeloom: problem/1\ndevices: 8\nmicrobatches: 24\ncommunication: 1\nmemoryLimit: 15\nstages: [\(stages)]\n",
      to: "p.yaml")
    try write("{factor: {tail: {chance: 0.01, factor: 4}}}", to: "tail.yaml")
    try workspace.pipeloom("generate", "zb-h2", "p.yaml", "-o", "zb-h2.json").expectSuccess()
    try workspace.pipeloom(
      "search", "p.yaml", "--scenarios", "tail.yaml", "--iterations", "10000", "--threads", "2", "--seed",
      String(seed), "-o", "found.json"
    ).expectSuccess()
    func p95(_ file: String) throws -> Double {
      let report = try workspace.pipeloom("simulate", file, "--scenarios", "tail.yaml", "--json").object()
      let scenarios = try #require(report["scenarios"] as? [String: Any])
      return try #require((scenarios["makespan"] as? [String: Double])?["p95"])
    }
    #expect(try p95("found.json") <= p95("zb-h2.json"))
  }

  @Test(
    "rules for what a problem does not have are refused by file and key",
    arguments: [
      ("{stages: [4], factor: 2}", "rules[0].stages[0]: expected a stage from 0 to 3, found 4"),
      (
        "{factor: 2}, {devices: [0, 9], factor: 2}",
        "rules[1].devices[1]: expected a device from 0 to 3, found 9"
      ),
      (
        "{microbatches: [8], factor: 2}",
        "rules[0].microbatches[0]: expected a microbatch from 0 to 7, found 8"
      ),
      ("{factor: -1}", "rules[0].factor: expected a number from 0"),
    ])
  func badRules(rules: String, message: String) throws {
    try write(rules, to: "bad.yaml")
    for command in [["simulate", "zb-h1.json"], ["compare", "zb-h1.json"], ["search", "uniform-4x8"]] {
      try workspace.pipeloom(command + ["--scenarios", "bad.yaml"])
        .expectRefusal(Status.badInput, naming: ["bad.yaml", message])
    }
  }

  @Test("recorded operations that the problem does not have are refused, and links where there are none")
  func badSamples() throws {
    try workspace.write("pipeloom: scenarios/1\nsamples: [{durations: {4F0: 1}}]\n", to: "bad.yaml")
    try workspace.pipeloom("simulate", "zb-h1.json", "--scenarios", "bad.yaml")
      .expectRefusal(
        Status.badInput, naming: ["bad.yaml: samples[0].durations.4F0: expected an operation of the problem"])
    try workspace.write("pipeloom: scenarios/1\nsamples: [{durations: {0BW0: 1, 0W0: 1}}]\n", to: "bad.yaml")
    try workspace.pipeloom("simulate", "zb-h1.json", "--scenarios", "bad.yaml")
      .expectRefusal(Status.badInput, naming: ["bad.yaml: samples[0].durations.0BW0", "beside its parts"])
    try workspace.generate("gpipe", "--devices", "1", "--microbatches", "2", to: "one.json")
    try write("{oneOf: links, latency: 1}", to: "links.yaml")
    try workspace.pipeloom("simulate", "one.json", "--scenarios", "links.yaml")
      .expectRefusal(
        Status.badInput, naming: ["links.yaml: rules[0].oneOf: expected messages between devices"])
  }

  @Test("flags that do not go together are refused")
  func usage() throws {
    let search = ["search", "uniform-4x8"]
    let scenarios = ["--scenarios", "jitter.yaml"]
    try workspace.pipeloom(search + ["--quantile", "0.9"]).expectUsage(naming: [
      "--quantile goes with --scenarios"
    ])
    for share in ["0", "1", "nan", "-0.5", "95"] {
      try workspace.pipeloom(search + scenarios + ["--quantile=\(share)"])
        .expectUsage(naming: ["--quantile: expected a share above 0 and below 1"])
    }
    try workspace.pipeloom(search + scenarios + ["--prove"]).expectUsage(naming: ["--prove"])
    try workspace.pipeloom(search + scenarios + ["--sweep-memory", "1x:2x:1x"]).expectUsage(naming: [
      "--sweep-memory"
    ])
    try workspace.pipeloom("simulate", "none.json", "--scenarios", "none.yaml")
      .expectRefusal(Status.missingInput, naming: ["none.json"])
    try workspace.pipeloom("simulate", "1f1b.json", "--scenarios", "none.yaml")
      .expectRefusal(Status.missingInput, naming: ["none.yaml"])
    try workspace.pipeloom("simulate", "-", "--scenarios", "-").expectRefusal(
      Status.usage, naming: ["'-' once"])
  }
}
