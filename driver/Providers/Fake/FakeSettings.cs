using CsiSecrets.Providers.Stores;

namespace CsiSecrets.Providers.Fake;

/// <summary>What the peer's <c>validationResult</c> says about a store.</summary>
internal enum FakeValidation
{
    Ready = 0,
    Unknown = 1,
    Error = 2,
}

/// <summary>A store with the provider <c>fake</c>.</summary>
internal sealed record FakeSettings : StorePlan
{
    public required IReadOnlyList<FakeEntry> Data { get; init; }

    public required FakeValidation Validation { get; init; }

    public override bool IsValidationUnknown => Validation == FakeValidation.Unknown;

    /// <summary>Changes with the store and with everything in it.</summary>
    public required string Key { get; init; }
}
