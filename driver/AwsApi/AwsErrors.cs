using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml;
using CsiSecrets.Model;

namespace CsiSecrets.AwsApi;

/// <summary>AWS's error answers, in JSON and in XML, and what they mean to us. Pure.</summary>
internal static partial class AwsErrors
{
    private const int MaxMessage = 1024;

    /// <summary>Code and message of an error body; the code is the HTTP status where the body says nothing.</summary>
    public static (string Code, string Message) Read(ReadOnlySpan<byte> body, HttpStatusCode status, string? typeHeader)
    {
        (string? code, string? message) = body.TrimStart(" \r\n\t"u8) is [(byte)'<', ..] ? ReadXml(body) : ReadJson(body);
        code ??= typeHeader;
        if (code is not null)
        {
            // "com.amazonaws.secretsmanager#AccessDeniedException:http://..." is AccessDeniedException.
            code = code[(code.LastIndexOf('#') + 1)..].Split(':')[0];
        }

        return (string.IsNullOrEmpty(code) ? $"HTTP {(int)status}" : Clean(code), Clean(message ?? "no reason given"));
    }

    public static FailureReason ReasonOf(string code, string message, HttpStatusCode status)
    {
        switch (code)
        {
            case "AccessDeniedException" or "AccessDenied" or "UnauthorizedOperation" or "NotAuthorized":
                return FailureReason.AccessDenied;
            case "ExpiredTokenException" or "ExpiredToken" or "InvalidClientTokenId" or "UnrecognizedClientException" or "InvalidIdentityToken"
                or "IncompleteSignature" or "InvalidSignatureException" or "SignatureDoesNotMatch" or "MissingAuthenticationToken"
                or "MissingAuthenticationTokenException" or "IDPRejectedClaim" or "RequestTimeTooSkewed" or "RequestExpired"
                or "OptInRequired" or "InvalidTokenException":
                return FailureReason.Unauthenticated;
            case "ResourceNotFoundException" or "ParameterNotFound" or "ParameterVersionNotFound" or "InvalidResourceId":
                return FailureReason.SecretNotFound;
            case "InvalidRequestException" or "InvalidParameterException"
                when message.Contains("marked for deletion", StringComparison.OrdinalIgnoreCase)
                    || message.Contains("marked deleted", StringComparison.OrdinalIgnoreCase):
                return FailureReason.SecretNotFound;
            case "ThrottlingException" or "Throttling" or "ThrottledException" or "TooManyRequestsException" or "RequestLimitExceeded"
                or "RequestThrottled" or "RequestThrottledException" or "BandwidthLimitExceeded" or "SlowDown" or "PriorRequestNotComplete"
                or "LimitExceededException" or "ProvisionedThroughputExceededException" or "TransactionInProgressException":
                return FailureReason.Throttled;
            case "RequestTimeout" or "RequestTimeoutException":
                return FailureReason.ProviderTimeout;
            case "InternalServiceError" or "InternalServerError" or "InternalFailure" or "ServiceUnavailable" or "IDPCommunicationError"
                or "ServiceUnavailableException":
                return FailureReason.ProviderUnavailable;
        }

        return status switch
        {
            HttpStatusCode.TooManyRequests => FailureReason.Throttled,
            HttpStatusCode.Forbidden => FailureReason.AccessDenied,
            HttpStatusCode.Unauthorized => FailureReason.Unauthenticated,
            >= HttpStatusCode.InternalServerError => FailureReason.ProviderUnavailable,
            _ => FailureReason.ProviderError,
        };
    }

    /// <summary>The signature is wrong because our clock is: the server's Date header can mend it.</summary>
    public static bool IsSkew(string code, string message) =>
        code is "RequestTimeTooSkewed" or "RequestExpired"
        || (code is "InvalidSignatureException" or "SignatureDoesNotMatch"
            && (message.Contains("Signature expired", StringComparison.Ordinal) || message.Contains("Signature not yet current", StringComparison.Ordinal)));

    private static (string? Code, string? Message) ReadJson(ReadOnlySpan<byte> body)
    {
        string? code = null;
        string? message = null;
        try
        {
            var reader = new Utf8JsonReader(body);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return (null, null);
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string name = reader.GetString()!;
                reader.Read();
                if (reader.TokenType == JsonTokenType.String && name is ("__type" or "code" or "Code"))
                {
                    code = reader.GetString();
                }
                else if (reader.TokenType == JsonTokenType.String && name is ("message" or "Message"))
                {
                    message = reader.GetString();
                }
                else
                {
                    reader.Skip();
                }
            }
        }
        catch (JsonException)
        {
        }
        catch (InvalidOperationException)
        {
        }

        return (code, message);
    }

    private static (string? Code, string? Message) ReadXml(ReadOnlySpan<byte> body)
    {
        try
        {
            using var text = new MemoryStream(body.ToArray());
            using var reader = XmlReader.Create(text, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            string? code = null;
            string? message = null;
            while (reader.Read())
            {
                if (reader.NodeType == XmlNodeType.Element && reader.LocalName is ("Code" or "Message"))
                {
                    bool isCode = reader.LocalName == "Code";
                    string value = reader.Read() && reader.NodeType == XmlNodeType.Text ? reader.Value : "";
                    (code, message) = isCode ? (code ?? value, message) : (code, message ?? value);
                }
            }

            return (code, message);
        }
        catch (XmlException)
        {
            return (null, null);
        }
    }

    /// <summary>AWS's text on one line, without credentials, signatures and the id of one request, and not endless.</summary>
    public static string Clean(string text)
    {
        string part = OneRequest().Replace(text.Length <= 16 * MaxMessage ? text : text[..(16 * MaxMessage)], "");
        string clean = Credential().Replace(Token().Replace(part, "(removed)"), "$1=(removed)").ReplaceLineEndings(" ");
        return clean.Length <= MaxMessage ? clean : clean[..MaxMessage] + "...";
    }

    // A proxy may answer with the request, or with what it should have passed on.
    [GeneratedRegex("(Credential|Signature|X-Amz-Security-Token|x-amz-security-token|WebIdentityToken|SecretAccessKey|SessionToken|SecretString|SecretBinary)['\"]?[=:]\\s*['\"]?[^\\s,'\"&]+")]
    private static partial Regex Credential();

    // Of the call to KMS behind the call, and of the Pod Identity agent: another at each try.
    [GeneratedRegex(@"\A\[[0-9A-Za-z-]{8,64}\]: |[;,]? ?Request ?I[Dd]:? ?[0-9A-Za-z-]{8,64}")]
    private static partial Regex OneRequest();

    [GeneratedRegex("eyJ[A-Za-z0-9_-]{6,}(\\.[A-Za-z0-9_-]+)*")]
    private static partial Regex Token();

    /// <summary>Why there is no connection, and what helps where it is a matter of trust.</summary>
    public static string WhyUnreachable(Exception e) => ConnectionFailure.IsTls(e)
        ? ConnectionFailure.Why(e) + " (a private authority is named by AWS_CA_BUNDLE, or by SSL_CERT_FILE where that is not set)"
        : ConnectionFailure.Why(e);
}
