// What the functions take and return: one import is enough.
@_exported import Diagrams
@_exported import Measurement
@_exported import ModelCosts
@_exported import PipelineModel
@_exported import ReportPages
@_exported import ScheduleChecker
@_exported import ScheduleFamilies
@_exported import ScheduleFormats
@_exported import ScheduleScenarios
@_exported import ScheduleSearch
@_exported import ScheduleStudies
@_exported import Timeline
