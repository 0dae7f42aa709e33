using System.Globalization;
using System.Xml.Linq;
using CsiSecrets.Tests.Aws.Iam;

namespace CsiSecrets.Tests.Aws.Sts;

/// <summary>The XML of the Query protocol.</summary>
internal static class StsAnswer
{
    private static readonly XNamespace Xml = "https://sts.amazonaws.com/doc/2011-06-15/";

    public static string Result(string operation, string requestId, params XElement[] members) => new XElement(
        Xml + (operation + "Response"),
        new XElement(Xml + (operation + "Result"), [.. members.Select(Qualified)]),
        new XElement(Xml + "ResponseMetadata", new XElement(Xml + "RequestId", requestId))).ToString(SaveOptions.DisableFormatting);

    public static string Error(string code, string? message, int status, string requestId) => new XElement(
        Xml + "ErrorResponse",
        new XElement(
            Xml + "Error",
            new XElement(Xml + "Type", status < 500 ? "Sender" : "Receiver"),
            new XElement(Xml + "Code", code),
            new XElement(Xml + "Message", message)),
        new XElement(Xml + "RequestId", requestId)).ToString(SaveOptions.DisableFormatting);

    public static XElement Credentials(AccessKey key) => new(
        "Credentials",
        new XElement("AccessKeyId", key.Id),
        new XElement("SecretAccessKey", key.Secret),
        new XElement("SessionToken", key.Token),
        new XElement("Expiration", key.Expires!.Value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)));

    public static XElement AssumedRole(AccessKey key) => new(
        "AssumedRoleUser", new XElement("AssumedRoleId", key.Owner.UserId), new XElement("Arn", key.Owner.Arn));

    private static XElement Qualified(XElement element) =>
        new(Xml + element.Name.LocalName, element.HasElements ? element.Elements().Select(Qualified) : element.Value);
}
