import PipelineModel
import Testing

/// A sequential problem laid out anew.
@Suite("Arrangements")
struct ArrangementTests {
  private func problem(devices: Int, microbatches: Int, layers: [String]? = nil) throws -> Problem {
    let stages = (1...devices).map {
      Stage(
        forward: Double(6 * $0), backwardInput: 12, backwardWeight: 18, activationForB: 24, activationForW: 6,
        staticMemory: 30, layers: layers)
    }
    return try Problem(
      devices: Array(repeating: Device(), count: devices), stages: stages,
      microbatches: Array(repeating: Microbatch(), count: microbatches))
  }

  @Test("Chunks share everything a stage has; the layers run on from chunk to chunk")
  func chunks() throws {
    let arranged = try problem(devices: 2, microbatches: 1, layers: ["a", "b"]).arranged(
      .loop, chunks: 2)
    #expect(arranged.stages.map(\.forward) == [3, 3, 6, 6])
    #expect(arranged.stages.map(\.staticMemory) == [15, 15, 15, 15])
    #expect(arranged.stages.map(\.layers) == [["a"], ["b"], ["a"], ["b"]])
    #expect(arranged.hosts.map { $0.map(\.index) } == [[0], [1], [0], [1]])
    let folded = try problem(devices: 2, microbatches: 1, layers: ["a"]).arranged(.v, chunks: 2)
    #expect(folded.stages.allSatisfy { $0.layers == nil })
    #expect(folded.hosts.map { $0.map(\.index) } == [[0], [1], [1], [0]])
  }

  @Test("Pieces share the work of a microbatch, not the weights")
  func pieces() throws {
    let cut = try problem(devices: 2, microbatches: 3, layers: ["a"]).cut(intoPieces: 2)
    #expect(cut.pieces == 2)
    #expect(cut.microbatchCount == 6)
    #expect(cut.stages[0].activationForB == 12)
    #expect(cut.stages[0].staticMemory == 30)
    #expect(cut.stages[0].layers == ["a"])
    #expect(!cut.isSequential)
  }

  @Test("A bidirectional pipeline keeps its stages whole and holds each twice")
  func bidirectional() throws {
    let arranged = try problem(devices: 4, microbatches: 6).arranged(.bidirectional, chunks: 1)
    #expect(arranged.hosts.map { $0.map(\.index) } == [[0, 3], [1, 2], [2, 1], [3, 0]])
    #expect(arranged.routeIndexes == [0, 0, 0, 1, 1, 1])
    #expect(arranged.staticMemory == [60, 60, 60, 60])
    // Of either direction a microbatch passes every device once.
    #expect(arranged.activationsOfOneMicrobatch == [24, 24, 24, 24])
    #expect(arranged.deviceWork == [270, 270, 270, 270])
  }

  @Test("Only a sequential problem of suitable counts is laid out anew")
  func refusals() throws {
    func refusal(_ make: () throws -> Problem) -> ProblemError? {
      do {
        _ = try make()
        return nil
      } catch {
        return error as? ProblemError
      }
    }
    let three = try problem(devices: 3, microbatches: 4)
    #expect(refusal { try three.arranged(.bidirectional, chunks: 1) } == ProblemError(["devices"], .odd(3)))
    let odd = try problem(devices: 2, microbatches: 3)
    #expect(
      refusal { try odd.arranged(.bidirectional, chunks: 1) } == ProblemError(["microbatches"], .odd(3)))
    #expect(
      refusal { try odd.arranged(.bidirectional, chunks: 2) } == ProblemError(["chunks"], .chunkedBothWays(2))
    )
    let looped = try three.arranged(.loop, chunks: 2)
    #expect(refusal { try looped.arranged(.v, chunks: 2) } == ProblemError(["placement"], .notSequential))
    #expect(refusal { try looped.cut(intoPieces: 2) } == ProblemError(["placement"], .notSequential))
    #expect(
      refusal { try three.arranged(.loop, chunks: 40_000) }
        == ProblemError(["chunks"], .countOutOfRange(120_000, ProblemRules.counts)))
  }
}
