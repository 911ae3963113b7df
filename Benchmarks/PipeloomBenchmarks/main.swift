/// All benchmarks by name; `PipeloomBenchmarks NAME ...` runs only those named.
let benchmarks: [(name: String, run: () throws -> Void)] = [
  ("kernel", KernelBenchmark.run),
  ("moves", IncrementalBenchmark.run),
  ("bounds", BoundBenchmark.run),
  ("optima", OptimaBenchmark.run),
  ("pairs", PairBenchmark.run),
  ("targets", TargetBenchmark.run),
  ("files", FileBenchmark.run),
  ("start", StartBenchmark.run),
]

let names = CommandLine.arguments.dropFirst()
for benchmark in benchmarks where names.isEmpty || names.contains(benchmark.name) {
  try benchmark.run()
}
