using CsiSecrets.Bench.Controller;
using CsiSecrets.Bench.Volumes;

namespace CsiSecrets.Bench;

/// <summary>All benchmarks, in the order of the table. A new one is a file and a line here.</summary>
internal static class Catalogue
{
    public static readonly IReadOnlyList<Benchmark> All =
    [
        Benchmark.OfNode("floors", "what the machine itself takes: a tmpfs with four files, a gRPC call, a signed AWS call", FloorBench.Run),
        Benchmark.OfNode("mounts", "publish and unpublish of known objects, at 1, 8 and 64 callers, AWS at 0 and 20 ms", MountBench.Run),
        Benchmark.OfNode("first", "first mount of unknown objects", FirstMountBench.Run),
        Benchmark.OfNode("republish", "the kubelet's republish of unchanged volumes", RepublishBench.Run),
        Benchmark.OfNode("calls", "calls to AWS for 100 pods of one class", CallBench.Run),
        Benchmark.OfNode("memory", "CPU of the start, resident memory idle, after 10,000 publishes and after 64 large mounts at once", MemoryBench.Run),
        Benchmark.OfNode("cgroup", "what 110 large volumes are charged, before and after a restart", CgroupBench.Run),
        Benchmark.OfNode("quiet-hour", "writes, calls and CPU time of an hour in which nothing changes, by a clock that is put forward", QuietHourBench.Run),
        Benchmark.OfNode("reload", "rolling restarts: 1,000 Deployments of one namespace that use 1,000 Secrets (about 4 minutes)", ReloadBench.Run),
        Benchmark.OfNode("externalsecrets", "the controller: 10,000 ExternalSecrets over 50 stores, AWS at 10 ms (about 10 minutes)", ExternalSecretsBench.Run),
        Benchmark.Pure("goregex", "Go's regular expressions: 100 alternatives over three sizes of text", GoRegexBench.Run),
        Benchmark.Pure("templates", "Go templates: ten lines of properties, and the configuration files of the vectors", TemplateBench.Run),
    ];
}
