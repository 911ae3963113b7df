// swift run --package-path Examples search-problem profile.yaml
// Searches a problem file and writes the schedule and its diagram beside it.
import PipeloomKit

guard CommandLine.arguments.count == 2 else { fatalError("usage: search-problem PROBLEM.yaml") }
let path = CommandLine.arguments[1]

let problem = try Pipeloom.problem(contentsOf: path)
let best = try Pipeloom.search(problem)
print("makespan \(best.summary.makespan) \(problem.units.time), gap \(best.certificate?.gap ?? 1)")
print(best.proof.argument.explanation)
try Pipeloom.write(best, to: path + ".json")
try Pipeloom.write(Pipeloom.render(best, title: "Search"), to: path + ".svg")
