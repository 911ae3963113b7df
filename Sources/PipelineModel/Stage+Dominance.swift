/// Ways to run a stage compared with each other, figure by figure.
extension Stage {
  /// All figures of the stage, as those of a mode of another with the same passes.
  package func asMode(named name: String) -> Mode {
    Mode(
      name: name, forward: forward, backward: backward, activationForB: activationForB,
      activationForW: activationForW, checkpoint: checkpoint, recompute: recompute, offload: offload,
      modules: modules)
  }

  /// Whether another way is better in nothing.
  fileprivate func isNoWorse(than other: Stage) -> Bool {
    // An `R` that takes no time is an operation all the same, with a gap before it.
    guard recompute == nil || other.recompute != nil else { return false }
    return zip(figures, other.figures).allSatisfy { $0 <= $1 }
  }

  private var figures: [Double] {
    [
      forward, duration(of: .backwardInput) ?? 0, duration(of: .backwardWeight) ?? 0,
      duration(of: .backward) ?? 0,
      activationForB, isSplit ? activationForW : 0, activationForForward,
      offload > 0 ? activationForForward - offload : activationForForward,
      recompute ?? 0, offload,
      firstForward ?? forward, lastBackward ?? 0,
    ]
  }
}

extension [Stage] {
  /// The places of those that no other is as good as in every figure; of equal ones the first. O(stages²).
  package var undominated: [Int] {
    indices.filter { index in
      !indices.contains { other in
        guard other != index, self[other].isNoWorse(than: self[index]) else { return false }
        return other < index || !self[index].isNoWorse(than: self[other])
      }
    }
  }
}
