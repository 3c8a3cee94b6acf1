// Each fixture starts programs of its own, and most of its time waits for them.
[assembly: Parallelizable(ParallelScope.Fixtures)]
