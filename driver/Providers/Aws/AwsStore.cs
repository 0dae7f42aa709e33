namespace CsiSecrets.Providers.Aws;

/// <summary>Which of AWS's two stores holds an object.</summary>
internal enum AwsStore
{
    SecretsManager,
    ParameterStore,
}
