import Foundation

/// `PipeloomFuzz CHECKOUT FOLDER SECONDS [SEED]` tries damaged files and keeps in the folder what stops it;
/// `PipeloomFuzz CHECKOUT INPUT` tries one such input again.
let arguments = CommandLine.arguments.dropFirst().map { $0 }
guard arguments.count >= 2 else {
  print("usage: PipeloomFuzz CHECKOUT FOLDER SECONDS [SEED] | PipeloomFuzz CHECKOUT INPUT")
  exit(64)
}
let schedules = URL(fileURLWithPath: arguments[0]).appendingPathComponent("schedules")
let place = URL(fileURLWithPath: arguments[1])
let fuzzer = Fuzzer(try Seeds(folder: schedules))

if arguments.count == 2 {
  let outcome = fuzzer.run(FuzzInput(try Data(contentsOf: place)))
  print("\(place.path): \(outcome)")
} else {
  let (seconds, seed) = (Int(arguments[2]) ?? 60, arguments.count > 3 ? UInt64(arguments[3]) ?? 1 : 1)
  for input in fuzzer.seeds.inputs { fuzzer.run(input) }
  #if COVERAGE_GUIDED
    try GuidedDriver(fuzzer: fuzzer, folder: place).run(seconds: seconds, seed: seed)
  #else
    try BlindDriver(fuzzer: fuzzer, file: place.appendingPathComponent("crash")).run(
      seconds: seconds, seed: seed)
    print(fuzzer.tally.line(of: "blind"))
  #endif
}
