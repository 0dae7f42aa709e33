namespace CsiSecrets.Tests.Harness;

/// <summary>Makes the ServiceAccount tokens of pods.</summary>
internal interface ITokenSource
{
    string Token(PodUnderTest pod, string audience, DateTimeOffset expires);
}
