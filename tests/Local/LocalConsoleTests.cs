using CsiSecrets.Local;

namespace CsiSecrets.Tests.Local;

public sealed class LocalConsoleTests
{
    private readonly Lines output = new();
    private readonly Lines errors = new();
    private readonly LocalConsole console;

    public LocalConsoleTests() => console = new LocalConsole(output, errors);

    [Fact]
    public void APath_StandsAloneFirst_ThenWithWhatHappened()
    {
        console.Files("v", [new("/v/b", "1"), new("/v/a", "1")]);
        console.Files("v", [new("/v/b", "1"), new("/v/a", "1")]);
        console.Files("v", [new("/v/b", "2"), new("/v/c", "1")]);
        console.Forget("v");

        Assert.Equal(["/v/a", "/v/b", "/v/b: changed", "/v/c: new", "/v/a: removed", "/v/b: removed", "/v/c: removed"], output.All);
    }

    [Fact]
    public void AProblem_IsSaidOnce_UntilItChangesOrIsSolved()
    {
        console.Problem("k", "wrong");
        console.Problem("k", "wrong");
        console.Problem("k", "worse");
        console.Solved("k");
        console.Solved("k");
        console.Problems(["a.yaml: x", "b.yaml: y"]);
        console.Problems(["b.yaml: y"]);

        Assert.Equal(
            ["csi-secrets local: wrong", "csi-secrets local: worse", "csi-secrets local: solved: worse", "csi-secrets local: a.yaml: x", "csi-secrets local: b.yaml: y", "csi-secrets local: solved: a.yaml: x"],
            errors.All);
    }
}
