import Measurement
import PipelineModel
import ScheduleFamilies
import Testing
import Timeline

@Suite("One measured iteration of eight MI300")
struct MI300Tests {
  @Test("gaps and latency are those that another analysis found over nine iterations")
  func gaps() throws {
    let profile = MeasuredProfile(try MeasuredRun(MI300Run.recordings()))
    for transition in [Transition.forwardForward, .forwardBackward, .backwardForward] {
      let measured = try #require(profile.gaps[transition]?.median)
      let expected = try #require(MI300Run.gaps[transition.rawValue])
      #expect(abs(measured / expected - 1) < 0.03, "\(transition.rawValue): \(measured)")
    }
    let latency = try #require(profile.latency?.median)
    #expect(abs(latency / MI300Run.latency - 1) < 0.05)
    #expect(profile.gaps[.backwardBackward] == nil)
  }

  @Test("1F1B of the imported problem is within 0.4 % of the median of other iterations")
  func prediction() throws {
    let profile = MeasuredProfile(try MeasuredRun(MI300Run.recordings()))
    let problem = try profile.problem(name: "MI300")
    let timeline = try Timeline(
      Schedule(problem: problem, orders: Families.named("1f1b").orders(for: problem)))
    #expect(abs(timeline.makespan / MI300Run.medianOfOthers - 1) < 0.004)
    #expect(profile.observedOrders == timeline.schedule.orders)
  }
}
