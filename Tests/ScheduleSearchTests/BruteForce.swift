import PipelineModel

/// The best value over all words of a tiny problem, by trying them all; it knows nothing of the bounds.
///
/// Identical microbatches keep first-in-first-out order; different ones are tried in every order. Times are
/// found by plain repeated passes over the words, the period by walking all cycles of devices.
struct BruteForce {
  private struct Job {
    var operation: Operation
    var duration: Double
    var input: Int
    var latency: Double
    var growth: Double
    /// What must stand before it in its own word.
    var before: [Int]
  }

  private let problem: Problem
  private var jobs: [Job] = []
  private var jobsOfDevice: [[Int]]
  private var words: [[[Int]]] = []

  /// Lists all words; `nil` when more combinations than `limit` would have to be tried.
  init?(_ problem: Problem, limit: Int) {
    self.problem = problem
    jobsOfDevice = Array(repeating: [], count: problem.deviceCount)
    list()
    var combinations = 1
    for device in problem.devices.indices {
      var found: [[Int]] = []
      guard extend([], on: device, held: problem.staticMemory[device], into: &found, limit: limit) else {
        return nil
      }
      words.append(found)
      combinations *= found.count
      if combinations > limit { return nil }
    }
  }

  /// The least makespan and the least period.
  func optimum() -> (makespan: Double, period: Double) {
    var best = (makespan: Double.infinity, period: Double.infinity)
    var choice = [Int](repeating: 0, count: words.count)
    while true {
      let chosen = choice.indices.map { words[$0][choice[$0]] }
      if let makespan = run(chosen, from: nil)?.max() {
        best.makespan = min(best.makespan, makespan)
        best.period = min(best.period, period(chosen))
      }
      var device = 0
      while device < choice.count {
        choice[device] += 1
        if choice[device] < words[device].count { break }
        choice[device] = 0
        device += 1
      }
      if device == choice.count { return best }
    }
  }

  private mutating func list() {
    let isUniform = Set(problem.microbatches.map(\.scale)).count == 1 && Set(problem.routeIndexes).count == 1
    var known: [Operation: Int] = [:]
    for index in problem.microbatches.indices {
      let microbatch = Microbatch.ID(index)
      let visits = problem.route(of: microbatch).visits
      var input = -1
      func latency(_ from: Int, _ to: Int) -> Double {
        from < 0 || from >= visits.count
          ? 0 : problem.communication.latency(from: visits[from].device, to: visits[to].device)
      }
      for kind in [Operation.Kind.forward, .backwardInput, .backwardWeight] {
        let forward = Array(visits.indices)
        for position in kind == .forward ? forward : forward.reversed() {
          let visit = visits[position]
          let stage = problem.stages[visit.stage.index]
          let operation = Operation(kind, stage: visit.stage, microbatch: microbatch)
          var job = Job(
            operation: operation, duration: problem.duration(of: operation, on: visit.device), input: input,
            latency: latency(kind == .forward ? position - 1 : position + 1, position),
            growth: stage.activationForB, before: [])
          switch kind {
          case .forward: break
          case .backwardInput:
            job.growth = stage.activationForW - stage.activationForB
          default:
            job.growth = -stage.activationForW
            job.input = known[Operation(.backwardInput, stage: operation.stage, microbatch: microbatch)] ?? -1
            job.latency = 0
          }
          var others = jobsOfDevice[visits[position].device.index].filter {
            jobs[$0].operation.microbatch == microbatch
              && (kind != .backwardWeight || jobs[$0].operation.kind != .backwardWeight)
          }
          if kind == .backwardWeight { others = [job.input] }
          if isUniform, index > 0,
            let last = known[Operation(kind, stage: operation.stage, microbatch: Microbatch.ID(index - 1))]
          {
            others.append(last)
          }
          job.before = others
          known[operation] = jobs.count
          input = jobs.count
          jobsOfDevice[visits[position].device.index].append(jobs.count)
          jobs.append(job)
        }
      }
    }
  }

  private func extend(
    _ word: [Int], on device: Int, held: Double, into found: inout [[Int]], limit: Int
  ) -> Bool {
    if word.count == jobsOfDevice[device].count {
      found.append(word)
      return found.count <= limit
    }
    for job in jobsOfDevice[device] where !word.contains(job) {
      guard jobs[job].before.allSatisfy(word.contains) else { continue }
      let now = held + jobs[job].growth
      if let limit = problem.devices[device].memoryLimit, now > limit * (1 + 1e-9) + 1e-9 { continue }
      guard extend(word + [job], on: device, held: now, into: &found, limit: limit) else { return false }
    }
    return true
  }

  /// The end of each device with its optimizer step, all devices free from 0 or one device alone; `nil` for a
  /// deadlock. Devices without operations end at minus infinity.
  private func run(_ words: [[Int]], from source: Int?) -> [Double]? {
    var ends = [Double?](repeating: nil, count: jobs.count)
    var free = words.indices.map { source == nil || source == $0 ? 0 : -Double.infinity }
    var cursor = words.map { _ in 0 }
    var moved = true
    while moved {
      moved = false
      for device in words.indices {
        while cursor[device] < words[device].count {
          let number = words[device][cursor[device]]
          let job = jobs[number]
          var start = free[device]
          if job.input >= 0 {
            guard let end = ends[job.input] else { break }
            start = max(start, end + job.latency)
          }
          free[device] = start + job.duration
          ends[number] = free[device]
          cursor[device] += 1
          moved = true
        }
      }
    }
    guard words.indices.allSatisfy({ cursor[$0] == words[$0].count }) else { return nil }
    return words.indices.map {
      words[$0].isEmpty ? -.infinity : free[$0] + problem.devices[$0].optimizerStep
    }
  }

  private func period(_ words: [[Int]]) -> Double {
    let active = words.indices.filter { !words[$0].isEmpty }
    let paths = words.indices.map { active.contains($0) ? run(words, from: $0) ?? [] : [] }
    var largest = -Double.infinity
    func walk(_ visited: [Int], _ total: Double) {
      let last = visited[visited.count - 1]
      largest = max(largest, (total + paths[last][visited[0]]) / Double(visited.count))
      for next in active where next > visited[0] && !visited.contains(next) {
        walk(visited + [next], total + paths[last][next])
      }
    }
    for device in active { walk([device], 0) }
    return largest
  }
}
