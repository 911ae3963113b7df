import PipelineModel
import Testing

@Suite struct NumberTextTests {
  @Test(
    arguments: [
      (0, "0"), (-0.0, "0"), (1, "1"), (18.522, "18.522"), (37.044, "37.044"), (0.1 + 0.2, "0.3"),
      (1310.4050000000018, "1310.405"), (2.0 / 3, "0.6667"), (1e-6, "0.000001"), (0.000012344, "0.00001234"),
      (1e15, "1000000000000000"), (-2.5, "-2.5"), (999.99996, "1000"), (0.00001, "0.00001"),
      (.infinity, "inf"),
    ] as [(Double, String)])
  func numbersAreShort(value: Double, text: String) { #expect(value.short == text) }

  @Test func percentagesHaveTwoDecimals() {
    #expect(0.11111.percent == "11.11 %")
    #expect(0.0.percent == "0 %")
    #expect(1.0.percent == "100 %")
  }

  @Test func thingsAreCounted() {
    #expect(1.counted("device") == "1 device")
    #expect(0.counted("microbatch", "microbatches") == "0 microbatches")
    #expect(2.5.short("ms") == "2.5 ms")
    #expect(2.5.short("") == "2.5")
  }
}
