/// The prefixes of one device's order where modes are open: how many microbatches are in each state of each visit, and how
/// many are done.
///
/// Microbatches in equal states may change places, so that neither names nor the modes of those that are done matter. The
/// i-th `F` of a visit, whatever its mode, waits for the i-th `F` of the visit before, and so for the way back.
final class ModeGraph {
  /// What a graph is made of: equal ones are shared.
  struct Visit {
    var states: ModeStates
    /// The visits of the device next to it on the route: `F` of the one before come first, and so for the way back.
    var previous: Int?
    var next: Int?
  }

  /// A step by one operation.
  struct Edge: BitwiseCopyable {
    var node: Int32
    /// Counted on the device, visit by visit and lane by lane; -1 where none is waited for.
    var operation: Int32
    var duration: Double
  }

  /// Nodes stand in an order in which none precedes one that leads to it; the last one has all done.
  private(set) var nodeCount = 0
  /// Per node, where the edges that lead on from it begin.
  private(set) var starts: [Int32] = []
  private(set) var edges: [Edge] = []
  let microbatches: Int

  /// Finds all prefixes that lead from nothing to the end; `nil` where there are more than the limit. There are none where
  /// no modes fit the memory.
  ///
  /// - Parameter isPerStage: whether all microbatches take one mode on a visit.
  /// - Throws: `OutOfTime` when the deadline passes first.
  init?(
    _ visits: [Visit], microbatches: Int, capacity: Double, isPerStage: Bool, nodeLimit: Int,
    deadline: Deadline
  ) throws(OutOfTime) {
    self.microbatches = microbatches
    guard
      let search = try ModePrefixSearch(
        visits, microbatches: microbatches, capacity: capacity, isPerStage: isPerStage, nodeLimit: nodeLimit,
        deadline: deadline)
    else { return nil }
    arrange(search)
  }

  /// Sorts what was found, without what leads to no end.
  private func arrange(_ search: ModePrefixSearch) {
    let order = search.ranks.indices.sorted { (search.ranks[$0], $0) < (search.ranks[$1], $1) }
    var outgoing = [Int32](repeating: 0, count: order.count + 1)
    for edge in search.edges { outgoing[Int(edge.source) + 1] += 1 }
    for index in order.indices { outgoing[index + 1] += outgoing[index] }
    var places = outgoing
    var sorted = [Int32](repeating: 0, count: search.edges.count)
    for (index, edge) in search.edges.enumerated() {
      sorted[Int(places[Int(edge.source)])] = Int32(index)
      places[Int(edge.source)] += 1
    }
    guard let last = order.last, search.isEnd(last) else { return }
    var isAlive = [Bool](repeating: false, count: order.count)
    isAlive[last] = true
    for node in order.reversed() where node != last {
      isAlive[node] = (outgoing[node]..<outgoing[node + 1]).contains {
        isAlive[Int(search.edges[Int(sorted[Int($0)])].target)]
      }
    }
    guard isAlive[0] else { return }
    var rank = [Int32](repeating: -1, count: order.count)
    let kept = order.filter { isAlive[$0] }
    for (place, node) in kept.enumerated() { rank[node] = Int32(place) }
    nodeCount = kept.count
    starts = [0]
    for node in kept {
      for index in outgoing[node]..<outgoing[node + 1] {
        let edge = search.edges[Int(sorted[Int(index)])]
        guard isAlive[Int(edge.target)] else { continue }
        edges.append(
          Edge(node: rank[Int(edge.target)], operation: edge.operation, duration: edge.duration))
      }
      starts.append(Int32(edges.count))
    }
  }
}

/// Finds the prefixes of a device where modes are open, from the empty one on.
private struct ModePrefixSearch {
  struct Step: BitwiseCopyable {
    var source: Int32
    var target: Int32
    var operation: Int32
    var duration: Double
  }

  private(set) var edges: [Step] = []
  /// Per prefix a number that every operation raises.
  private(set) var ranks: [Int32] = [0]
  private var prefixes: [UInt64] = [0]
  private var index = PrefixIndex()
  private let visits: [ModeGraph.Visit]
  private let microbatches: Int
  private let capacity: Double
  private let isPerStage: Bool
  /// Per visit where its counts begin: those done, then those in each state; and of its mode.
  private var places: [Int] = []
  private var countOfPlaces = 0
  private let bits: UInt64
  private let modeBits: UInt64 = 6
  private let modeShift: UInt64
  private let end: UInt64

  init?(
    _ visits: [ModeGraph.Visit], microbatches: Int, capacity: Double, isPerStage: Bool, nodeLimit: Int,
    deadline: Deadline
  ) throws(OutOfTime) {
    self.visits = visits
    self.microbatches = microbatches
    self.capacity = capacity
    self.isPerStage = isPerStage
    bits = UInt64(Int.bitWidth - microbatches.leadingZeroBitCount)
    for visit in visits {
      places.append(countOfPlaces)
      countOfPlaces += 1 + visit.states.held.count
    }
    modeShift = bits * UInt64(countOfPlaces)
    guard modeShift + (isPerStage ? modeBits * UInt64(visits.count) : 0) < 63 else { return nil }
    var end: UInt64 = 0
    for place in places { end |= UInt64(microbatches) << (bits * UInt64(place)) }
    self.end = end
    _ = index.find(0, orInsert: 0)
    guard try expand(nodeLimit: nodeLimit, deadline) else { return nil }
  }

  func isEnd(_ node: Int) -> Bool { prefixes[node] == end }

  private mutating func expand(nodeLimit: Int, _ deadline: Deadline) throws(OutOfTime) -> Bool {
    let lanes = ModeStates.Lane.allCases.count
    /// Of each visit's lanes how many operations are done.
    var behind = [Int](repeating: 0, count: lanes * visits.count)
    var counts = [Int](repeating: 0, count: countOfPlaces)
    var position = 0
    let mask: UInt64 = (1 << bits) - 1
    while position < prefixes.count {
      if position.isMultiple(of: 2048) { try deadline.check() }
      let prefix = prefixes[position]
      var held = 0.0
      for place in 0..<countOfPlaces { counts[place] = Int((prefix >> (bits * UInt64(place))) & mask) }
      for (number, visit) in visits.enumerated() {
        let (first, own) = (places[number], lanes * number)
        for lane in 0..<lanes { behind[own + lane] = counts[first] }
        for state in visit.states.held.indices {
          let count = counts[first + 1 + state]
          guard count > 0 else { continue }
          held += Double(count) * visit.states.held[state]
          for lane in 0..<lanes { behind[own + lane] += count * visit.states.isBehind[state][lane] }
        }
      }
      for (number, visit) in visits.enumerated() {
        let shift = modeShift + modeBits * UInt64(number)
        let chosen = isPerStage ? Int((prefix >> shift) & 63) : 0
        for move in visit.states.moves {
          guard move.growth == 0 || held + move.growth <= capacity else { continue }
          if move.source >= 0, counts[places[number] + 1 + move.source] == 0 { continue }
          var longer = prefix
          var operation = -1
          if let lane = move.lane {
            let done = behind[lanes * number + lane.rawValue]
            switch lane {
            case .forward:
              guard done < microbatches, done < visit.previous.map({ behind[lanes * $0] }) ?? .max,
                chosen == 0 || chosen == move.mode + 1
              else { continue }
              if isPerStage {
                longer &= ~(63 << shift)
                // Once all have begun, the mode is told by what they are.
                if done + 1 < microbatches { longer |= UInt64(move.mode + 1) << shift }
              }
            case .gradient:
              guard done < visit.next.map({ behind[lanes * $0 + lane.rawValue] }) ?? .max else { continue }
            case .sent, .fetched: break
            }
            // Where microbatches may have modes without hosts, nobody knows how many have been sent: none at least.
            let isKnown = lane == .forward || lane == .gradient || isPerStage || visit.states.allOffload
            operation = (lanes * number + lane.rawValue) * microbatches + (isKnown ? done : 0)
          }
          if move.source >= 0 { longer -= 1 << (bits * UInt64(places[number] + 1 + move.source)) }
          longer += 1 << (bits * UInt64(places[number] + (move.target == -2 ? 0 : 1 + move.target)))
          let rank =
            ranks[position] + Int32(rank(of: move.target, on: visit) - rank(of: move.source, on: visit))
          let node = index.find(longer, orInsert: Int32(prefixes.count))
          if Int(node) == prefixes.count {
            guard prefixes.count < nodeLimit else { return false }
            prefixes.append(longer)
            ranks.append(rank)
          }
          edges.append(
            Step(source: Int32(position), target: node, operation: Int32(operation), duration: move.duration))
        }
      }
      guard edges.count <= 8 * nodeLimit else { return false }
      position += 1
    }
    return true
  }

  private func rank(of state: Int, on visit: ModeGraph.Visit) -> Int {
    state == -1 ? 0 : state == -2 ? ModeStates.lastRank : visit.states.rank[state]
  }
}
