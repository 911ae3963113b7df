import PipelineModel
import Testing

@Suite("Certificates")
struct CertificateTests {
  @Test("have the gap of a bound below the value")
  func gap() throws {
    let certificate = try Certificate(objective: .makespan, lowerBound: 8, value: 10)
    #expect(certificate.lowerBound == 8 && certificate.gap == 0.2 && !certificate.optimal)
  }

  @Test("are optimal where the difference is rounding, from either side", arguments: [-9e-10, 0, 9e-10])
  func rounding(share: Double) throws {
    let certificate = try Certificate(objective: .period, lowerBound: 1e6 * (1 + share), value: 1e6)
    #expect(certificate.optimal && certificate.gap == 0)
    #expect(certificate.lowerBound <= 1e6)
  }

  @Test(
    "are none where the bound lies above the value by more",
    arguments: [13 * (1 + 2e-9), 40, .infinity, .nan])
  func contradiction(bound: Double) {
    let error = #expect(throws: BoundContradiction.self) {
      try Certificate(objective: .makespan, lowerBound: bound, value: 13)
    }
    #expect(error?.objective == .makespan && error?.value == 13)
  }

  @Test("that cannot be name value and bound")
  func wording() {
    let error = BoundContradiction(objective: .period, lowerBound: 40, value: 12.7)
    #expect(error.description == "a schedule has a period of 12.7, below its lower bound of 40")
  }

  @Test("of a schedule that takes no time have a bound of none")
  func nothing() throws {
    #expect(try Certificate(objective: .makespan, lowerBound: 0, value: 0).optimal)
    #expect(throws: BoundContradiction.self) {
      try Certificate(objective: .makespan, lowerBound: 1e-300, value: 0)
    }
  }
}
