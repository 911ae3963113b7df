import PipelineModel
import Timeline

/// How far operations start from where they were observed to, each run counted from its own first start.
public struct StartDifferences: Hashable, Sendable {
  /// One operation; times are from the first start of its run.
  public struct Item: Hashable, Sendable {
    /// The run that it belongs to.
    public let run: String
    /// What ran.
    public let operation: Operation
    /// Where it ran.
    public let device: Device.ID
    /// When it starts by prediction.
    public let predicted: Double
    /// When it started.
    public let observed: Double

    /// How much later it starts by prediction than it did.
    public var difference: Double { predicted - observed }
  }

  /// All operations, in the order given.
  public let items: [Item]
  /// The mean of the magnitudes.
  public let mean: Double
  /// The magnitude that 95 of 100 operations do not exceed (nearest rank).
  public let percentile95: Double
  /// The operation of the largest magnitude, the first of several.
  public let worst: Item

  /// Sums operations up; `nil` where there are none. O(n log n).
  public init?(_ items: [Item]) {
    guard let worst = items.max(by: { abs($0.difference) < abs($1.difference) }) else { return nil }
    let sorted = items.map { abs($0.difference) }.sorted()
    self.items = items
    mean = sorted.reduce(0, +) / Double(sorted.count)
    percentile95 = sorted[(95 * sorted.count + 99) / 100 - 1]
    self.worst = worst
  }

  /// Compares a run with its prediction; `nil` where its starts were not observed, or it has no operations.
  init?(of run: ValidationRun, _ timeline: Timeline) {
    guard let starts = run.observedStarts, let first = starts.min() else { return nil }
    let orders = run.schedule.orders
    self.init(
      orders.operations.indices.map { position in
        Item(
          run: run.name, operation: orders.operations[position], device: orders.device(at: position),
          predicted: timeline.start(at: position), observed: starts[position] - first)
      })
  }
}
