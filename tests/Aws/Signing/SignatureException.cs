namespace CsiSecrets.Tests.Aws.Signing;

/// <summary>Why a signature was refused; each service words it with an error code of its own.</summary>
internal enum SignatureProblem
{
    Missing,
    Incomplete,
    UnknownKey,
    Mismatch,
    Expired,
}

/// <summary>A refused signature, in AWS's words.</summary>
internal sealed class SignatureException(SignatureProblem problem, string message) : Exception(message)
{
    public SignatureProblem Problem { get; } = problem;
}
