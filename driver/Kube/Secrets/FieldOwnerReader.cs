using System.Text.Json;

namespace CsiSecrets.Kube.Secrets;

/// <summary>Reads <c>managedFields</c>. Names begin with <c>f:</c> (a field), <c>k:</c> (the key of a list's item), <c>v:</c> (a value of a set).</summary>
internal static class FieldOwnerReader
{
    /// <param name="reader">At the array's start.</param>
    /// <param name="known">Names that are in memory already, so that each is kept once.</param>
    public static IReadOnlyList<FieldOwner> Read(ref Utf8JsonReader reader, NamePool known)
    {
        var owners = new List<FieldOwner>();
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            owners.Add(ReadEntry(ref reader, known));
        }

        return owners.Count == 0 ? [] : owners.ToArray();
    }

    private static FieldOwner ReadEntry(ref Utf8JsonReader reader, NamePool known)
    {
        var owner = new FieldOwner { Manager = "", Operation = "" };
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = known.Of(ref reader);
            reader.Read();
            switch (name)
            {
                case "manager":
                    owner = owner with { Manager = known.Of(ref reader) };
                    break;
                case "operation":
                    owner = owner with { Operation = known.Of(ref reader) };
                    break;
                case "fieldsV1":
                    owner = ReadFields(ref reader, owner, known);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return owner;
    }

    private static FieldOwner ReadFields(ref Utf8JsonReader reader, FieldOwner owner, NamePool known)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = known.Of(ref reader);
            reader.Read();
            switch (name)
            {
                case "f:data":
                    string[] keys = Names(ref reader, "f:", known);
                    owner = owner with { DataKeys = keys, WholeData = keys.Length == 0 };
                    break;
                case "f:metadata":
                    owner = ReadMetadata(ref reader, owner, known);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return owner;
    }

    private static FieldOwner ReadMetadata(ref Utf8JsonReader reader, FieldOwner owner, NamePool known)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = known.Of(ref reader);
            reader.Read();
            switch (name)
            {
                case "f:labels":
                    owner = owner with { Labels = Names(ref reader, "f:", known) };
                    break;
                case "f:annotations":
                    owner = owner with { Annotations = Names(ref reader, "f:", known) };
                    break;
                case "f:finalizers":
                    owner = owner with { Finalizers = [.. Names(ref reader, "v:", known).Select(static v => v.Trim('"'))] };
                    break;
                case "f:ownerReferences":
                    owner = owner with { OwnerUids = [.. Names(ref reader, "k:", known).Select(k => known.Of(Uid(k)))] };
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return owner;
    }

    private static string[] Names(ref Utf8JsonReader reader, string prefix, NamePool known)
    {
        var names = new List<string>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            if (name.StartsWith(prefix, StringComparison.Ordinal))
            {
                names.Add(known.Of(name[prefix.Length..]));
            }

            reader.Skip();
        }

        return [.. names];
    }

    // {"uid":"..."}
    private static string Uid(string key)
    {
        using var parsed = JsonDocument.Parse(key);
        return parsed.RootElement.TryGetProperty("uid", out JsonElement uid) ? uid.GetString() ?? "" : "";
    }
}
