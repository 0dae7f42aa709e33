namespace CsiSecrets.Model;

/// <summary>Why no connection came about. The runtime's own sentence stops at "see inner exception".</summary>
internal static class ConnectionFailure
{
    public static string Why(Exception e) => e is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError }
        ? "no TLS connection: " + Innermost(e).Message.TrimEnd('.')
        : e.Message.TrimEnd('.');

    public static bool IsTls(Exception e) => e is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError };

    private static Exception Innermost(Exception e)
    {
        while (e.InnerException is { } inner)
        {
            e = inner;
        }

        return e;
    }
}
