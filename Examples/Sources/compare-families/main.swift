// swift run --package-path Examples compare-families
// Makes a problem without a file, and puts all named families and a search side by side.
import PipeloomKit

let stage = Stage(
  forward: 10, backwardInput: 12, backwardWeight: 8, activationForB: 2, activationForW: 1, staticMemory: 8)
let problem = try Problem(
  devices: Array(repeating: Device(memoryLimit: 20), count: 4),
  stages: Array(repeating: stage, count: 4),
  microbatches: Array(repeating: Microbatch(), count: 12),
  communication: .uniform(0.5))

let comparison = FamilyComparison(Families.all, problem: problem)
for entry in comparison.entries {
  print("\(entry.timeline.makespan)  \(entry.family.title)")
}
for refusal in comparison.refusals {
  print("left out  \(refusal.family.title): \(refusal.reason)")
}
let best = try Pipeloom.search(problem, plan: SearchPlan(timeLimit: .seconds(1)))
print("\(best.summary.makespan)  search; no schedule takes less than \(best.certificate?.lowerBound ?? 0)")
