using Microsoft.Extensions.Logging.Console;

namespace CsiSecrets.Hosting;

/// <summary>Where log lines go: standard error, one line each, plain or JSON.</summary>
internal static class Logs
{
    public static void Configure(ILoggingBuilder logging, LogLevel least, bool json)
    {
        if (least == LogLevel.None)
        {
            return; // the local mode's console says the same in fewer words
        }

        logging.SetMinimumLevel(least);
        // The web server's own lines repeat, for each call, what ours say once; its gRPC lines could carry a status text twice.
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("Grpc", LogLevel.Critical);
        // A start that fails is told in one line by the command.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        if (json)
        {
            logging.AddJsonConsole(format => format.TimestampFormat = "O");
        }
        else
        {
            logging.AddSimpleConsole(format =>
            {
                format.SingleLine = true;
                format.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
                format.UseUtcTimestamp = true;
                format.ColorBehavior = LoggerColorBehavior.Disabled;
            });
        }
    }
}
