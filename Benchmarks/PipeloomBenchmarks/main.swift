try KernelBenchmark.run()
try FileBenchmark.run()
StartBenchmark.run()
