using CsiSecrets.Model;

namespace CsiSecrets.AwsApi.SimpleSystemsManagement;

/// <summary>One parameter with its value; the receiver owns the value. Named as the SDK's.</summary>
internal sealed class Parameter : IDisposable
{
    public string Name { get; set; } = "";

    public string? ARN { get; set; }

    /// <summary><c>:3</c> or <c>:label</c>, when the request had one.</summary>
    public string? Selector { get; set; }

    public long Version { get; set; }

    /// <summary>Seconds since 1970.</summary>
    public double LastModified { get; set; }

    public SecretBytes? Value { get; set; }

    public void Dispose() => Value?.Dispose();

    public override string ToString() => $"{Name} (redacted)";
}

/// <summary>Parameters with their values; <paramref name="NextToken"/> where a listing goes on.</summary>
internal sealed record GetParametersResponse(
    IReadOnlyList<Parameter> Parameters, IReadOnlyList<string> InvalidParameters, string? NextToken);

/// <summary>A filter of DescribeParameters.</summary>
internal sealed record ParameterStringFilter(string Key, string Option, IReadOnlyList<string> Values);

/// <summary>Names that a listing found, and where it goes on.</summary>
internal sealed record ParameterNames(IReadOnlyList<string> Names, string? NextToken);
