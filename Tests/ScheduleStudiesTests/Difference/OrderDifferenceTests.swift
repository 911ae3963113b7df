import TestSupport
import Testing

@testable import ScheduleStudies

@Suite("What moved from one order to another")
struct OrderDifferenceTests {
  private static func moved(_ first: String, _ second: String) -> String {
    let (first, second) = (Array(first), Array(second))
    return String(OrderDifference(first, second).moved.map { first[$0.first] })
  }

  @Test(
    "Of neighbours that change places both, of one that goes elsewhere that one",
    arguments: [
      ("abcdef", "abcdef", ""), ("ab", "ba", "ab"), ("abcdef", "abdcef", "cd"), ("abcdef", "bcdefa", "a"),
      ("abcdef", "afbcde", "f"), ("abcdef", "aecdbf", "be"), ("abc", "cba", "abc"), ("abcd", "cdab", "abcd"),
      ("abxcd", "abcyd", ""), ("", "abc", ""),
    ])
  func examples(first: String, second: String, expected: String) {
    #expect(Self.moved(first, second) == expected)
  }

  @Test("The first difference is where one has what the other has not")
  func firstDifference() {
    func first(_ one: String, _ other: String) -> Int? { OrderDifference(one, other).firstDifference }
    #expect(first("abc", "abc") == nil)
    #expect(first("abc", "acb") == 1)
    #expect(first("abc", "ab") == 2)
    #expect(first("", "a") == 0)
    #expect(first("", "") == nil)
  }

  @Test("What is left is in every largest set of elements that keep their sequence")
  func againstBruteForce() {
    var random = SeededGenerator(seed: 5)
    for _ in 0..<300 {
      let first = Array(0..<Int.random(in: 0...8, using: &random)).shuffled(using: &random)
      var second = first.filter { _ in Int.random(in: 0...9, using: &random) > 0 }
      for _ in 0..<Int.random(in: 0...2, using: &random) where second.count > 1 {
        second.swapAt(
          Int.random(in: 0..<second.count, using: &random), Int.random(in: 0..<second.count, using: &random))
      }
      var largest: [Set<Int>] = [[]]
      for bits in 0..<1 << first.count {
        let kept = first.indices.filter { bits >> $0 & 1 == 1 }.map { first[$0] }
        guard kept == second.filter(Set(kept).contains) else { continue }
        if kept.count > largest[0].count {
          largest = [Set(kept)]
        } else if kept.count == largest[0].count {
          largest.append(Set(kept))
        }
      }
      let inAll = largest.dropFirst().reduce(largest[0]) { $0.intersection($1) }
      let moved = OrderDifference(first, second).moved
      let expected = first.filter { second.contains($0) && !inAll.contains($0) }
      #expect(moved.map { first[$0.first] } == expected)
      #expect(moved.allSatisfy { second[$0.second] == first[$0.first] })
    }
  }
}
