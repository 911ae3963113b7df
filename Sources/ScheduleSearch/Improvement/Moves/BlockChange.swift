/// The random changes of one device's order of blocks.
struct BlockChange {
  typealias Block = BlockModel.Block

  let model: BlockModel

  /// How far from an operation a partner is looked for, in blocks.
  static let reach = 8

  /// Changes an order at random and returns the first block that is another; `nil` where the change is none.
  func apply(to order: inout [Block], _ random: inout FastRandom) -> Int? {
    let index = random.index(below: order.count)
    let choice = random.index(below: 8)
    switch order[index].kind {
    case .pair where choice < 3: return part(&order, at: index, &random)
    case .pair where choice < 5: return exchange(&order, at: index, &random)
    case .forward where choice < 4 && model.mayPair: return join(&order, at: index, &random)
    case .backward where choice == 0 && model.maySplit(order[index].slot):
      return split(&order, at: index, &random)
    case .backwardInput where choice < 2 && model.mayFuse(order[index].slot):
      return fuse(&order, at: index, &random)
    default: return shift(&order, at: index, &random)
    }
  }

  /// Moves a block some places earlier or later.
  private func shift(_ order: inout [Block], at index: Int, _ random: inout FastRandom) -> Int? {
    let most = random.next() & 3 == 0 ? 16 : 4
    let step = random.next() & 1 == 0 ? 1 : -1
    let target = index + step * (1 + random.index(below: most))
    guard order.indices.contains(target) else { return nil }
    let block = order.remove(at: index)
    order.insert(block, at: target)
    return min(index, target)
  }

  /// Joins an `F` with a backward pass nearby, in the place of either: a `BW`, or a `B` that takes its `W` along.
  private func join(_ order: inout [Block], at index: Int, _ random: inout FastRandom) -> Int? {
    let other = index + random.index(below: 2 * Self.reach + 1) - Self.reach
    guard order.indices.contains(other) else { return nil }
    let (forward, backward) = (order[index].slot, order[other].slot)
    switch order[other].kind {
    case .backward: break
    case .backwardInput where model.mayFuse(backward): break
    default: return nil
    }
    guard model.microbatch[Int(forward)] != model.microbatch[Int(backward)] else { return nil }
    if order[other].kind == .backwardInput {
      guard let place = weight(ofInput: other, in: order) else { return nil }
      order.remove(at: place)
      // The `F` may have stood behind the `W`.
      return join(&order, index > place ? index - 1 : index, with: other, &random)
    }
    return join(&order, index, with: other, &random)
  }

  private func join(
    _ order: inout [Block], _ index: Int, with other: Int, _ random: inout FastRandom
  ) -> Int {
    let pair = Block(kind: .pair, slot: order[index].slot, backward: order[other].slot)
    let (kept, removed) = random.next() & 1 == 0 ? (index, other) : (other, index)
    order[kept] = pair
    order.remove(at: removed)
    return min(index, other)
  }

  /// Parts a pair: one of the two stays, the other goes some places earlier or later, a `BW` perhaps as `B` and a later `W`.
  private func part(_ order: inout [Block], at index: Int, _ random: inout FastRandom) -> Int? {
    let slot = order[index].backward
    let forward = Block(kind: .forward, slot: order[index].slot)
    let backward = Block(kind: .backward, slot: slot)
    let isForwardKept = random.next() & 1 == 0
    let isNear = random.next() & 1 == 0
    // Before the block that is now there: next to the pair's place where near.
    let most = isNear ? 1 : Self.reach
    let step = random.index(below: 2 * most)
    let target = step < most ? index - step : index + 1 + step - most
    guard target >= 0, target <= order.count else { return nil }
    order[index] = isForwardKept ? forward : backward
    order.insert(isForwardKept ? backward : forward, at: target)
    if model.maySplit(slot), random.next() & 1 == 0 {
      let place = isForwardKept ? target : target <= index ? index + 1 : index
      _ = split(&order, at: place, &random)
    }
    return min(index, target)
  }

  /// Gives a pair another `F` or `BW` from a block nearby, which gets its own.
  private func exchange(_ order: inout [Block], at index: Int, _ random: inout FastRandom) -> Int? {
    let other = index + random.index(below: 2 * Self.reach + 1) - Self.reach
    guard other != index, order.indices.contains(other) else { return nil }
    var (one, two) = (order[index], order[other])
    switch two.kind {
    case .forward: swap(&one.slot, &two.slot)
    case .backward: swap(&one.backward, &two.slot)
    case .pair: swap(&one.backward, &two.backward)
    case .backwardInput, .backwardWeight: return nil
    }
    for block in [one, two] where block.kind == .pair {
      guard model.microbatch[Int(block.slot)] != model.microbatch[Int(block.backward)] else { return nil }
    }
    (order[index], order[other]) = (one, two)
    return min(index, other)
  }

  /// Takes a `BW` apart, its `W` some places later.
  private func split(_ order: inout [Block], at index: Int, _ random: inout FastRandom) -> Int? {
    let slot = order[index].slot
    order[index] = Block(kind: .backwardInput, slot: slot)
    let place = min(order.count, index + 1 + random.index(below: Self.reach))
    order.insert(Block(kind: .backwardWeight, slot: slot), at: place)
    return index
  }

  /// Puts a `B` and its `W` together, in the place of either.
  private func fuse(_ order: inout [Block], at index: Int, _ random: inout FastRandom) -> Int? {
    let slot = order[index].slot
    guard let place = weight(ofInput: index, in: order) else { return nil }
    let (kept, removed) = random.next() & 1 == 0 ? (index, place) : (place, index)
    order[kept] = Block(kind: .backward, slot: slot)
    order.remove(at: removed)
    return index
  }

  /// Where the `W` of a `B` stands, which is behind it.
  private func weight(ofInput index: Int, in order: [Block]) -> Int? {
    order[index...].firstIndex(of: Block(kind: .backwardWeight, slot: order[index].slot))
  }
}
