using System.Security.Cryptography;
using CsiSecrets.Templates.Dates;

namespace CsiSecrets.Templates;

/// <summary>Fills a span with random bytes.</summary>
internal delegate void RandomSource(Span<byte> target);

/// <summary>What a render takes from outside: the clock, random bytes, and the zone that Go calls Local.</summary>
internal sealed record TemplateEnvironment
{
    public static readonly TemplateEnvironment System = new();

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public RandomSource Random { get; init; } = RandomNumberGenerator.Fill;

    /// <summary>The zone that Go calls Local: UTC, as in the containers of External Secrets Operator.</summary>
    public GoZone LocalZone { get; init; } = GoZone.Utc;

    /// <summary>A random integer in [0, <paramref name="bound"/>), without bias.</summary>
    public long NextLong(long bound)
    {
        Span<byte> bytes = stackalloc byte[8];
        ulong limit = ulong.MaxValue - (ulong.MaxValue % (ulong)bound);
        ulong value;
        do
        {
            Random(bytes);
            value = BitConverter.ToUInt64(bytes);
        }
        while (value >= limit);
        return (long)(value % (ulong)bound);
    }
}
