using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using CsiSecrets.Tests.Aws.Signing;
using CsiSecrets.Tests.Aws.Wire;

namespace CsiSecrets.Tests.Aws.Sts;

/// <summary>The parameters of a Query call, from its body or its query string, checked as STS documents them.</summary>
internal sealed partial class StsForm
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    private StsForm(string text)
    {
        foreach (var pair in text.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            _values[Decode(parts[0])] = parts.Length == 2 ? Decode(parts[1]) : "";
        }
    }

    public string Operation => this["Action"] ?? "";

    public string? this[string name] => _values.GetValueOrDefault(name);

    /// <returns>null if the request is no Query call.</returns>
    public static StsForm? Read(SignedMessage message)
    {
        var form = message.Header("Content-Type")?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) == true;
        var read = new StsForm(form ? Encoding.UTF8.GetString(message.Body) : message.Query);
        return read.Operation.Length > 0 ? read : null;
    }

    public string Required(string name, int min, int max)
    {
        var value = this[name];
        if (value is null || value.Length < min || value.Length > max)
        {
            var rule = value is null ? "not be null"
                : value.Length < min ? $"have length greater than or equal to {min}" : $"have length less than or equal to {max}";
            throw Invalid(value ?? "null", name, rule);
        }

        return value;
    }

    public string SessionName()
    {
        var name = Required("RoleSessionName", 2, 64);
        return ValidSessionName().IsMatch(name) ? name : throw Invalid(
            name, "RoleSessionName", @"satisfy regular expression pattern: [\w+=,.@-]*");
    }

    /// <summary>DurationSeconds within the role's and STS's bounds.</summary>
    public TimeSpan Duration(TimeSpan max)
    {
        var text = this["DurationSeconds"] ?? "3600";
        if (!int.TryParse(text, CultureInfo.InvariantCulture, out var seconds) || seconds is < 900 or > 43200)
        {
            throw Invalid(text, "DurationSeconds", seconds < 900 ? "have value greater than or equal to 900" : "have value less than or equal to 43200");
        }

        return TimeSpan.FromSeconds(seconds) <= max ? TimeSpan.FromSeconds(seconds) : throw new AwsException(
            "ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
    }

    public ImmutableSortedDictionary<string, string> Tags()
    {
        var tags = ImmutableSortedDictionary<string, string>.Empty;
        for (var i = 1; this[$"Tags.member.{i}.Key"] is { } key; i++)
        {
            tags = tags.SetItem(key, this[$"Tags.member.{i}.Value"] ?? "");
        }

        return tags.Count <= 50 ? tags : throw Invalid($"{tags.Count}", "Tags", "have length less than or equal to 50");
    }

    public ImmutableSortedSet<string> TransitiveKeys()
    {
        var keys = ImmutableSortedSet<string>.Empty;
        for (var i = 1; this[$"TransitiveTagKeys.member.{i}"] is { } key; i++)
        {
            keys = keys.Add(key);
        }

        return keys;
    }

    private static AwsException Invalid(string value, string name, string rule) => new(
        "ValidationError",
        $"1 validation error detected: Value '{value}' at '{char.ToLowerInvariant(name[0]) + name[1..]}' failed to satisfy constraint: Member must {rule}");

    private static string Decode(string text) => Encoding.UTF8.GetString(UriEncoding.Decode(text.Replace('+', ' ')));

    [GeneratedRegex(@"^[A-Za-z0-9_+=,.@-]*$")]
    private static partial Regex ValidSessionName();
}
