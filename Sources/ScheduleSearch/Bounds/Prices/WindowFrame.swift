/// A frame of some length, divided into cells, of which a plan takes its share.
struct WindowFrame {
  private let windows: [WindowPasses]
  private let limit: Double
  private let length: Double
  /// Where the cells of time and of memory begin, and where the last ones end.
  private let time: [Double]
  private let memory: [Double]

  /// How long the beginning and the end of the frame are, in which cells are narrow.
  let ramp: Double

  init(_ windows: [WindowPasses], limit: Double, cells: WindowRefutation.Cells, length: Double) {
    self.windows = windows
    self.limit = limit
    self.length = length
    let ramp = windows.reduce(0) { max($0, $1.span) }
    self.ramp = ramp
    let moments = windows.flatMap { $0.moments(in: length) }
    func bounds(_ count: Int) -> [Double] {
      PriceCurve.bounds(PriceCurve.bounds(count, of: length, ramp: ramp), meeting: moments)
    }
    time = bounds(cells.time)
    memory = cells.memory == 0 ? [] : bounds(cells.memory)
  }

  /// The sizes of all terms of a plan's cost, where all time and memory together cost 1.
  var terms: Double {
    windows.reduce(1) { sum, window in
      let own = window.passes.reduce(0.0) {
        $0 + 1 + (memory.isEmpty ? 0 : (abs($1.growth) + abs($1.release)) / limit)
      }
      return sum + own * Double(window.count)
    }
  }

  /// Prices at which all that the device has in a cell, its time or its memory, costs what the cell is worth.
  func prices(_ worth: [Double]) -> WindowPrices {
    let (first, others) = (time.count - 1, max(0, memory.count - 1))
    func prices(_ bounds: [Double], at first: Int, for amount: Double) -> [Double] {
      (0..<(bounds.count - 1)).map { cell in
        let width = bounds[cell + 1] - bounds[cell]
        return worth[first + cell] / (amount * width)
      }
    }
    let time = PriceCurve(bounds: time, prices: prices(time, at: 0, for: 1))
    guard others > 0 else { return WindowPrices(length: length, time: time, memory: nil) }
    let memory = PriceCurve(bounds: memory, prices: prices(memory, at: first, for: limit))
    return WindowPrices(length: length, time: time, memory: memory)
  }

  /// The least cost of a plan, with the delays of each class.
  ///
  /// - Parameter delays: those that are tried for a class.
  func cheapest(
    at prices: WindowPrices, among delays: (WindowPasses) -> [Double]
  ) -> (cost: Double, delays: [[WindowPrices.Delays]]) {
    var plan: (cost: Double, delays: [[WindowPrices.Delays]]) = (0, [])
    for window in windows {
      let own = prices.cheapest(window, among: delays(window))
      plan.cost += own.cost * Double(window.count)
      plan.delays.append(own.delays)
    }
    return plan
  }

  /// What a plan takes, as shares of what each cell has.
  func column(_ plan: [[WindowPrices.Delays]]) -> [Double] {
    var column = [Double](repeating: 0, count: time.count - 1 + max(0, memory.count - 1))
    for (window, delays) in zip(windows, plan) {
      let count = Double(window.count)
      for (link, delays) in zip(window.chain, delays) {
        take(link.pass, delays.pass, count, &column)
        if let pass = link.recompute { take(pass, delays.recompute, count, &column) }
        if let pass = link.weight { take(pass, delays.weight, count, &column) }
      }
    }
    return column
  }

  private func take(_ pass: WindowPasses.Pass, _ delay: Double, _ count: Double, _ column: inout [Double]) {
    let start = pass.earliest + delay
    spread(count, from: start, to: start + pass.occupied, over: time, at: 0, &column)
    guard !memory.isEmpty else { return }
    let first = time.count - 1
    spread(count * pass.growth / limit, from: start, to: length, over: memory, at: first, &column)
    spread(
      -count * pass.release / limit, from: start + pass.duration, to: length, over: memory, at: first, &column
    )
  }

  /// Adds an amount per time between two moments to the cells that it falls in, as a share of their widths.
  private func spread(
    _ amount: Double, from: Double, to: Double, over bounds: [Double], at first: Int, _ column: inout [Double]
  ) {
    guard amount != 0 else { return }
    var cell = max(0, bounds.partitioningIndex { $0 > from } - 1)
    while cell < bounds.count - 1, bounds[cell] < to {
      let part = min(to, bounds[cell + 1]) - max(from, bounds[cell])
      if part > 0 { column[first + cell] += amount * part / (bounds[cell + 1] - bounds[cell]) }
      cell += 1
    }
  }
}
