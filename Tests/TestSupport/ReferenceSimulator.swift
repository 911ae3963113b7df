import PipelineModel

/// The semantics as plainly as they can be written: operations start, one by one, when all they need has
/// arrived.
///
/// O(operations²) and more; the yardstick for clever kernels on small problems.
public struct ReferenceSimulator {
  /// The start of every operation.
  public private(set) var starts: [Operation: Double] = [:]
  /// The end of every operation.
  public private(set) var ends: [Operation: Double] = [:]
  /// The transfers between devices and their hosts, by the `F` behind which they go or the `L` that launches them.
  public private(set) var transfers: [Operation: (start: Double, end: Double)] = [:]
  /// When what each operation needs has arrived, with the operation that it comes from. A `B` stands for a `BW` as well.
  public private(set) var arrivals: [Operation: [(from: Operation, time: Double)]] = [:]

  /// Times orders; `nil` when they can never run.
  ///
  /// - Parameter releases: when each device is free; 0 where left out. Minus infinity means never asked for:
  ///   paths from other devices alone count.
  public init?(_ problem: Problem, _ orders: Orders, releases: [Double]? = nil) {
    self.init(problem, orders, Dependences(of: problem), releases: releases)
  }

  /// - Parameter handedOver: when an operation has all that the iteration before hands over; at once where left out.
  init?(
    _ problem: Problem, _ orders: Orders, _ dependences: Dependences, releases: [Double]? = nil,
    handedOver: [Operation: Double] = [:]
  ) {
    // How much of what an operation needs has arrived, and when the last of it did.
    var arrived: [Operation: (count: Int, last: Double)] = [:]
    var queues: [[Device.ID]: Double] = [:]
    let rooms = problem.roomWaits(in: orders, dependences)
    var position = orders.bounds.dropLast().map { $0 }
    var free = releases ?? Array(repeating: 0, count: problem.deviceCount)
    var moved = true
    while moved {
      moved = false
      for device in problem.devices.indices.map({ Device.ID($0) })
      where position[device.index] < orders.bounds[device.index + 1] {
        let first = position[device.index]
        let together = orders.together(first, in: problem)
        let running = together.map { orders.operations[$0] }
        let isReady = running.allSatisfy {
          arrived[$0.asNeeded]?.count ?? 0 == dependences.needs(of: $0).count
        }
        guard isReady else { continue }
        let gap = orders.gap(before: first, on: device, in: problem)
        let room = running.compactMap { rooms[$0].flatMap { transfers[$0]?.end } }
        let handed = running.flatMap {
          [handedOver[$0], $0.kind == .backward ? handedOver[$0.asNeeded] : nil]
        }
        let start = (running.compactMap { arrived[$0.asNeeded]?.last } + room + handed.compactMap(\.self))
          .reduce(free[device.index] + gap, max)
        let end = start + orders.duration(of: together, on: device, in: problem)
        free[device.index] = end
        for operation in running {
          starts[operation] = start
          ends[operation] = end
          if let time = problem.transferTime(from: operation, on: device) {
            let free = transfers.filter { other, _ in
              other.kind == operation.kind && dependences.device(of: other) == device
            }.map(\.value.end).max()
            let start = max(end, free ?? -.infinity)
            transfers[operation] = (start, start + time)
          }
          for user in dependences.users(of: operation) {
            let target = dependences.device(of: user)
            let bytes = problem.messageBytes(from: operation, to: user)
            var departure = end
            if target != device, let serialise = problem.communication.serialise {
              let queue = serialise == .link ? [device, target] : [device]
              departure = max(end, queues[queue] ?? -.infinity)
              queues[queue] =
                departure + problem.communication.transfer(from: device, to: target, carrying: bytes)
            }
            var arrival =
              departure + problem.communication.latency(from: device, to: target, carrying: bytes)
            // The end of what goes to the host lets an `L` run, the end of what comes back all that needs an `L`.
            if user.kind == .reload || operation.kind == .reload {
              arrival = transfers[operation]?.end ?? .infinity
            }
            arrivals[user, default: []].append((operation, arrival))
            let before = arrived[user] ?? (0, -.infinity)
            arrived[user] = (before.count + 1, max(before.last, arrival))
          }
        }
        position[device.index] += together.count
        moved = true
      }
    }
    guard starts.count == orders.operations.count else { return nil }
  }
}

extension Problem {
  /// How much an activation or a gradient carries; `nil` for as much as any.
  fileprivate func messageBytes(from producer: Operation, to user: Operation) -> Double? {
    stages[(user.kind == .forward ? producer : user).stage.index].messageBytes
  }
}

extension Orders {
  /// The positions of what runs together from a position on.
  func together(_ position: Int, in problem: Problem) -> ClosedRange<Int> {
    problem.overlap != nil && pairs.contains(position) ? position...position + 1 : position...position
  }

  /// The order of a device by what runs together.
  func steps(of device: Device.ID, in problem: Problem) -> [[Operation]] {
    problem.overlap == nil ? self[device].map { [$0] } : blocks(of: device)
  }

  /// The pause before the operation at a position: none before a device's first or an `L`, and after an `L` that after
  /// what stands before it.
  func gap(before position: Int, on device: Device.ID, in problem: Problem) -> Double {
    let before = range(of: device).prefix(upTo: position).last { operations[$0].kind != .reload }
    guard let before, operations[position].kind != .reload else { return 0 }
    return problem.gap.time(from: operations[before].kind, to: operations[position].kind)
  }

  /// How long what runs together lasts.
  func duration(of together: ClosedRange<Int>, on device: Device.ID, in problem: Problem) -> Double {
    let alone = together.reduce(0) { $0 + duration(at: $1, on: device, in: problem) }
    guard together.count == 2, let factors = problem.overlap?.forwardBackward else { return alone }
    return together.map { factors[operations[$0].stage] }.reduce(0, max) * alone
  }

  /// How long the operation at a position lasts alone.
  private func duration(at position: Int, on device: Device.ID, in problem: Problem) -> Double {
    let operation = operations[position]
    var stage = problem.stage(operation.stage, of: operation.microbatch)
    let order = range(of: device)
    if let first = stage.firstForward,
      !order.prefix(upTo: position).contains(where: { isForward($0, of: operation.stage) })
    {
      stage.forward = first
    }
    if let last = stage.lastBackward,
      !order.suffix(from: position + 1).contains(where: { isBackward($0, of: operation.stage) })
    {
      switch stage.backward {
      case .split(_, let weight): stage.backward = .split(input: last, weight: weight)
      case .input: stage.backward = .input(last)
      case .whole: stage.backward = .whole(last)
      case .none: break
      }
    }
    let scale = problem.microbatches[operation.microbatch.index].scale
    let (ofInput, ofWeight) = (scale.backwardInput[operation.stage], scale.backwardWeight[operation.stage])
    let time: Double
    switch (operation.kind, stage.backward) {
    case (.forward, _): time = stage.forward * scale.forward[operation.stage]
    case (.backwardInput, .split(let input, _)), (.backwardInput, .input(let input)): time = input * ofInput
    case (.backwardWeight, .split(_, let weight)): time = weight * ofWeight
    case (.backward, .split(let input, let weight)): time = input * ofInput + weight * ofWeight
    case (.backward, .whole(let both)): time = both * ofInput
    case (.recompute, _): time = (stage.recompute ?? .nan) * scale.forward[operation.stage]
    case (.reload, _): time = 0
    default: preconditionFailure("\(operation) does not exist")
    }
    return time / problem.devices[device.index].speed
  }

  private func isForward(_ position: Int, of stage: Stage.ID) -> Bool {
    operations[position].stage == stage && operations[position].kind == .forward
  }

  private func isBackward(_ position: Int, of stage: Stage.ID) -> Bool {
    operations[position].stage == stage && [.backwardInput, .backward].contains(operations[position].kind)
  }
}
