import PipelineModel
import ReportPages
import Timeline

extension Timeline {
  static var pageCauses: [String] { [] }
  var pageGaps: [ReportPage.Gap] { [] }
  var idleTables: [ReportPage.Table] { [] }
}
