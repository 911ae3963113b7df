import PipelineModel

extension LowerBound {
  /// The argument in words, with figures in the problem's time unit.
  public var explanation: String {
    switch argument {
    case .load(let device, let head, let work):
      head > 0
        ? "device \(device): work arrives after \(head.rounded(to: 6)), then \(work.rounded(to: 6)) of work"
        : "device \(device): \(work.rounded(to: 6)) of work"
    case .backward(let device, let head, let work, let tail):
      "device \(device): work arrives after \(head.rounded(to: 6)), then \(work.rounded(to: 6)) of F and B, "
        + "then \(tail.rounded(to: 6)) back to the first stage"
    case .roundTrip(let microbatch):
      "microbatch \(microbatch): \(value.rounded(to: 6)) forward and back"
    case .block(let block): block.explanation
    case .order(let device, let length):
      "device \(device): in any order that memory allows, one of its operations has "
        + "\(length.rounded(to: 6)) of work and waiting before, in and after it"
    case .cycle(let devices):
      devices.count == 1
        ? "device \(devices[0]): \(value.rounded(to: 6)) from its first start to its last end"
        : "devices \(devices.map(\.description).joined(separator: ", ")) in turn: \(value.rounded(to: 6)) on "
          + "average from the first start on one to the last end on the next"
    case .windows:
      "no order of operations on all devices keeps their earliest and latest times in less than "
        + value.rounded(to: 6)
    case .smallestScale(let bound):
      "with all microbatches as small as the smallest: \(bound.explanation)"
    }
  }
}

extension LowerBound.Block {
  fileprivate var explanation: String {
    var parts: [String] = []
    if opens > 0 { parts.append("\(opens.rounded(to: 6)) until its first \(opening.symbol) can start") }
    let names = ["forward", "backward", "weight pass"]
    let fitting = zip(before, names).filter { $0.0 > 0 }.map { count, name in
      "\(count) \(name)\(count == 1 ? "" : name.hasSuffix("s") ? "es" : "s")"
    }
    if !fitting.isEmpty { parts.append("\(fitting.joined(separator: " and ")) fit before it") }
    parts.append("\(parts.isEmpty ? "" : "then ")\(work.rounded(to: 6)) of work")
    if tail > 0 { parts.append("then \(tail.rounded(to: 6)) until the end") }
    return "device \(device): " + parts.joined(separator: ", ")
  }
}

extension Double {
  /// The number with at most so many decimals, as a person writes it.
  fileprivate func rounded(to decimals: Int) -> String {
    var power = 1.0
    for _ in 0..<decimals { power *= 10 }
    return ((self * power).rounded() / power).plain
  }
}
