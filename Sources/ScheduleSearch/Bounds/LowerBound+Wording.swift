import PipelineModel

extension LowerBound {
  /// The argument in words, with figures in the problem's time unit.
  public var explanation: String { explanation(in: nil) }

  /// The same with operations and devices named as the problem is written, where it has streams and tasks.
  public func explanation(in problem: Problem?) -> String {
    func name(_ device: Device.ID) -> String { problem?.name(of: device) ?? "\(device)" }
    return switch argument {
    case .load(let device, let head, let work):
      head > 0
        ? "device \(name(device)): work arrives after \(head.short), then \(work.short) of work"
        : "device \(name(device)): \(work.short) of work"
    case .backward(let device, let head, let work, let tail, let recomputes):
      "device \(name(device)): work arrives after \(head.short), then \(work.short) of F\(recomputes ? ", R" : "") and "
        + "\(scope.isFused ? "BW" : "B"), "
        + "then \(tail.short) back to the first stage"
    case .memory(let device, let head, let area, let time):
      "device \(name(device)): \(head > 0 ? "work arrives after \(head.short), then " : "")\(time.short) in which its memory "
        + "limit has room for what is held, \(area.short) of memory times time"
    case .host(let device, let head, let transfers, let tail):
      "device \(name(device)): \(head.short) until its first transfer can start, then \(transfers.short) of transfers one "
        + "after the other, then \(tail.short) until the end"
    case .roundTrip(let microbatch):
      "microbatch \(microbatch): \(value.short) forward and back"
    case .block(let block): block.explanation(in: problem)
    case .order(let device, let operations, let length):
      "device \(name(device)): \(length.short) for any order of its \(operations) operations that fits its "
        + "memory limit, the arrival of their inputs and what must follow them elsewhere"
    case .cycle(let devices):
      devices.count == 1
        ? "device \(name(devices[0])): \(value.short) from its first start to its last end"
        : "devices \(devices.map(name).joined(separator: ", ")) in turn: \(value.short) on "
          + "average from the first start on one to the last end on the next"
    case .windows:
      "no order of operations on all devices keeps their earliest and latest times in less than "
        + value.short
    case .allOverlapped(let bound, let factor):
      "with every operation in \(factor.short) of its time, as if all overlapped: \(bound.explanation(in: problem))"
    case .pairs(let device, let head, let work, let opens, let closes, let factor):
      "device \(name(device)): \(head > 0 ? "work arrives after \(head.short), then " : "")\(work.short) of work, "
        + "\(factor.short) of it in pairs, the first after \(opens.short), the last \(closes.short) before the end"
    case .cheapestRoute(let microbatch):
      "microbatch \(microbatch): \(value.short) forward and back on the cheapest of all routes"
    case .origin(let device, let count, let away):
      "device \(name(device)): \(value.short) for the \(count) microbatches that start there and are away for at least "
        + "\(away.short), whatever their routes, within its memory"
    case .visits(let stage, let count):
      "\(stage.map { "the devices of stage \($0)" } ?? "all devices behind the first stage"): \(value.short) for "
        + "\(count) visits, whatever the routes"
    case .sharedWork(let devices):
      "\(devices.count == 1 ? "device" : "devices") \(devices.map(name).joined(separator: ", ")): "
        + "\(value.short) \(devices.count == 1 ? "" : "each ")for work that no other device can do, on whichever hosts"
    case .tasksApart(let bound):
      "even if tasks hindered nothing that may run on several devices: \(bound.explanation(in: problem))"
    case .sharedTasks(let devices):
      "devices \(devices.map(name).joined(separator: ", ")): \(value.short) each for what they have to do together, wherever "
        + "tasks run"
    case .everyTaskChoice(let sets):
      "\(value.short) wherever tasks run and for any order, in \(sets.counted("set")) of choices"
    case .visitLimits:
      "some microbatch: \(value.short) forward and back, as the limits of visits allow no cheaper routes for all"
    case .paths:
      "no paths that keep the limits of visits leave every device time and memory for all in less than "
        + value.short
    case .prices(let device):
      "device \(name(device)): in less than \(value.short) its time and its memory have no room for all its operations, "
        + "however they are delayed, even in shares"
    case .everyOrder(let sets):
      "every other order of operations takes as long or longer, in \(sets.counted("set")) of orders"
    case .leastModes(let bound):
      "with every stage as short and as small as the least of its modes: \(bound.explanation(in: problem))"
    case .modeShares(let device):
      "device \(name(device)): \(value.short) for its work, or for what its memory holds for how long, however modes are dealt "
        + "to its microbatches"
    case .anyModes(let sets):
      "no order of operations on all devices keeps their earliest and latest times in less than \(value.short), whatever "
        + "the modes, in \(sets.counted("set")) of them"
    case .anyPartition(0):
      "however the layers are cut, some device has \(value.short) of work"
    case .anyPartition(let parts):
      "however the layers are cut, some device takes \(value.short) with those that it is given, in any modes, all others "
        + "as fast as they can be; \(parts.counted("part")) of devices looked at"
    case .everyPartition(let count):
      "\(value.short) for any order in any modes of each of \(count.counted("partition")) by itself; in every other one some "
        + "device takes as long as the schedule"
    case .everyPlacement(let count):
      "\(value.short) for any schedule in each of \(count.counted("placement")) by itself"
    case .given: "\(value.short) was given"
    case .smallestScale(let bound):
      "with all microbatches as small as the smallest: \(bound.explanation(in: problem))"
    }
  }
}

extension LowerBound.Block {
  fileprivate func explanation(in problem: Problem?) -> String {
    var parts: [String] = []
    let isFirst = opening.microbatch.index == 0 && problem?.layout == nil
    let first =
      isFirst ? "its first \(opening.kind.symbol)" : problem?.name(of: opening) ?? opening.description
    if opens > 0 { parts.append("\(opens.short) until \(first) can start") }
    let names =
      problem?.layout == nil
      ? ["forward", "backward", "weight pass", "recompute"]
      : ["forward or task", "backward", "weight pass", "recompute"]
    let fitting = zip(before, names).filter { $0.0 > 0 }.map { count, name in
      "\(count) \(name)\(count == 1 ? "" : name == "weight pass" ? "es" : "s")"
    }
    if !fitting.isEmpty { parts.append("\(fitting.joined(separator: " and ")) fit before it") }
    parts.append("\(parts.isEmpty ? "" : "then ")\(work.short) of work")
    if tail > 0 { parts.append("then \(tail.short) until the end") }
    return "device \(problem?.name(of: device) ?? "\(device)"): " + parts.joined(separator: ", ")
  }
}
