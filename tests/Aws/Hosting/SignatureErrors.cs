using CsiSecrets.Tests.Aws.Signing;
using CsiSecrets.Tests.Aws.Wire;

namespace CsiSecrets.Tests.Aws.Hosting;

/// <summary>How each protocol names a refused signature: JSON services with HTTP 400, STS with 403.</summary>
internal static class SignatureErrors
{
    public static AwsException For(SignatureException e, WireProtocol protocol) => protocol == WireProtocol.Query
        ? new AwsException(
            e.Problem switch
            {
                SignatureProblem.Missing => "MissingAuthenticationToken",
                SignatureProblem.Incomplete => "IncompleteSignature",
                SignatureProblem.UnknownKey => "InvalidClientTokenId",
                SignatureProblem.Expired => "ExpiredToken",
                _ => "SignatureDoesNotMatch",
            },
            e.Message,
            e.Problem == SignatureProblem.Incomplete ? 400 : 403)
        : new AwsException(
            e.Problem switch
            {
                SignatureProblem.Missing => "MissingAuthenticationTokenException",
                SignatureProblem.Incomplete => "IncompleteSignatureException",
                SignatureProblem.UnknownKey => "UnrecognizedClientException",
                SignatureProblem.Expired => "ExpiredTokenException",
                _ => "InvalidSignatureException",
            },
            e.Message);
}
