import ModelCosts
import ScheduleFormats
import Testing

@Suite("Parameters")
struct ParameterTests {
  @Test("of published models are counted to the unit", arguments: PublishedModel.all.indices)
  func published(index: Int) throws {
    let model = PublishedModel.all[index]
    let shape = try ModelConfiguration.decode(Array(model.configuration.utf8), file: model.name)
    #expect(ParameterCounts(shape).total == model.parameters, "\(model.name): \(model.source)")
  }
}
