/// All benchmarks by name; `PipeloomBenchmarks NAME ...` runs only those named, and without names all but the grid, which
/// takes minutes.
let benchmarks: [(name: String, run: () throws -> Void)] = [
  ("kernel", KernelBenchmark.run),
  ("moves", IncrementalBenchmark.run),
  ("bounds", BoundBenchmark.run),
  ("optima", OptimaBenchmark.run),
  ("pairs", PairBenchmark.run),
  ("targets", TargetBenchmark.run),
  ("files", FileBenchmark.run),
  ("start", StartBenchmark.run),
  ("grid", GridBenchmark.run),
]

let names = CommandLine.arguments.dropFirst()
let chosen =
  names.isEmpty ? benchmarks.filter { $0.name != "grid" } : benchmarks.filter { names.contains($0.name) }
for benchmark in chosen {
  try benchmark.run()
}
