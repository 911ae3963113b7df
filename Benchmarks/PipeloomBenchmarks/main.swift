let arguments = CommandLine.arguments.dropFirst()
if arguments.first == "optima", arguments.count == 3, let seconds = Double(arguments[arguments.endIndex - 1])
{
  try SearchBenchmark.run(folder: arguments[arguments.startIndex + 1], seconds: seconds)
} else {
  try KernelBenchmark.run()
  try IncrementalBenchmark.run()
  try FileBenchmark.run()
  StartBenchmark.run()
}
