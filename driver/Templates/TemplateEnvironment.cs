using System.Security.Cryptography;
using CsiSecrets.Templates.Crypto;
using CsiSecrets.Templates.Dates;

namespace CsiSecrets.Templates;

/// <summary>What a render takes from outside: the clock, random bytes, and the zone that Go calls Local.</summary>
internal sealed record TemplateEnvironment
{
    public static readonly TemplateEnvironment System = new();

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public RandomFill Random { get; init; } = RandomNumberGenerator.Fill;

    /// <summary>The zone that Go calls Local: UTC, as in the containers of External Secrets Operator.</summary>
    public GoZone LocalZone { get; init; } = GoZone.Utc;
}
