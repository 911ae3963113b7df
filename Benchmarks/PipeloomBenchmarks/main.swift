let arguments = Array(CommandLine.arguments.dropFirst())
switch arguments.count {
case 0:
  try KernelBenchmark.run()
  try IncrementalBenchmark.run()
  try OptimaBenchmark.run()
  try FileBenchmark.run()
  StartBenchmark.run()
case 1 where arguments[0] == "sample":
  try OptimaBenchmark.run()
case 3 where arguments[0] == "optima":
  try SearchBenchmark.run(folder: arguments[1], seconds: Double(arguments[2]) ?? 2)
default: try TargetBenchmark.run(arguments[0])
}
