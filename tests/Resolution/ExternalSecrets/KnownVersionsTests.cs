using CsiSecrets.Resolution;
using CsiSecrets.Resolution.ExternalSecrets;

namespace CsiSecrets.Tests.Resolution.ExternalSecrets;

public sealed class KnownVersionsTests
{
    private static readonly FetchKey A = FetchKey.Of("access", "a");
    private static readonly FetchKey Absent = FetchKey.Of("access", "absent");
    private static readonly FetchKey Unknown = FetchKey.Of("access", "unknown");

    [Fact]
    public void VersionsAndAbsence_AreToldFromWhatIsNotKnown()
    {
        var versions = new KnownVersions([new(A, "v1"), new(Absent, null)]);

        Assert.Equal(("v1", null, null), (versions[A], versions[Absent], versions.GetValueOrDefault(Unknown)));
        Assert.Equal((true, true, false), (versions.ContainsKey(A), versions.TryGetValue(Absent, out _), versions.TryGetValue(Unknown, out _)));
        Assert.Equal([A, Absent], versions.Keys);
        Assert.Equal(["v1", null], versions.Values);
        Assert.Equal(2, versions.Count);
        Assert.Throws<KeyNotFoundException>(() => versions[Unknown]);
        Assert.Empty(KnownVersions.None);
    }
}
