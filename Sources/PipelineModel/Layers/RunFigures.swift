/// What runs of layers take and hold, as far as a balance of work asks for it.
struct RunFigures {
  /// By place: what all layers before it take and hold together.
  private var work = [0.0], held = [0.0], `static` = [0.0]

  /// Adds up layers, each in one mode: its own, or the one that holds least during the backward pass.
  init(_ layers: Layers, leanest: Bool) {
    for part in layers.passes {
      let own = part.inMode(part.mode ?? 0)
      let modes = leanest ? part.choices.map(part.inMode) : [own]
      let layer = modes.min { $0.activationForForward < $1.activationForForward } ?? own
      work.append((work.last ?? 0) + layer.work)
      held.append((held.last ?? 0) + layer.activationForForward)
      `static`.append((`static`.last ?? 0) + layer.staticMemory)
    }
  }

  /// The time of all passes of one microbatch on a run of layers, on a device of speed 1.
  func work(of run: Range<Int>) -> Double { work[run.upperBound] - work[run.lowerBound] }

  /// What a run of layers holds while so many microbatches are between their `F` and their backward pass.
  func memory(of run: Range<Int>, inFlight count: Int) -> Double {
    `static`[run.upperBound] - `static`[run.lowerBound] + Double(count)
      * (held[run.upperBound] - held[run.lowerBound])
  }
}
