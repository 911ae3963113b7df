import PipelineModel
import ScheduleFamilies
import TestSupport
import Testing
import Timeline

@Suite("The critical path")
struct CriticalPathTests {
  @Test("fills the makespan without a gap")
  func fillsMakespan() throws {
    let shape = RandomProblem().without(.serialise, .offload, because: "queues have a test of their own")
    var random = SeededGenerator(seed: 31)
    for _ in 0..<150 {
      let problem = try shape.problem(using: &random)
      let orders = problem.randomOrders(using: &random)
      let timeline = try Timeline(Schedule(problem: problem, orders: orders))
      let path = timeline.criticalPath
      #expect(path.links.first?.start == 0)
      #expect(abs(path.total - timeline.makespan) < 1e-9)
      for (link, next) in zip(path.links, path.links.dropFirst()) {
        // A pair that follows another operation begins as its `F`, whichever of the two is on the path.
        let waits =
          problem.latencies(from: link, to: next) + (link.device == next.device ? problem.gap.times : [])
        #expect(waits.contains { abs(link.end + $0 - next.start) < 1e-9 })
      }
    }
  }

  @Test("fills the makespan where messages wait for each other, in transfers of one device and latencies")
  func fillsMakespanWithQueues() throws {
    var random = SeededGenerator(seed: 32)
    var waits = 0
    for _ in 0..<120 {
      let problem = try RandomProblem().problem(using: &random)
      let orders = problem.randomOrders(using: &random)
      let timeline = try Timeline(Schedule(problem: problem, orders: orders))
      let path = timeline.criticalPath
      #expect(path.links.first?.start == 0)
      #expect(abs(path.total - timeline.makespan) < 1e-9)
      for (link, next) in zip(path.links, path.links.dropFirst()) {
        let latencies = problem.latencies(from: link, to: next)
        #expect(link.end <= next.start + 1e-9)
        if link.device != next.device, latencies.allSatisfy({ link.end + $0 < next.start - 1e-9 }) {
          waits += 1
        }
      }
    }
    #expect(waits > 20)
  }

  @Test("goes through transfers and waits for room, and names them")
  func followsTransfers() throws {
    let path = try Timeline(Schedule.twoOffloads()).criticalPath
    #expect(path.links.map(\.start) == [0, 13, 26, 29, 40, 47, 50, 61])
    #expect(path.work == 56)
    #expect(path.hostTransfers == 12)
    #expect(path.gaps == 0 && path.communication == 0)
  }

  @Test("follows a queue to the operation whose message began it")
  func followsQueue() throws {
    let rows = { (value: Double) in [[value, value], [value, value]] }
    let links = Communication.Links(latency: rows(0.5), bandwidth: rows(1), bytes: 2, serialise: .link)
    let problem = try Problem.uniform(devices: 2, microbatches: 2).with(communication: .links(links))
    let orders = try Families.named("gpipe").orders(for: problem)
    let path = try Timeline(Schedule(problem: problem, orders: orders)).criticalPath
    // F of microbatch 0 until 1, both messages until 5, F 1 at 5.5, BW 0 until 8.5, its message until 10.5, BW 0 at 11.
    #expect(path.links.map(\.start) == [0, 5.5, 6.5, 11, 13])
    #expect(path.links.map(\.operation.microbatch.index) == [0, 1, 0, 0, 1])
    #expect(path.work == 8)
    #expect(path.communication == 7)
  }

  @Test("of GPipe on equal stages is one diagonal, the last stage's work and the diagonal back")
  func gpipe() throws {
    let problem = try Problem.uniform(devices: 3, microbatches: 2, communication: 0.5)
    let orders = try Families.named("gpipe").orders(for: problem)
    let path = try Timeline(Schedule(problem: problem, orders: orders)).criticalPath
    // F 0 | F 1 | F 2 F 2 | BW 2 BW 2 | BW 1 | BW 0: work 2 + 2 + 4 + 2 + 2, four hops of 0.5.
    #expect(path.work == 12)
    #expect(path.communication == 2)
  }
}

extension CriticalPath {
  /// All that the path is made of.
  fileprivate var total: Double { work + communication + gaps + hostTransfers + optimizerStep + tail }
}

extension Problem {
  /// What a message takes that may join two links of a critical path: the output of the one, or the gradient of the
  /// other's.
  fileprivate func latencies(from link: CriticalPath.Link, to next: CriticalPath.Link) -> [Double] {
    [link, next].map {
      let bytes = stages[$0.operation.stage.index].messageBytes
      return communication.latency(from: link.device, to: next.device, carrying: bytes)
    }
  }
}
