namespace CsiSecrets.Kube.Folder;

/// <summary>What is wrong with a manifest, with its place; never a value.</summary>
internal sealed record ManifestProblem(string Where, string What)
{
    public override string ToString() => $"{Where}: {What}";
}
