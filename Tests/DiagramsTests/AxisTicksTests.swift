import Testing

@testable import Diagrams

@Suite struct AxisTicksTests {
  @Test(
    "Steps are round",
    arguments: [
      (1.01, 2, 0), (2, 2, 0), (2.1, 5, 0), (5, 5, 0), (5.1, 1, 1), (10, 1, 1), (0.03, 5, -2), (7e-7, 1, -6),
      (1234, 2, 3),
    ] as [(Double, Int, Int)])
  func stepsAreRound(least: Double, mantissa: Int, exponent: Int) {
    let step = AxisTicks.roundStep(atLeast: least)
    #expect(step.mantissa == mantissa && step.exponent == exponent, "\(step)")
  }

  @Test("Ticks are multiples of the step and far enough apart")
  func ticksAreMultiplesOfTheStepAndFarEnoughApart() {
    let axis = AxisTicks(0...1310.405, length: 1240, size: 8)
    #expect(axis.ticks.map(\.label) == (0...13).map { "\($0 * 100)" })
    let fine = AxisTicks(0.11...0.42, length: 700, size: 8)
    #expect(fine.ticks.map(\.label) == ["0.15", "0.2", "0.25", "0.3", "0.35", "0.4"])
    let far = AxisTicks(1e6...1e6 + 0.001, length: 700, size: 8)
    #expect(
      far.ticks.map(\.label) == [
        "1000000", "1000000.0002", "1000000.0004", "1000000.0006", "1000000.0008", "1000000.001",
      ])
  }

  @Test("An axis without length has one tick")
  func anAxisWithoutLengthHasOneTick() {
    #expect(AxisTicks(0...0, length: 400, size: 8).ticks.map(\.label) == ["0"])
    #expect(AxisTicks(5...5, length: 400, size: 8).ticks.map(\.label) == ["5"])
  }
}
