try KernelBenchmark.run()
