// Tests wait for pods, not for processors.
[assembly: Xunit.v3.Parallelization(MaxThreads = -1)]
