// swift run --package-path Examples check-schedule schedule.json
// Verifies a schedule file, and says what its orders take where every message takes 1 unit of time.
import PipeloomKit

guard CommandLine.arguments.count == 2 else { fatalError("usage: check-schedule SCHEDULE.json") }

let file = try Pipeloom.schedule(contentsOf: CommandLine.arguments[1])
let violations = Pipeloom.check(file)
for violation in violations { print(violation) }
if violations.isEmpty {
  let schedule = file.record.schedule
  let slower = try schedule.problem.with(communication: .uniform(1))
  for problem in [schedule.problem, slower] {
    print("makespan \(try Pipeloom.simulate(schedule.orders, of: problem).summary.makespan)")
  }
}
