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

  /// Joins an `F` with a `BW` nearby, in the place of either.
  private func join(_ order: inout [Block], at index: Int, _ random: inout FastRandom) -> Int? {
    let other = index + random.index(below: 2 * Self.reach + 1) - Self.reach
    guard order.indices.contains(other), order[other].kind == .backward else { return nil }
    let (forward, backward) = (order[index].slot, order[other].slot)
    guard model.microbatch[Int(forward)] != model.microbatch[Int(backward)] else { return nil }
    let (kept, removed) = random.next() & 1 == 0 ? (index, other) : (other, index)
    order[kept] = Block(kind: .pair, slot: forward, backward: backward)
    order.remove(at: removed)
    return min(index, other)
  }

  /// Parts a pair, in either order.
  private func part(_ order: inout [Block], at index: Int, _ random: inout FastRandom) -> Int? {
    let forward = Block(kind: .forward, slot: order[index].slot)
    let backward = Block(kind: .backward, slot: order[index].backward)
    let isForwardFirst = random.next() & 1 == 0
    order[index] = isForwardFirst ? forward : backward
    order.insert(isForwardFirst ? backward : forward, at: index + 1)
    return index
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
    let weight = Block(kind: .backwardWeight, slot: order[index].slot)
    guard let place = order[index...].firstIndex(of: weight) else { return nil }
    let (kept, removed) = random.next() & 1 == 0 ? (index, place) : (place, index)
    order[kept] = Block(kind: .backward, slot: weight.slot)
    order.remove(at: removed)
    return index
  }
}
