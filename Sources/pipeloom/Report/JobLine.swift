import PipelineModel
import Timeline

/// When the microbatches of one job run, where a problem names jobs.
struct JobLine: Encodable {
  let job: String
  let microbatches: Int
  /// From the start of its first operation to the end of its last, in the problem's time unit.
  let start: Double
  let end: Double

  /// All jobs, in the order of their first microbatches; `nil` where none is named. O(operations).
  static func all(of timeline: Timeline) -> [JobLine]? {
    let (schedule, times) = (timeline.schedule, timeline.times)
    let jobs = schedule.problem.asWritten.microbatches.map(\.job)
    guard jobs.contains(where: { $0 != nil }) else { return nil }
    var (starts, ends) = (
      [Double](repeating: .infinity, count: jobs.count), [Double](repeating: 0, count: jobs.count)
    )
    // What stands for tasks has further microbatches of its own.
    for (position, operation) in schedule.orders.operations.enumerated()
    where jobs.indices.contains(operation.microbatch.index) {
      let microbatch = operation.microbatch.index
      starts[microbatch] = min(starts[microbatch], times.starts[position])
      ends[microbatch] = max(ends[microbatch], times.ends[position])
    }
    var seen: Set<String> = []
    return jobs.compactMap(\.self).filter { seen.insert($0).inserted }.map { job in
      let own = jobs.indices.filter { jobs[$0] == job }
      return JobLine(
        job: job, microbatches: own.count, start: own.reduce(.infinity) { min($0, starts[$1]) },
        end: own.reduce(0) { max($0, ends[$1]) })
    }
  }
}
