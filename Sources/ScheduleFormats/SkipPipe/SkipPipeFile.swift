import PipelineModel

/// The schedule file of SkipPipe, `schedule.json`: nodes in partitions, and for some plans the path of every
/// microbatch and the order of work on every node.
///
/// It has no compute times. A node is our device, a partition a stage with its devices, and the loss, computed on
/// the origin, a last stage of its own, the head. Source: create_schedule.py of gensyn-ai/skippipe
/// (arXiv 2502.19913).
public struct SkipPipeFile: Hashable, Sendable {
  /// The way of one microbatch.
  public struct Path: Hashable, Sendable {
    /// The number by which the plan's orders name it.
    public var id: Int
    /// The nodes it visits, its origin first.
    public var nodes: [Int]
  }

  /// One start of work in the order of a node: `F`, the loss or `B`, without saying which.
  public struct Start: Hashable, Sendable {
    /// The path that is worked on.
    public var path: Int
    /// The planned time.
    public var time: Double
  }

  /// Paths with their orders.
  public struct Plan: Hashable, Sendable {
    /// What kind of plan it is.
    public var name: PlanName
    /// The paths, by ascending id.
    public var paths: [Path]
    /// The work of each node, by ascending time.
    public var order: [[Start]]
    /// The iteration time that the file states, of `sends` microbatches per origin.
    public var expectedTime: Double?
  }

  /// The kinds of plans, as the file's keys begin.
  public enum PlanName: String, Hashable, Sendable, CaseIterable {
    /// Found with collisions of work on a node avoided.
    case collisionAware = "ca"
    /// Found without.
    case unaware = "non-ca"
    /// Found on links of equal cost.
    case random

    var orderKey: String { rawValue + "-processing-order" }
    var pathsKey: String { rawValue + "-paths" }
    var countsKey: String { rawValue + "-mb-per-node" }
    var timeKey: String { (self == .unaware ? "nonca" : rawValue) + "-expected-time" }
  }

  /// The time of a message, `delays[from][to]`, in seconds.
  public var delays: [[Double]]
  /// How many microbatches a node holds at once, each from the start of its `F` to the end of its `B`.
  public var memory: Int
  /// The nodes of each stage; those of the first are the origins.
  public var partitions: [[Int]]
  /// How many microbatches each origin sends in an iteration, where the file says it.
  public var sends: Int?
  /// Where each node is, by a name that its trainer knows; `nil` where the file does not say it.
  public var locations: [String]?
  /// The plans, at least one.
  public var plans: [Plan]

  /// The largest text that is read, in bytes.
  public static let largestText = 64 << 20

  /// The plan of a name, or without one the first of the kinds above that the file has.
  public func plan(_ name: PlanName?) -> Plan? {
    guard let name else { return plans.first }
    return plans.first { $0.name == name }
  }
}

extension SkipPipeFile {
  /// Writes the file, one row of delays, path or order per line.
  func encode() -> [UInt8] {
    var writer = JSONWriter()
    writer.raw("{")
    writer.key("delays", indentation: 2)
    writer.lines(delays, indentation: 2) { writer, row in writer.list(row) { $0.number($1) } }
    writer.key("memory", indentation: 2)
    writer.integer(memory)
    writer.key("partitions", indentation: 2)
    writer.lines(partitions, indentation: 2) { writer, nodes in writer.list(nodes) { $0.integer($1) } }
    if let sends {
      writer.key("ours-sends", indentation: 2)
      writer.integer(sends)
    }
    if let locations { write(locations, to: &writer) }
    for plan in plans { write(plan, to: &writer) }
    writer.newline(0)
    writer.raw("}")
    writer.newline(0)
    return writer.bytes
  }

  /// What its trainer reads before all else: the places of the nodes, and how many microbatches an origin sends where
  /// none skips a stage: as create_schedule.py reckons it, all that origins send, through the rows of the next stage.
  private func write(_ locations: [String], to writer: inout JSONWriter) {
    writer.key("locations", indentation: 2)
    writer.list(locations) { $0.string($1) }
    guard let sends, partitions.count > 1, !partitions[1].isEmpty else { return }
    writer.key("baseline-sends", indentation: 2)
    writer.number(Double(sends * partitions[0].count) / Double(partitions[1].count))
  }

  private func write(_ plan: Plan, to writer: inout JSONWriter) {
    writer.members(plan.name.orderKey, plan.order.indices) { node in
      (node, { $0.list(plan.order[node]) { $0.start($1) } })
    }
    if let time = plan.expectedTime {
      writer.member(plan.name.timeKey, indentation: 2)
      writer.number(time)
    }
    writer.members(plan.name.countsKey, plan.order.indices) { node in
      (node, { $0.integer(plan.paths.count { $0.nodes.first == node }) })
    }
    writer.members(plan.name.pathsKey, plan.paths.indices) { index in
      (plan.paths[index].id, { $0.path(plan.paths[index].nodes) })
    }
  }
}

extension JSONWriter {
  /// Begins a member on a line of its own, under a name that is not fixed.
  fileprivate mutating func member(_ name: String, indentation: Int) {
    if bytes.last != ASCII.openBrace { raw(",") }
    newline(indentation)
    string(name)
    raw(": ")
  }

  /// Appends an object whose keys are numbers, one member per line.
  fileprivate mutating func members(
    _ name: String, _ indices: Range<Int>,
    _ member: (Int) -> (key: Int, write: (inout JSONWriter) -> Void)
  ) {
    self.member(name, indentation: 2)
    raw("{")
    for index in indices {
      let (key, write) = member(index)
      self.member(String(key), indentation: 4)
      write(&self)
    }
    newline(2)
    raw("}")
  }

  fileprivate mutating func start(_ start: SkipPipeFile.Start) {
    raw("[")
    integer(start.path)
    raw(", ")
    number(start.time)
    raw("]")
  }

  /// Appends every node but the last with the next one.
  fileprivate mutating func path(_ nodes: [Int]) {
    raw("{")
    for (index, (node, next)) in zip(nodes, nodes.dropFirst()).enumerated() {
      if index > 0 { raw(", ") }
      string(String(node))
      raw(": ")
      integer(next)
    }
    raw("}")
  }
}
