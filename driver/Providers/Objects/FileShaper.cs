using CsiSecrets.JsonQuery;
using CsiSecrets.JsonQuery.JmesPath;
using CsiSecrets.Model;
using CsiSecrets.Model.PeerWords;

namespace CsiSecrets.Providers.Objects;

/// <summary>One object's value to its files. Pure.</summary>
internal static class FileShaper
{
    /// <param name="planned">The object.</param>
    /// <param name="classRef">For messages.</param>
    /// <param name="version">As the pod status shows it.</param>
    /// <param name="content">The value; stays the caller's.</param>
    public static IReadOnlyList<ShapedFile> Shape(ShapedObject planned, string classRef, string version, SecretBytes content)
    {
        var files = new List<ShapedFile>();
        try
        {
            using SecretBytes value = Decode(planned, classRef, "decodingStrategy", content, planned.Shape.Decoding);
            if (planned.Shape.FilePath is { } path)
            {
                files.Add(FileOf(path, value.Share(), planned.Shape.Access, version));
            }

            if (planned.Shape.HiddenName is { } name)
            {
                files.Add(FileOf(name, value.Share(), planned.Shape.Access, version) with { Hidden = true });
            }

            foreach (PathPart part in planned.Shape.Parts)
            {
                files.Add(FileOf(part.FilePath, Part(planned, classRef, part, value), part.Access, version));
            }

            if (planned.Shape.Expansion is { } expansion)
            {
                Expand(planned, classRef, expansion, value, version, files);
            }

            return files;
        }
        catch (SecretsException)
        {
            foreach (ShapedFile file in files)
            {
                file.File.Content.Dispose();
            }

            throw;
        }
    }

    private static ShapedFile FileOf(string path, SecretBytes content, FileOwnership access, string version) => new(
        new SecretFile { Path = path, Content = content, Mode = access.Mode, Uid = access.Uid, Gid = access.Gid }, path, version);

    private static SecretBytes Part(ShapedObject planned, string classRef, PathPart part, SecretBytes value)
    {
        SecretBytes? found;
        try
        {
            found = JmesPaths.Search(value, part.Expression);
        }
        catch (JsonTreeException e)
        {
            throw Invalid(planned, classRef, $"{AwsProviderWords.InvalidJson(planned.Request.Name)} {e.Message}", "the value must be a JSON document");
        }
        catch (JmesPathException e)
        {
            throw Invalid(planned, classRef, $"{AwsProviderWords.InvalidPath(part.Expression)} {e.Message}", "correct the expression");
        }

        using (found)
        {
            return found is null
                ? throw Invalid(planned, classRef, AwsProviderWords.NothingAtPath(part.Expression, part.FilePath), "check the path against the secret's keys")
                : Decode(planned, classRef, $"jmesPath {part.FilePath}", found, part.Decoding);
        }
    }

    private static void Expand(
        ShapedObject planned, string classRef, Expansion expansion, SecretBytes value, string version, List<ShapedFile> files)
    {
        try
        {
            foreach ((string key, SecretBytes text) in ValueJson.Members(value))
            {
                using (text)
                {
                    string path = FilePaths.Translate(expansion.Prefix + key, planned.Shape.SlashReplacement);
                    if (FilePaths.Problem(path) is { } problem)
                    {
                        throw Invalid(planned, classRef, $"expand: key {key}: {problem}", "choose an expandPrefix or a pathTranslation");
                    }

                    SecretBytes decoded = Decode(planned, classRef, $"expand: key {key}", text, expansion.Decoding);
                    files.Add(FileOf(path, decoded, planned.Shape.Access, version));
                }
            }
        }
        catch (FormatException e)
        {
            throw Invalid(planned, classRef, $"expand: {e.Message}", "expand needs a JSON object");
        }
    }

    private static SecretBytes Decode(ShapedObject planned, string classRef, string what, SecretBytes text, DecodingStrategy strategy)
    {
        try
        {
            return ValueDecoder.Decode(text, strategy);
        }
        catch (FormatException e)
        {
            throw Invalid(planned, classRef, $"{what}: {e.Message}", "leave that decoding out, or store the value so encoded");
        }
    }

    private static SecretsException Invalid(ShapedObject planned, string classRef, string cause, string remedy) =>
        new(FailureReason.ValueInvalid, $"SecretProviderClass {classRef}: object {planned.Request.Name}", cause, remedy);
}
