import PipelineModel
import Testing

@testable import Measurement

@Suite("Recordings put together")
struct MeasuredRunTests {
  private func expectRefusal(
    _ recordings: [RankRecording], skip: Int? = nil, naming texts: [String],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let error = #expect(throws: MeasurementError.self, sourceLocation: sourceLocation) {
      try MeasuredRun(recordings, skip: skip)
    }
    for text in texts {
      #expect("\(error.map { "\($0)" } ?? "")".contains(text), sourceLocation: sourceLocation)
    }
  }

  @Test("clocks are aligned: gap, latency and the iteration's time are those that were put in")
  func closedForm() throws {
    let profile = MeasuredProfile(try MeasuredRun(SyntheticRun().recordings()))
    #expect(profile.run.deviceCount == 3)
    #expect(profile.run.iterations.map(\.hasCommonClock) == [true])
    let problem = try profile.problem(name: "")
    #expect(problem.communication == .uniform(0.8))
    #expect(profile.gaps[.forwardForward]?.median == 0.5)
    #expect(profile.gaps[.backwardBackward]?.median == 0.5)
    #expect(problem.gap.forwardForward == 0.5)
    #expect(problem.stages.map(\.forward) == [10, 10, 10])
    #expect(problem.stages.map(\.backward) == [.whole(21), .whole(21), .whole(21)])
    #expect(problem.stages.allSatisfy { $0.firstForward == nil && $0.lastBackward == nil })
    // 3 F down, the last device's F and B one after another, 3 B up: (6 + 2) 10.5 - 0.5 + 2 0.8 and so on.
    let time = 2 * (10 + 0.8) + 6 * 10.5 + 6 * 21.5 - 0.5 + 2 * (21 + 0.8)
    #expect(abs((profile.iteration?.median ?? 0) - time) < 1e-6)
  }

  @Test("the order of files, and any whole subset of replicas, gives the same stage times")
  func replicas() throws {
    let first = SyntheticRun().recordings()
    let second = SyntheticRun(clocks: [5, 6, 7], extra: { _, _, _, _ in 0.2 }).recordings().enumerated().map {
      var replica = $1
      replica.rank = $0 + 3
      replica.name = "rank \($0 + 3)"
      replica.clock = replica.name
      return replica
    }
    let both = MeasuredProfile(try MeasuredRun((first + second).reversed()))
    #expect(both.run.deviceCount == 3)
    #expect(both.run.replicaCount == 3)
    #expect(both.stages.map { $0.passes[.forward]?.usual } == [10.1, 10.1, 10.1])
    #expect(both.remarks().contains(.replicas(3, devices: 3)))
    let one = MeasuredProfile(try MeasuredRun([second[2], first[0], first[1]]))
    #expect(one.stages.map { $0.passes[.forward]?.usual } == [10, 10, 10.2])
  }

  @Test("a stall does not count in the mean, and is counted; the first iteration is warm-up")
  func stallsAndWarmUp() throws {
    let run = SyntheticRun(
      starts: [0, 1000, 2000, 3000],
      extra: { pass, stage, microbatch, step in
        if step == 0 { return 12 }
        return pass == .forward && stage == 1 && microbatch == 3 && step == 2 ? 200 : 0
      })
    let profile = MeasuredProfile(try MeasuredRun(run.recordings()))
    #expect(profile.run.warmUp == [0])
    #expect(profile.iteration?.count == 3)
    let forward = try #require(profile.stages[1].passes[.forward])
    #expect(forward.usual == 10)
    #expect(forward.stalls?.count == 1)
    #expect(forward.stalls?.most == 210)
    #expect(forward.spread.count == 18)
    #expect(profile.stallCount == 1)
    #expect(try MeasuredRun(run.recordings(), skip: 3).warmUp == [0, 1, 2])
    expectRefusal(run.recordings(), skip: 4, naming: ["more than 4 iterations", "found 4"])
  }

  @Test("the first F and the last B of an iteration are told apart where they differ")
  func ends() throws {
    let run = SyntheticRun(
      starts: [0, 1000],
      extra: { pass, stage, microbatch, _ in
        if pass == .forward, microbatch == 0 { return 0.4 }
        return pass == .backward && microbatch == 5 && stage == 0 ? 18 : 0
      })
    let problem = try MeasuredProfile(try MeasuredRun(run.recordings())).problem(name: "")
    #expect(problem.stages.map(\.forward) == [10, 10, 10])
    #expect(problem.stages.map(\.firstForward) == [10.4, 10.4, 10.4])
    #expect(problem.stages.map(\.lastBackward) == [39, nil, nil])
  }

  @Test("marks and optimizer steps make optimizerStep and tail; without them both are absent")
  func tail() throws {
    var recordings = SyntheticRun(clocks: [0, 0, 0]).recordings()
    let end = recordings.map { $0.operations.map(\.span.end).max() ?? 0 }
    #expect(MeasuredProfile(try MeasuredRun(recordings)).tail == nil)
    for index in recordings.indices {
      recordings[index].optimizerSteps = [TimeSpan(start: end[index] + 1, duration: 30)]
      recordings[index].marks = [StepMark(number: 4, start: -2, duration: end[0] + 40)]
    }
    let profile = MeasuredProfile(try MeasuredRun(recordings))
    #expect(profile.optimizerSteps.map { $0?.mean } == [30, 30, 30])
    // From the first start to the end of device 0's step, 30 after its last operation; the mark lasts 10 more.
    #expect(profile.tail?.median == 10)
    #expect(profile.run.iterations.map(\.number) == [4])
    #expect(try profile.problem(name: "").tail == 10)
  }

  @Test("B is the pass for the input where there is a W, and the whole pass elsewhere")
  func letterB() throws {
    func recording(_ passes: [RecordedOperation.Pass]) -> RankRecording {
      var recording = RankRecording(name: "r", clock: "r")
      for (place, pass) in passes.enumerated() {
        recording.operations.append(
          RecordedOperation(
            pass, stage: 0, microbatch: 0, span: TimeSpan(start: Double(place) * 10, duration: 5)))
      }
      return recording
    }
    func backward(_ passes: [RecordedOperation.Pass]) throws -> Stage.Backward {
      try MeasuredProfile(try MeasuredRun([recording(passes)])).problem(name: "").stages[0].backward
    }
    #expect(try backward([.forward, .letterB, .backwardWeight]) == .split(input: 5, weight: 5))
    #expect(try backward([.forward, .letterB]) == .whole(5))
    #expect(try backward([.forward, .backwardInput, .backwardWeight]) == .split(input: 5, weight: 5))
    #expect(try backward([.forward]) == .none)
  }

  @Test("recordings that do not fit together are refused in one line")
  func refusals() throws {
    let good = SyntheticRun().recordings()
    expectRefusal([], naming: ["operations"])
    expectRefusal([good[0], good[2]], naming: ["every stage from 0 to 2", "stage 1"])
    var twice = good
    twice[1].rank = 0
    expectRefusal(twice, naming: ["rank 0: expected each rank once", "rank 1"])
    var mixed = good
    mixed[0].worldSize = 8
    mixed[1].worldSize = 16
    expectRefusal(mixed, naming: ["one job", "8 ranks", "16"])
    mixed = good
    mixed[0].pipeline = [0, 1, 2]
    mixed[1].pipeline = [1, 5, 9]
    expectRefusal(mixed, naming: ["one job", "0, 1, 2", "1, 5, 9"])
    var backwards = good
    backwards[0].operations[6].span.start = -500
    expectRefusal(backwards, naming: ["clocks that never run backwards", "BW(stage 0, microbatch 0)"])
    var marks = good
    marks[0].marks = [StepMark(number: 5, start: 0, duration: 1), StepMark(number: 4, start: 9, duration: 1)]
    expectRefusal(marks, naming: ["rank 0", "iteration 5 before iteration 4"])
    var overlapping = good
    overlapping[2].operations[1].span.start -= 5
    expectRefusal(overlapping, naming: ["rank 2", "one operation at a time"])
    var shorter = good
    shorter[1] = SyntheticRun(microbatchCount: 5).recordings()[1]
    expectRefusal(shorter, naming: ["every microbatch on every stage", "F(stage 1, microbatch 5)"])
    var split = good
    split[1].operations[0].stage = 0
    expectRefusal(split, naming: ["each stage on one device", "stage 0"])
  }

  @Test("iterations are cut by marks, by repetition, and parts of one are left out")
  func steps() throws {
    var run = SyntheticRun(starts: [0, 1000, 2000])
    run.microbatchCount = 4
    #expect(try MeasuredRun(run.recordings()).iterations.map(\.number) == [0, 1, 2])
    // The recording begins in the middle of the first iteration.
    let cut = run.recordings().map { recording in
      var recording = recording
      recording.operations.removeFirst(5)
      return recording
    }
    #expect(try MeasuredRun(cut).iterationTimes.count == 2)
  }
}
