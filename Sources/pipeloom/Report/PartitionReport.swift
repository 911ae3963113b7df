import PipelineModel
import ScheduleStudies

extension PartitionedSchedule {
  /// How the layers are cut, and what the usual ways to cut them would have cost.
  var notes: [String] {
    guard let partition = schedule.problem.partition else { return [] }
    var notes = ["Layers: \(partition.counts.listed), chosen by search. The bound is one on all partitions."]
    for (name, other) in [("equal counts", equal), ("the balanced partition", balanced)] {
      guard let other else {
        notes.append(
          "\(name.prefix(1).uppercased() + name.dropFirst()): does not fit the memory of the devices.")
        continue
      }
      if other.counts == partition.counts { continue }
      notes.append(
        "With \(name) (\(other.counts.listed)): \(other.value.short(schedule.problem.units.time)) found, "
          + "\((other.value / value - 1).percent) more.")
    }
    return notes
  }
}

extension [Int] {
  fileprivate var listed: String { map(String.init).joined(separator: ", ") }
}
