extension Layers {
  /// The modes of a stage of several layers, besides the one in which all are plain.
  ///
  /// For each name, all layers that know it take it; of n such layers also the first 1, ..., n - 1 (`full*2`), which
  /// trades memory for time in small steps; but where the mode names modules, all or none. What is no better in anything
  /// than another mode is left out, and so are modes that would be more than a stage may have: then those steps that are
  /// left lie as evenly as they can.
  ///
  /// - Parameters:
  ///   - parts: the layers, with their modes.
  ///   - plain: the stage with its layers in mode 0.
  ///   - extent: where one name is chosen for all stages, every one is kept: another stage may need it.
  ///   - sum: what layers in given modes are together.
  /// - Complexity: O(layers² x modes).
  static func modes(
    of parts: [Stage], besides plain: Stage, extent: Mode.Extent, _ sum: ([Stage]) -> Stage
  ) -> [Mode] {
    let names = names(of: parts)
    let knowing = names.map { name in parts.indices.filter { parts[$0].number(ofMode: name) != nil } }
    let most = names.isEmpty ? 0 : max(1, Mode.limit / names.count)
    var stages: [Stage] = []
    for (name, layers) in zip(names, knowing) {
      // Frameworks are told modules for all layers of a stage, or for none.
      let isWhole = layers.contains { index in
        parts[index].number(ofMode: name).map { !parts[index].inMode($0).modules.isEmpty } ?? false
      }
      for count in isWhole ? [layers.count] : steps(to: layers.count, atMost: most).reversed() {
        let taking = Set(layers.prefix(count))
        var stage = sum(
          parts.indices.map { index in
            let only = parts[index].mode ?? 0
            return parts[index].inMode(
              taking.contains(index) ? parts[index].number(ofMode: name) ?? only : only)
          })
        stage.modeName = count == layers.count ? name : "\(name)*\(count)"
        stages.append(stage)
      }
    }
    if extent != .problem {
      stages = ([plain] + stages).undominated.filter { $0 > 0 }.map { stages[$0 - 1] }
    }
    return stages.map { $0.asMode(named: $0.modeName ?? Mode.plainName) }
  }

  /// The names of modes that layers may choose besides their own, in the order of their layers.
  private static func names(of parts: [Stage]) -> [String] {
    var names: [String] = []
    for part in parts where part.mode == nil {
      for mode in part.modes where !names.contains(mode.name) { names.append(mode.name) }
    }
    return names
  }

  /// So many layers in turn: every number up to all of them, or as many numbers as there may be, evenly.
  private static func steps(to count: Int, atMost most: Int) -> [Int] {
    let number = min(count, most)
    return (1...max(1, number)).prefix(number).map { ($0 * count + number - 1) / number }
  }
}

extension Stage {
  /// The number of a mode that may be chosen; `nil` where there is none of that name.
  fileprivate func number(ofMode name: String) -> Int? {
    mode == nil ? modes.firstIndex { $0.name == name }.map { $0 + 1 } : nil
  }
}
