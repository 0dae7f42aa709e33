using System.Globalization;
using System.Text;
using CsiSecrets.Model;

namespace CsiSecrets.Resolution.ExternalSecrets;

/// <summary>What a key of a value may be: letters and digits of any script, -, _ and . as the peer has it. A key of a Secret is checked again
/// where it is rendered.</summary>
internal static class KeyNames
{
    private const int Longest = 253;

    /// <summary>The same values under names that fit. The receiver owns the result. Throws where two names become one.</summary>
    public static SecretSet Convert(SecretSet values, KeyConversion conversion, string subject)
    {
        var converted = new SecretSet();
        foreach ((string name, SecretBytes value) in values.Items)
        {
            string key = Convert(name, conversion);
            if (converted.Find(key) is not null)
            {
                converted.Dispose();
                throw new SecretsException(
                    FailureReason.ValueInvalid,
                    subject,
                    $"secret name collision during conversion: two names become {FieldProblems.Show(key)}",
                    "use conversionStrategy Unicode, or a rewrite");
            }

            converted.Put(key, value.Share());
        }

        return converted;
    }

    public static string Convert(string name, KeyConversion conversion)
    {
        var text = new StringBuilder(name.Length);
        foreach (Rune rune in name.EnumerateRunes())
        {
            _ = Fits(rune) ? text.Append(rune)
                : conversion == KeyConversion.Unicode ? text.Append(CultureInfo.InvariantCulture, $"_U{rune.Value:x4}_")
                : text.Append('_');
        }

        return text.ToString();
    }

    /// <summary>Throws ValueInvalid for a key that does not fit.</summary>
    public static void Require(string key, string subject)
    {
        int length = Encoding.UTF8.GetByteCount(key);
        if (length > Longest)
        {
            throw new SecretsException(
                FailureReason.ValueInvalid, subject, $"key {FieldProblems.Show(key)} has length {length} but max is {Longest}", "rewrite the key");
        }

        foreach (Rune rune in key.EnumerateRunes())
        {
            if (!Fits(rune))
            {
                throw new SecretsException(
                    FailureReason.ValueInvalid,
                    subject,
                    $"key {FieldProblems.Show(key)} has an invalid character, only alphanumeric, '-', '.' and '_' are allowed",
                    "rewrite the key, or leave the rewrites out so that it is converted");
            }
        }
    }

    private static bool Fits(Rune rune) => Rune.IsLetter(rune) || Rune.IsNumber(rune) || rune.Value is '-' or '.' or '_';
}
