/// What microbatches have in common that cost and hold the same everywhere: any two of one class may change places.
package struct MicrobatchClass: Hashable, Sendable {
  package var scale: Microbatch.Scale
  package var memory: PerStage
  /// The position of the route among the distinct ones.
  package var route: Int32
  /// The position of the list of modes among the distinct ones.
  package var modes: Int32
  /// The first microbatch of which precedences say the same; `nil` where none names it.
  package var named: Microbatch.ID?
}

extension Problem {
  /// The class of a microbatch. O(stages) where factors are told stage by stage.
  package func microbatchClass(of microbatch: Microbatch.ID) -> MicrobatchClass {
    MicrobatchClass(
      scale: microbatches[microbatch.index].scale, memory: microbatches[microbatch.index].memory,
      route: routeIndexes[microbatch.index], modes: modes.indexes[microbatch.index],
      named: namedAlike.isEmpty ? nil : namedAlike[microbatch.index])
  }

  /// The first microbatch of each class with the number of microbatches of the class, in the order of the batch.
  package var classRepresentatives: [(microbatch: Microbatch.ID, count: Int)] {
    var found: [(microbatch: Microbatch.ID, count: Int)] = []
    var places: [MicrobatchClass: Int] = [:]
    for microbatch in microbatches.indices.lazy.map({ Microbatch.ID($0) }) {
      let key = microbatchClass(of: microbatch)
      if let place = places[key] {
        found[place].count += 1
      } else {
        places[key] = found.count
        found.append((microbatch, 1))
      }
    }
    return found
  }
}
