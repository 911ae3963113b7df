import ArgumentParser

/// Memory limits from one to another in equal steps, as multiples of 1F1B's peak: `0.5x:2x:0.25x`.
struct MemoryLimits: ExpressibleByArgument {
  /// The most limits of one sweep.
  static let largestCount = 1000

  /// The multiples, rising.
  let multiples: [Double]

  init?(argument: String) {
    let parts = argument.split(separator: ":", omittingEmptySubsequences: false).map { part -> Double? in
      guard case .multiple(let value)? = MemoryLimit(argument: String(part)) else { return nil }
      return value
    }
    guard parts.count == 3, let first = parts[0], let last = parts[1], let step = parts[2], step > 0,
      last >= first, (last - first) / step < Double(Self.largestCount)
    else { return nil }
    // Half a step of slack, or rounding would lose the last limit.
    let count = Int(((last - first) / step + 1e-9).rounded(.down)) + 1
    multiples = (0..<count).map { first + Double($0) * step }
  }
}
