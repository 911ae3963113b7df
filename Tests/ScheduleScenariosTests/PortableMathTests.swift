import Foundation
import Testing

@testable import ScheduleScenarios

/// Expected values: the functions of the C library, and Python 3.12's `statistics.NormalDist().inv_cdf`.
@Suite("functions with the same bits on every machine")
struct PortableMathTests {
  @Test("the exponential function", arguments: [-690, -30, -1, -0.3, 0, 1e-12, 0.3466, 0.5, 1, 5, 30, 690.0])
  func exponential(exponent: Double) {
    #expect(abs(PortableMath.exponential(exponent) / exp(exponent) - 1) < 1e-12)
  }

  @Test("the logarithm", arguments: [1e-300, 1e-17, 0.3, 0.7071, 0.999999, 1, 1.5, 2, 3, 1e10])
  func logarithm(value: Double) {
    #expect(abs(PortableMath.logarithm(value) - log(value)) <= 1e-15 * max(1, abs(log(value))))
  }

  @Test(
    "the quantiles of the normal distribution",
    arguments: [
      (0.5, 0.0), (0.6, 0.2533471031357998), (0.925, 1.439531470938456), (0.95, 1.6448536269514715),
      (0.01, -2.3263478740408408), (1e-9, -5.9978070150076865), (1e-15, -7.941345326170995),
    ])
  func normal(probability: Double, quantile: Double) {
    #expect(abs(PortableMath.normalQuantile(probability) - quantile) < 1e-14 * max(1, abs(quantile)))
  }
}
