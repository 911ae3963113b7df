import PipelineModel
import ScheduleFamilies
import ScheduleSearch
import Timeline

/// What each memory limit buys: one search per limit, in multiples of the largest peak of 1F1B.
public struct MemorySweep: Sendable {
  /// What one limit buys; the machine form has the names of its parts.
  public struct Point: Hashable, Sendable, Encodable {
    /// The limit as a multiple of 1F1B's peak.
    public let multiple: Double
    /// The limit in the problem's memory unit.
    public let memoryLimit: Double
    /// The best value found, in the problem's time unit; `nil` where no schedule fits.
    public let value: Double?
    /// The bubble of the value.
    public let bubble: Double?
    /// What modes add to the work of mode 0, over all work, where there is a choice.
    public let recomputeShare: Double?
    /// No schedule within the limit is shorter; `nil` where none fits, or the certificate is withdrawn.
    public let lowerBound: Double?
    /// The bubble that the bound leaves.
    public let boundBubble: Double?
    /// How far the value is from the bound at most, as a part of the value.
    public let gap: Double?
    /// The least limit that would do, where this one does not.
    public let leastLimit: Double?
    /// In which modes the stages run, where there is a choice.
    public let modes: ModeUse?
  }

  /// A named family without any limit.
  public struct Mark: Sendable {
    /// The family.
    public let family: any Family
    /// The figures of its schedule.
    public let summary: Summary
  }

  /// The problem; its own limits are replaced.
  public let problem: Problem
  /// The limits, rising.
  public let multiples: [Double]
  /// How each search goes.
  public let plan: SearchPlan
  /// The limits of which something is known so far.
  public private(set) var points: [Point] = []
  /// The first certificate that had to be withdrawn.
  public private(set) var withdrawal: WithdrawnCertificate?

  /// Searches under every limit, up to the one at which the deadline passes; orders found under a smaller limit are a
  /// start for the next.
  ///
  /// - Precondition: `Search.checkScope(of:)` has no objection to the problem.
  /// - Parameter progress: called a few times a second, on the calling thread.
  /// - Throws: `ProblemError` when a limit is none; `TimelineError`, which no orders of a search do.
  public init(
    _ problem: Problem, multiples: [Double], plan: SearchPlan, until deadline: Deadline = .never,
    progress: (SearchProgress) -> Void = { _ in }
  ) throws {
    self.problem = problem
    self.multiples = multiples
    self.plan = plan
    var (found, modes): ([Orders], ModeChoice) = ([], problem.modes)
    for multiple in multiples where !deadline.hasPassed {
      let limit = multiple * problem.peakOfOneForwardOneBackward
      let limited: Problem
      do throws(ProblemError) { limited = try problem.with(memoryLimit: limit) } catch {
        guard case .limitTooSmall = error.reason else { throw error }
        points.append(Point(multiple, limit, leastLimit: error.neededMemory))
        continue
      }
      let start = (try? limited.with(modes: modes)) ?? limited
      let result = plan.search(start, starts: found, until: deadline, progress: progress)
      (found, modes) = ([result.orders], result.modes)
      let proof = Proof(result)
      withdrawal = withdrawal ?? proof.withdrawal
      let timeline = try Timeline(result.schedule(of: limited))
      points.append(Point(multiple, limit, value: result.value, certificate: proof.valid, of: timeline))
    }
  }

  /// No schedule fits under a smaller limit, in whatever modes; `nil` where everything fits.
  public var leastLimit: Double? {
    do throws(ProblemError) { _ = try problem.with(memoryLimit: 0) } catch {
      return error.neededMemory.isFinite ? error.neededMemory : nil
    }
    return nil
  }

  /// The named families that take the problem as it is laid out, whatever memory they hold.
  ///
  /// - Throws: `TimelineError`, which no orders of a family do.
  public func marks() throws(TimelineError) -> [Mark] {
    var marks: [Mark] = []
    for family in Families.all {
      guard let orders = try? family.orders(for: problem) else { continue }
      marks.append(
        Mark(family: family, summary: try Timeline(Schedule(problem: problem, orders: orders)).summary))
    }
    return marks
  }
}

extension MemorySweep.Point {
  /// A limit under which nothing fits.
  fileprivate init(_ multiple: Double, _ limit: Double, leastLimit: Double?) {
    self.init(
      multiple: multiple, memoryLimit: limit, value: nil, bubble: nil, recomputeShare: nil,
      lowerBound: nil, boundBubble: nil, gap: nil, leastLimit: leastLimit, modes: nil)
  }

  /// What a search under a limit found.
  fileprivate init(
    _ multiple: Double, _ limit: Double, value: Double, certificate: Certificate?, of timeline: Timeline
  ) {
    let devices = timeline.schedule.problem.computeDevices
    // Pairs that overlap take less than their parts.
    let work = devices.reduce(0) { $0 + timeline.work(of: Device.ID($1)) }
    func bubble(_ value: Double) -> Double { value > 0 ? 1 - work / (Double(devices.count) * value) : 0 }
    self.init(
      multiple: multiple, memoryLimit: limit, value: value, bubble: bubble(value),
      recomputeShare: timeline.summary.recomputeShare, lowerBound: certificate?.lowerBound,
      boundBubble: certificate.map { max(0, bubble($0.lowerBound)) },
      gap: certificate?.gap, leastLimit: nil, modes: ModeUse(timeline.schedule.problem))
  }
}
