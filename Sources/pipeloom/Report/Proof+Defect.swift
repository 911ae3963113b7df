import PipelineModel
import ScheduleStudies

extension Proof {
  /// What to fail with once everything else is written, where the certificate is withdrawn.
  ///
  /// - Parameter problem: what was to be certified.
  func defect(of problem: Problem) -> Failure? { withdrawal.map { Failure($0, problem: problem.name) } }
}

extension Failure {
  /// A certificate that is withdrawn: everything else has been written.
  init(_ withdrawn: WithdrawnCertificate, problem: String) {
    let name = problem.isEmpty ? "the problem" : problem
    self.init(
      .defect, "\(name): no certificate, by a defect of pipeloom: \(withdrawn); please report the problem")
  }
}
