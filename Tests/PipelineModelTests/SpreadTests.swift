import PipelineModel
import Testing

@Suite("How values are distributed")
struct SpreadTests {
  @Test("quantiles lie between neighbours in a straight line")
  func quantiles() {
    // numpy.percentile([1, 2, 4, 8], [0, 50, 90, 95, 100])
    let spread = Spread(of: [8, 1, 4, 2])
    #expect(spread.mean == 3.75)
    #expect(spread.median == 3)
    #expect(abs(spread.quantile(0.9) - 6.8) < 1e-12)
    #expect(abs(spread.quantile(0.95) - 7.4) < 1e-12)
    #expect(spread.quantile(0) == 1)
    #expect(spread.quantile(1) == 8)
    #expect(spread.most == 8)
    #expect(Spread(of: [5]).quantile(0.95) == 5)
  }

  @Test("figures are rounded where values are no more precise, and none are made of nothing")
  func decimals() {
    #expect(Spread([0.1 + 0.2, 0.3], decimals: 6)?.median == 0.3)
    #expect(Spread([]) == nil)
  }
}
