using CsiSecrets.Model;

namespace CsiSecrets.Providers.Stores;

/// <summary>One secret that a find named.</summary>
/// <param name="Name">Its full name: the key before rewrites and conversion.</param>
/// <param name="Request">How to read it.</param>
/// <param name="Content">Its value where the listing itself brought it; owned by the receiver. Else it is fetched.</param>
internal sealed record FoundSecret(string Name, SecretRequest Request, FetchResult.Value? Content)
{
    public override string ToString() => Name;
}
