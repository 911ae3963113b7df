import PipelineModel
import ScheduleChecker
import ScheduleFamilies
import ScheduleFormats
import ScheduleSearch
import TestSupport
import Testing
import Timeline

/// Products of all features and all engines: an answer, or exactly what docs/refusals.md says.
@Suite("What is refused")
struct RefusalTests {
  /// Something that answers or refuses, by the name that the page gives it.
  private struct Asked: Sendable {
    var name: String
    /// The row's engines where the page speaks of all of a kind.
    var groups: [String] = []
    var family: (any Family)?
    /// The schedule of which conditions speak.
    var subject: @Sendable (Timeline) throws -> Timeline = { $0 }
    var ask: @Sendable (Timeline) throws -> Void
  }

  private static let engines: [Asked] =
    Families.all.map { family in
      Asked(name: family.name, groups: ["every family"], family: family) {
        _ = try family.orders(for: $0.problem)
      }
    }
    + [
      Asked(name: "search") { try Search.checkScope(of: $0.problem) },
      Asked(name: "search --prove") { try Search.checkScope(of: $0.problem, proving: true) },
      Asked(name: "bounds") { timeline in
        for objective in Objective.allCases {
          _ = LowerBound.simple(for: timeline.problem, objective: objective)
        }
      },
      Asked(name: "check") { timeline in
        #expect(ScheduleChecker(timeline.record()).violations() == [], "\(timeline.schedule)")
      },
      Asked(name: "schedule file") { timeline in
        let bytes = try ScheduleFile(record: timeline.record()).encode()
        #expect(try ScheduleFile.decode(bytes, file: "").record.schedule.orders == timeline.schedule.orders)
      },
    ]
    + ExportFormats.all.map { asked(of: $0) }
    + [TorchVersion(2, 6), TorchVersion(2, 8)].map { version in
      Asked(name: "torch-csv --torch \(version)", groups: ["torch-csv", passesAlone]) {
        try TorchCSV().check($0.schedule, on: version)
        try TorchCSV().checkStreams(of: $0.problem)
        _ = try TorchCSV().encode($0)
      }
    }
    + TorchCSV().configurations.map { settings in
      // They are written beside the file, where there is one.
      Asked(name: settings.name, groups: [passesAlone]) {
        try TorchCSV().checkStreams(of: $0.problem)
        _ = try settings.encode($0.problem, file: "schedule.csv", microbatchSize: 1)
      }
    }

  /// What a format is asked: what is refused of torch-csv is refused of the file with transfers, too.
  private static func asked(of format: any ExportFormat) -> Asked {
    var asked = Asked(name: format.name, groups: format.knowsStreams ? [] : [passesAlone]) {
      try format.checkStreams(of: $0.problem)
      _ = try format.encode($0)
    }
    if format is TorchComms {
      asked.groups.append("torch-csv")
      asked.subject = passes
    }
    return asked
  }

  /// The schedule without streams where nothing is on them.
  private static let passes: @Sendable (Timeline) throws -> Timeline = { timeline in
    guard let written = timeline.problem.layout?.written, written.tasks.isEmpty,
      written.phases.allSatisfy(\.arePlain), written.messageStream == nil
    else { return timeline }
    let orders = written.plain.devices.indices.map { Array(timeline.schedule.orders[Device.ID($0)]) }
    return try Timeline(Schedule(problem: written.plain, orders: Orders(orders)))
  }

  private static let passesAlone = "every format but perfetto, program and torch-comms"

  @Test("every engine answers, or refuses as the table says and for that reason")
  func products() throws {
    let rows = try RefusalRow.all()
    var met = Set<String>()
    var answered = Set<String>()
    for timeline in try Self.timelines() {
      for engine in Self.engines {
        let subject = try engine.subject(timeline)
        let expected = rows.filter {
          ($0.engine == engine.name || engine.groups.contains($0.engine))
            && Conditions.all[$0.condition]?(subject, engine.family) == true
        }
        do {
          try engine.ask(timeline)
          answered.insert(engine.name)
          #expect(
            expected.isEmpty, "\(engine.name) answers: \(expected.map(\.condition)) \(timeline.problem)")
        } catch {
          let named = expected.filter { "\(error)".contains($0.orders) }
          #expect(!named.isEmpty, "\(engine.name): \(error); expected \(expected.map(\.orders))")
          met.formUnion(named.map(\.condition))
        }
      }
    }
    let unmet = Set(rows.map(\.condition)).subtracting(met).subtracting(Self.rare)
    #expect(unmet.isEmpty, "conditions that nothing meets: \(unmet)")
    let silent = Self.engines.map(\.name).filter { !answered.contains($0) && $0 != "skippipe" }
    #expect(silent.isEmpty, "engines that never answer: \(silent)")
  }

  @Test("the table and the conditions are one list")
  func conditions() throws {
    let rows = try RefusalRow.all()
    #expect(Set(rows.map(\.condition)) == Set(Conditions.all.keys))
    let names = Self.engines.flatMap { [$0.name] + $0.groups }
    #expect(Set(rows.map(\.engine)).isSubset(of: names))
    #expect(Set(rows).count == rows.count)
  }

  /// What random routes and limits seldom come to.
  private static let rare: Set<String> = [
    "less memory than a sequence holds",
    "microbatches that save memory unequally on a stage", "a stage that offloads beside one that recomputes",
    "a device with other than one stage",
    "unequal origins or devices", "backward passes in parts",
  ]

  /// Random orders on problems with every feature, on those that are chains of stages, on those with streams and tasks,
  /// and, as random orders are in no order that others count on, orders of families.
  private static func timelines() throws -> [Timeline] {
    var random = SeededGenerator(seed: 73)
    let all = RandomProblem(devices: 1...4, microbatches: 1...5)
    let chains = all.without(.replicas, .routes, because: "a random problem is seldom a chain of stages")
    let placed = chains.without(
      .pieces, .passes, .inputs, .recompute, .modes, .offload,
      because: "where stages are is seldom all that is refused")
    let sequential = chains.without(.placement, .pieces, because: "the families' layouts begin with it")
    let plain = sequential.without(
      .recompute, .modes, .offload, because: "most frameworks have words for few modes or none")
    let modes = sequential.without(
      .recompute, .offload, .modesByMicrobatch, because: "what frameworks have words for is seldom drawn")
    var timelines: [Timeline] = []
    for shape in [all, chains, placed, sequential, plain, modes] {
      for _ in 0..<60 {
        let problem = try shape.problem(using: &random)
        let orders = problem.randomOrders(using: &random)
        timelines.append(try Timeline(Schedule(problem: problem, orders: orders)))
        timelines.append(contentsOf: try remarked(orders, in: problem))
      }
    }
    var streamed = RandomStreams(devices: 1...3, microbatches: 1...3, seed: 73)
    var streamedCount = 0
    while streamedCount < 60 {
      let problem = try streamed.next().lowered()
      // No limit is known to suffice for what tasks hold, which the page says beside its table.
      guard (try? Search.checkScope(of: problem)) != nil else { continue }
      streamedCount += 1
      // Where draws come to no end, one sequence after the other may not be what tasks allow, nor within memory.
      let orders = problem.randomOrders(using: &random)
      guard let timeline = try? Timeline(Schedule(problem: problem, orders: orders)), timeline.fitsMemory
      else { continue }
      timelines.append(timeline)
    }
    for family in Families.all {
      for turn in 0..<18 {
        let shape = turn.isMultiple(of: 3) ? sequential : plain
        let isEven = family.layout == .bidirectional
        let laidOut = try? shape.problem(using: &random, evenCounts: isEven) {
          try family.layout.arranging($0, parts: 2)
        }
        guard let problem = laidOut, let orders = try? family.orders(for: problem)
        else { continue }
        let timeline = try Timeline(Schedule(problem: problem, orders: orders))
        let fits = zip(timeline.peakMemory, problem.devices).allSatisfy { $0 <= $1.capacity }
        if fits { timelines.append(timeline) }
        timelines.append(
          try Timeline(Schedule(problem: problem, orders: problem.randomOrders(using: &random))))
      }
    }
    return timelines
  }

  /// The same orders without a gain from overlap, with every `F` marked as paired that stands right before a `BW`.
  private static func remarked(_ orders: Orders, in problem: Problem) throws -> [Timeline] {
    let pairs = problem.devices.indices.flatMap { device in
      orders.range(of: Device.ID(device)).dropLast().filter { position in
        let (first, second) = (orders.operations[position], orders.operations[position + 1])
        return first.kind == .forward && second.kind == .backward && first.microbatch != second.microbatch
      }
    }
    guard !pairs.isEmpty else { return [] }
    let marked = Orders(operations: orders.operations, bounds: orders.bounds, pairs: pairs)
    return [try Timeline(Schedule(problem: problem.with(overlap: nil), orders: marked))]
  }
}
