using CsiSecrets.Templates.Values;
using CsiSecrets.Templates.Versions;

namespace CsiSecrets.Templates.Functions;

/// <summary>semver and semverCompare.</summary>
internal static class VersionFunctions
{
    public static FunctionList Functions() => new()
    {
        { "semver", [GoType.String], static (_, a) => SemanticVersion.Parse(a[0]!.ToString()!) },
        { "semverCompare", [GoType.String, GoType.String], static (_, a) => Compare(a[0]!.ToString()!, a[1]!.ToString()!) },
    };

    private static object Compare(string constraint, string version)
    {
        VersionConstraint parsed = constraint.Length <= 1024 ? VersionConstraint.Parse(constraint) : throw GoException.Plain("improper constraint");
        return Boxed.Bool(parsed.Holds(SemanticVersion.Parse(version)));
    }
}
