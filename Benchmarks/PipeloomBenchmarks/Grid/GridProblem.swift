import PipelineModel

/// A problem of the grid: where users are, from four devices to 64 and from half of 1F1B's memory to all there is.
struct GridProblem {
  /// A placement with so many stages on each device.
  struct Layout {
    let name: String
    let placement: Placement
    let chunks: Int

    static let all: [Layout] = [
      Self(name: "sequential", placement: .sequential, chunks: 1),
      Self(name: "v, 2", placement: .v, chunks: 2),
      Self(name: "loop, 2", placement: .loop, chunks: 2), Self(name: "loop, 4", placement: .loop, chunks: 4),
    ]
  }

  /// Memory limits as multiples of what 1F1B needs at least; infinite for none.
  static let limits = [0.5, 0.75, 1, 1.25, 1.5, 2, .infinity]
  private static let deviceCounts = [4, 8, 16, 32, 64]
  private static let microbatchesPerDevice = [2, 4, 1, 8]

  let layout: Layout
  let limit: Double
  let costs: GridCosts
  let devices: Int
  let microbatches: Int
  let objective: Objective

  /// Every layout at every limit with all costs; numbers of devices and microbatches and objectives take turns.
  static let all: [GridProblem] = {
    var problems: [GridProblem] = []
    for (row, layout) in Layout.all.enumerated() {
      for (column, limit) in limits.enumerated() {
        for (index, costs) in GridCosts.all.enumerated() {
          // Costs and counts have no common divisor, so that all pairs of them occur.
          let turn = index + 2 * column + 3 * row
          let devices = deviceCounts[turn % deviceCounts.count]
          problems.append(
            GridProblem(
              layout: layout, limit: limit, costs: costs, devices: devices,
              microbatches: devices * microbatchesPerDevice[(turn / 2 + row) % microbatchesPerDevice.count],
              objective: (turn + column).isMultiple(of: 2) ? .makespan : .period))
        }
      }
    }
    return problems
  }()

  /// The problem with its limit, where there is one.
  func problem() throws -> Problem {
    let device = Device(memoryLimit: limit.isFinite ? limit * Double(devices * layout.chunks) : nil)
    return try Problem(
      devices: Array(repeating: device, count: devices),
      stages: costs.stages(count: devices * layout.chunks, chunks: layout.chunks),
      microbatches: Array(repeating: Microbatch(), count: microbatches), placement: layout.placement,
      communication: costs.communication(devices: devices))
  }
}
