import OperationGraph
import PipelineModel

/// Which inputs come over which links, and how much longer these take than in the problem: even numbers go from the first device to the second, odd
/// ones back; -1 is none.
final class InputLinks {
  /// Of the first input, row by row of the problem.
  let first: [Int32]
  /// Of the other inputs, as `LoweredProblem.furtherInputs` lists them.
  let further: [Int32]
  /// How much longer messages take at present, in grid steps.
  let delays: KernelMemory<Double>
  private let count: Int

  /// Finds the links of all inputs. O(classes x visits + inputs).
  init(_ table: PassTable) {
    let lowered = table.lowered
    var first = [Int32](repeating: -1, count: lowered.rows.count)
    var further = [Int32](repeating: -1, count: lowered.furtherInputs.count)
    var row = 0
    for key in lowered.classes {
      for position in lowered.problem.routes[Int(key.route)].visits.indices {
        for kind in Operation.Kind.allCases {
          defer { row += 1 }
          guard lowered.traits[row].exists else { continue }
          let numbers = table.links(ofInputs: kind, at: position, onRoute: Int(key.route)).map { link in
            link.map { Int32(2 * $0.number + ($0.isForth ? 0 : 1)) } ?? -1
          }
          first[row] = numbers.first ?? -1
          for (index, number) in zip(lowered.traits[row].furtherInputs.indices, numbers.dropFirst()) {
            further[index] = number
          }
        }
      }
    }
    self.first = first
    self.further = further
    count = 2 * table.links.count
    delays = KernelMemory(copying: Array(repeating: 0, count: count))
  }

  deinit { delays.deallocate() }

  /// Takes the problem's own times again.
  func restore() { for index in 0..<count { delays[index] = 0 } }
}
