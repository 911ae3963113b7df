/// What overlapped pairs cost, device by device, for bounds in which they are steps of their own.
struct PairTable {
  /// Per operation the least time from its start to its output, alone or in a pair, and the gap that follows alone.
  let least: FlatArray<Double>
  /// Per device; `nil` where it has no graph.
  let devices: [PairSteps?]

  /// Tabulates the pairs of all graphs. O(pairs of operations of every device).
  ///
  /// - Precondition: the table keeps pairs as steps.
  init(_ relaxation: Relaxation<PrefixGraph>) {
    let table = relaxation.table
    let least = table.duration.copy()
    let costs = PairCosts(table)
    costs.shorten(least)
    self.least = least
    devices = relaxation.graphs.enumerated().map { device, graph in
      graph.map { PairSteps($0.shape, of: device, in: table, costs, least: least) }
    }
  }
}
