import PipelineModel

/// The ways to cut layers, device by device: with one stage on each, from the first layer to the last; in a V of two
/// stages on each, from both ends to the middle.
struct PartitionChain {
  /// What one device is given: its runs of layers, each from one place to another.
  struct Part: Hashable {
    var device: Int
    /// Where the run from the front begins and ends.
    var front: Range<Int>
    /// Where the run from the back begins and ends; empty where the device has one stage.
    var back: Range<Int>
  }

  /// The parts of all devices that make a partition.
  struct Path {
    var value: Double
    var parts: [Part]
  }

  private let problem: PartitionProblem
  /// Whether every device has a stage from either end.
  let isFolded: Bool
  /// Devices in the order of their first stages.
  let devices: [Int]
  /// The places at which layers may be cut.
  let cuts: [Int]
  /// By place, the least work of one microbatch on all layers before it.
  private let work: [Double]
  private let steps: [Double]

  /// `nil` where stages are placed in another way.
  init?(_ problem: PartitionProblem) {
    let hosts = problem.hosts
    guard hosts.allSatisfy({ $0.count == 1 }) else { return nil }
    let order = hosts.map { $0[0].index }
    let half = order.count / 2
    if Set(order).count == order.count {
      isFolded = false
      devices = order
    } else if order.count.isMultiple(of: 2), Set(order[..<half]).count == half,
      Array(order[half...]) == order[..<half].reversed()
    {
      isFolded = true
      devices = Array(order[..<half])
    } else {
      return nil
    }
    self.problem = problem
    cuts = problem.layers.cuts
    let factor = problem.leastFactor * (1 - 1e-12)
    work = problem.layers.passes.reduce(into: [0.0]) { sums, layer in
      sums.append(sums[sums.count - 1] + layer.leastWork * factor)
    }
    steps = problem.devices.map { $0.optimizerStep + problem.instance.tail }
  }

  /// How many devices there are.
  var deviceCount: Int { devices.count }

  /// How many layers there are.
  var layerCount: Int { problem.layers.count }

  /// Whether a run has as many layers as every stage must.
  func hasLeast(_ start: Int, _ end: Int) -> Bool { end - start >= problem.leastCount }

  /// How many layers each stage has.
  func counts(of parts: [Part]) -> [Int] {
    parts.map(\.front.count) + (isFolded ? parts.reversed().map(\.back.count) : [])
  }

  /// The work of a device with a part, which no schedule takes less than.
  func work(of part: Part) -> Double {
    let own =
      work[part.front.upperBound] - work[part.front.lowerBound] + work[part.back.upperBound]
      - work[part.back.lowerBound]
    return own / problem.devices[part.device].speed + steps[part.device]
  }

  /// The parts of the devices under a partition.
  func parts(of counts: [Int]) -> [Part] {
    var end = 0
    let runs = counts.map { count in
      defer { end += count }
      return end..<end + count
    }
    return devices.enumerated().map { place, device in
      Part(device: device, front: runs[place], back: isFolded ? runs[runs.count - 1 - place] : 0..<0)
    }
  }

  /// The stages of a part with their layers.
  func runs(of part: Part) -> [(stage: Int, layers: Range<Int>)] {
    guard let place = devices.firstIndex(of: part.device) else { return [] }
    let front = (stage: place, layers: part.front)
    return isFolded ? [front, (problem.stageCount - 1 - place, part.back)] : [front]
  }

  /// The partition whose largest part is least, and of those the one that the first device gives the fewest layers; `nil`
  /// where all have infinite parts. O(devices x layers²), or O(devices x layers⁴) from both ends.
  ///
  /// - Parameters:
  ///   - limit: parts with as much work, or more, are left out.
  ///   - value: of a part, no less than its work.
  func leastPath(below limit: Double, _ value: (Part) -> Double) -> Path? {
    isFolded ? leastFolded(below: limit, value) : leastStraight(below: limit, value)
  }
}

extension PartitionChain {
  private func leastStraight(below limit: Double, _ value: (Part) -> Double) -> Path? {
    var best: [(value: Double, start: Int)?] = cuts.map { $0 == 0 ? (0, 0) : nil }
    var choices: [[Int?]] = []
    for (place, device) in devices.enumerated() {
      var next: [(value: Double, start: Int)?] = cuts.map { _ in nil }
      let isLast = place == devices.count - 1
      for start in cuts.indices {
        guard let before = best[start] else { continue }
        let first = isLast ? cuts.count - 1 : start + problem.leastCount
        for end in stride(from: first, to: cuts.count, by: 1) {
          let part = Part(device: device, front: cuts[start]..<cuts[end], back: 0..<0)
          // Work grows with layers.
          if !isLast, work(of: part) >= limit { break }
          let known = next[end]?.value ?? .infinity
          if before.value >= known { continue }
          let largest = max(before.value, value(part))
          if largest < known { next[end] = (largest, start) }
        }
      }
      choices.append(next.map { $0?.start })
      best = next
    }
    guard let last = best[cuts.count - 1], last.value < .infinity else { return nil }
    var parts: [Part] = []
    var end = cuts.count - 1
    for place in devices.indices.reversed() {
      guard let start = choices[place][end] else { return nil }
      parts.append(Part(device: devices[place], front: cuts[start]..<cuts[end], back: 0..<0))
      end = start
    }
    return Path(value: last.value, parts: parts.reversed())
  }

  private func leastFolded(below limit: Double, _ value: (Part) -> Double) -> Path? {
    let count = cuts.count
    let least = problem.leastCount
    // States are pairs of places: what is given from the front, and where what is given from the back begins.
    var best: [Int: (value: Double, before: Int)] = [count - 1: (0, 0)]
    var layers: [[Int: (value: Double, before: Int)]] = []
    for (place, device) in devices.enumerated() {
      var next: [Int: (value: Double, before: Int)] = [:]
      let stagesInside = 2 * (devices.count - 1 - place)
      for (state, before) in best {
        let (front, back) = (state / count, state % count)
        for end in stride(from: front + least, through: back, by: 1) {
          var starts = Array(stride(from: back - least, through: end + least * stagesInside, by: -1))
          if stagesInside == 0 { starts = starts.filter { $0 == end } }
          for start in starts {
            let part = Part(device: device, front: cuts[front]..<cuts[end], back: cuts[start]..<cuts[back])
            if stagesInside > 0, work(of: part) >= limit { break }
            let key = end * count + start
            let known = next[key]?.value ?? .infinity
            if before.value > known { continue }
            let largest = max(before.value, value(part))
            if largest < known || largest == known && state < next[key]?.before ?? .max {
              next[key] = (largest, state)
            }
          }
        }
      }
      layers.append(next)
      best = next
    }
    guard let last = best.min(by: { ($0.value.value, $0.key) < ($1.value.value, $1.key) }),
      last.value.value < .infinity
    else { return nil }
    var parts: [Part] = []
    var state = last.key
    for place in devices.indices.reversed() {
      guard let before = layers[place][state]?.before else { return nil }
      parts.append(
        Part(
          device: devices[place], front: cuts[before / count]..<cuts[state / count],
          back: cuts[state % count]..<cuts[before % count]))
      state = before
    }
    return Path(value: last.value.value, parts: parts.reversed())
  }
}
