/// The best candidates of a search, as places to start from.
struct Portfolio<Plan: Equatable> {
  /// The best first.
  private(set) var candidates: [Candidate<Plan>] = []
  /// The best with pairs.
  private(set) var paired: Candidate<Plan>?

  /// The best so far.
  var best: Candidate<Plan>? { candidates.first }

  /// Takes a candidate in where it is among the best and new.
  mutating func insert(_ candidate: Candidate<Plan>, hasPairs: Bool = false) {
    if hasPairs, candidate.value < paired?.value ?? .infinity { paired = candidate }
    let place = candidates.firstIndex { candidate.value < $0.value } ?? candidates.count
    guard place < Effort.portfolioCapacity, !candidates.contains(where: { $0.plan == candidate.plan })
    else { return }
    candidates.insert(candidate, at: place)
    if candidates.count > Effort.portfolioCapacity { candidates.removeLast() }
  }

  /// Where a chain begins: each at the next best, over and over. Where there are pairs the first begins with the best
  /// of those, and the second at the best of all: what has pairs may yet overtake what is better without.
  func start(of chain: Int) -> Candidate<Plan>? {
    let places = (paired.map { [$0] } ?? []) + candidates
    return places.isEmpty ? nil : places[chain % places.count]
  }
}
