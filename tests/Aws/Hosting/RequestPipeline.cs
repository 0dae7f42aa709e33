using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsiSecrets.Tests.Aws.Faults;
using CsiSecrets.Tests.Aws.Signing;
using CsiSecrets.Tests.Aws.Sts;
using CsiSecrets.Tests.Aws.Wire;

namespace CsiSecrets.Tests.Aws.Hosting;

/// <summary>
/// One request to AWS: 1. which protocol and operation, 2. who signed it, 3. a fault in its way, 4. the operation, 5. the answer, logged.
/// </summary>
internal sealed class RequestPipeline(EndpointState state)
{
    public async Task HandleAsync(HttpContext http, CancellationToken ct)
    {
        var message = await SignedMessage.ReadAsync(http, ct);
        var exchange = new Exchange(message, Guid.NewGuid().ToString());
        var form = (StsForm?)null;
        try
        {
            if (message.Path == "/v1/credentials")
            {
                RunAgent(exchange);
            }
            else if (message.Header("X-Amz-Target") is { } target)
            {
                RunJson(exchange, target);
            }
            else if ((form = StsForm.Read(message)) is not null)
            {
                exchange.Protocol = WireProtocol.Query;
                RunSts(exchange, form);
            }
            else
            {
                throw new AwsException("UnknownOperationException", null, 404);
            }
        }
        catch (SignatureException e)
        {
            exchange.Fail(SignatureErrors.For(e, exchange.Protocol));
        }
        catch (AwsException e)
        {
            exchange.Fail(e);
        }

        state.Calls.Add(exchange.Record(state.Time.GetUtcNow(), http.Request.Host.Value, http.Connection.RemoteIpAddress?.ToString()));
        await Answering.SendAsync(http, exchange, state.Faults.Held, ct);
    }

    private void RunJson(Exchange exchange, string target)
    {
        var parts = target.Split('.', 2);
        var service = parts[0] switch
        {
            "secretsmanager" => (JsonService)state.SecretsManager,
            "AmazonSSM" => state.Ssm,
            _ => throw new AwsException("UnknownOperationException", null),
        };
        (exchange.Service, exchange.Operation) = (service.Name, parts.Length == 2 ? parts[1] : "");
        Authenticate(exchange, service.Name);
        if (!service.Knows(exchange.Operation))
        {
            throw new AwsException("UnknownOperationException", null);
        }

        var call = new Call(service.Name, exchange.Operation, exchange.Region, exchange.Caller, Body(exchange.Message));
        exchange.Objects = service.Objects(call);
        Interrupt(exchange, service.InternalError);
        exchange.Body = service.Run(call).ToJsonString();
    }

    private void RunSts(Exchange exchange, StsForm form)
    {
        (exchange.Service, exchange.Operation) = ("sts", form.Operation);
        if (!StsService.Knows(form.Operation))
        {
            throw new AwsException("InvalidAction", $"Could not find operation {form.Operation} for version {form["Version"] ?? "NO_VERSION_SPECIFIED"}");
        }

        if (StsService.Signed(form.Operation))
        {
            Authenticate(exchange, "sts");
        }

        exchange.Objects = form["RoleArn"] is { } role ? [role] : [];
        exchange.SessionName = form["RoleSessionName"];
        exchange.Pod = form["WebIdentityToken"] is { } token ? WebIdentity.PodOf(token) : null;
        Interrupt(exchange, "InternalFailure");
        exchange.Body = state.Sts.Run(form, exchange.Caller, exchange.RequestId);
    }

    private void RunAgent(Exchange exchange)
    {
        (exchange.Protocol, exchange.Service, exchange.Operation) = (WireProtocol.Agent, "pod-identity-agent", "GetCredentials");
        Interrupt(exchange, "InternalServerException");
        var (answer, key) = state.PodIdentity.Exchange(exchange.Message.Header("Authorization"));
        exchange.Caller = key.Owner;
        exchange.Body = answer.ToJsonString();
    }

    private void Authenticate(Exchange exchange, string service)
    {
        var claim = SignatureParser.Parse(exchange.Message) ?? throw new SignatureException(SignatureProblem.Missing, "Missing Authentication Token");
        exchange.Region = claim.Region;
        var key = state.Credentials.Find(claim.AccessKeyId);
        if (key is null || key.Token != claim.SessionToken)
        {
            throw new SignatureException(SignatureProblem.UnknownKey, "The security token included in the request is invalid.");
        }

        exchange.Caller = key.Owner;
        SignatureVerifier.Verify(exchange.Message, claim, key.Secret, service, state.Time.GetUtcNow());
        if (key.Expires <= state.Time.GetUtcNow())
        {
            throw new SignatureException(SignatureProblem.Expired, "The security token included in the request is expired");
        }

        // A role's policies count as they are now, not as they were when the session began.
        if (key.Owner.RoleArn is { } arn && state.Roles.Find(arn) is { } role)
        {
            exchange.Caller = key.Owner with { Policies = role.Policies };
        }
    }

    private void Interrupt(Exchange exchange, string internalError)
    {
        exchange.Fault = state.Faults.Next(exchange.Operation, exchange.Caller.Arn, exchange.Region, exchange.Objects);
        if (exchange.Fault?.Instead(internalError) is { } error)
        {
            throw error;
        }

        if (exchange.Fault is { Kind: FaultKind.Status } fault)
        {
            exchange.Plain(fault.Status, "<html><body>service unavailable</body></html>");
            throw new AwsException($"HTTP{fault.Status}", null, fault.Status);
        }
    }

    private static JsonObject Body(SignedMessage message)
    {
        try
        {
            return message.Body.Length == 0 ? [] : JsonNode.Parse(Encoding.UTF8.GetString(message.Body)) as JsonObject
                ?? throw new AwsException("SerializationException", null);
        }
        catch (JsonException)
        {
            throw new AwsException("SerializationException", null);
        }
    }
}
