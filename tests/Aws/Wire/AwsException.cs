namespace CsiSecrets.Tests.Aws.Wire;

/// <summary>An error that a service answers with. Message null: the service sends the name alone (SSM does for some).</summary>
internal sealed class AwsException(string code, string? message, int status = 400) : Exception(message)
{
    public string Code { get; } = code;

    public string? Text { get; } = message;

    public int Status { get; } = status;

    /// <summary>A broken constraint, as the request validation in front of every service words it.</summary>
    public static AwsException Constraint(string value, string member, string rule) => new(
        "ValidationException",
        $"1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: Member must {rule}");

    public static AwsException InvalidParameter(string message) => new("InvalidParameterException", message);

    public static AwsException InvalidRequest(string message) => new("InvalidRequestException", message);

    public static AwsException NotFound(string message) => new("ResourceNotFoundException", message);
}
