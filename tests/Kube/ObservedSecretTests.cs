using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using CsiSecrets.Kube.Secrets;
using CsiSecrets.Model;

namespace CsiSecrets.Tests.Kube;

/// <summary>What is kept of a Secret.</summary>
public sealed class ObservedSecretTests
{
    private const string Whole = """
        {"apiVersion":"v1","kind":"Secret","metadata":{"name":"s","namespace":"n","uid":"u","resourceVersion":"7",
         "labels":{"reconcile.external-secrets.io/managed":"true","b":"2","a":"1"},
         "annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{\"data\":{\"foo\":\"dmFsdWUx\"}}","x":"y"},
         "finalizers":["example.com/f"],
         "ownerReferences":[{"apiVersion":"external-secrets.io/v1","kind":"ExternalSecret","name":"db","uid":"o","controller":true}],
         "managedFields":[
          {"manager":"external-secrets","operation":"Apply","apiVersion":"v1","time":"2026-01-01T00:00:00Z","fieldsType":"FieldsV1","fieldsV1":
           {"f:data":{"f:foo":{}},"f:immutable":{},"f:metadata":{"f:labels":{"f:a":{}},"f:annotations":{".":{},"f:x":{}},
            "f:finalizers":{".":{},"v:\"example.com/f\"":{}},
            "f:ownerReferences":{"k:{\"uid\":\"o\"}":{".":{},"f:name":{}}}},"f:type":{}}},
          {"manager":"kubectl-edit","operation":"Update","fieldsV1":{"f:data":{".":{},"f:bar":{}}}}]},
         "immutable":true,"type":"kubernetes.io/tls","data":{"foo":"dmFsdWUx","bar":"dmFsdWUy","none":""}}
        """;

    [Fact]
    public void Read_EverythingButValues_IsKept()
    {
        ObservedSecret seen = Read(Whole);

        Assert.Equal(("n/s", "u", "7"), (seen.Key.ToString(), seen.Metadata.Uid, seen.Metadata.ResourceVersion));
        Assert.Equal(("kubernetes.io/tls", true), (seen.Type, seen.Immutable));
        Assert.Equal(["a=1", "b=2", "reconcile.external-secrets.io/managed=true"], seen.Metadata.Labels!.Select(static l => $"{l.Key}={l.Value}"));
        Assert.Equal("db", seen.Controller!.Name);
        Assert.Equal(["bar", "foo", "none"], seen.Data.Keys);
        Assert.Equal(ValueHash.Of("value1"u8), seen.Data.Find("foo"));
        Assert.NotEqual(seen.Data.Find("foo"), seen.Data.Find("bar"));
        Assert.Equal(0, seen.Data.Find("none")!.Value.Length);
        Assert.Null(seen.Data.Find("other"));
        FieldOwner ours = seen.AppliedBy("external-secrets")!;
        Assert.Equal(["foo"], ours.DataKeys);
        Assert.Equal(["a"], ours.Labels);
        Assert.Equal(["x"], ours.Annotations);
        Assert.Equal(["example.com/f"], ours.Finalizers);
        Assert.Equal(["o"], ours.OwnerUids);
        Assert.Equal(("kubectl-edit", "Update", "bar"), (seen.Owners[1].Manager, seen.Owners[1].Operation, seen.Owners[1].DataKeys.Single()));
        Assert.Null(seen.AppliedBy("kubectl-edit"));
    }

    [Fact]
    public void Read_KubectlsCopyOfTheManifest_IsNotKept() =>
        Assert.Equal(["x"], Read(Whole).Metadata.Annotations!.Keys);

    [Fact]
    public void Read_InPieces_IsTheSame()
    {
        byte[] bytes = Encoding.UTF8.GetBytes(Whole);
        Piece first = new(bytes.AsMemory(0, 1));
        Piece last = first;
        for (int n = 1; n < bytes.Length; n++)
        {
            last = last.Then(bytes.AsMemory(n, 1));
        }

        var reader = new Utf8JsonReader(new ReadOnlySequence<byte>(first, 0, last, 1));
        ObservedSecret seen = JsonSerializer.Deserialize(ref reader, SecretTypes.Observed.Json)!;

        Assert.Equal(Read(Whole).Data.PeerHash, seen.Data.PeerHash);
        Assert.Equal(Read(Whole).Owners[0].DataKeys, seen.Owners[0].DataKeys);
        Assert.Equal(Read(Whole).Metadata.Labels, seen.Metadata.Labels);
    }

    [Theory]
    [InlineData("""{"foo":"dmFsdWUx","bar":"dmFsdWUy"}""", "1bed8bcbcb4547ffe19a19cd47d9078e84aa6598266d86b99f992d64")]
    [InlineData("{}", "74a974446e359fb3e6baff9bd0058950e6edd0f040888d9989b0a11b")]
    public void PeersHash_OfWhatIsRead_IsThePeers(string data, string hash)
    {
        string text = "{\"metadata\":{\"name\":\"s\"},\"data\":" + data + "}";
        using LiveSecret live = JsonSerializer.Deserialize(text, SecretTypes.Live.Json)!;

        Assert.Equal(hash, Read(text).Data.PeerHash);
        Assert.Equal(hash, live.Observed.Data.PeerHash);
        Assert.Equal(hash, PeerHash.OfData(live.Values));
    }

    [Fact]
    public void PeersHash_OfALargeBinaryValue_IsThatOfThePrintedBytes()
    {
        byte[] value = [.. Enumerable.Range(0, 70_000).Select(static n => (byte)(n % 256))];
        using var data = new SecretSet();
        data.Put("k", SecretBytes.Copy(value));

        string printed = $"map[k:[{string.Join(' ', value.Select(static b => b.ToString(CultureInfo.InvariantCulture)))}]]";

        Assert.Equal(PeerHash.OfText(printed), PeerHash.OfData(data));
    }

    [Fact]
    public void NotBase64_IsRefusedWithoutTheText()
    {
        JsonException e = Assert.ThrowsAny<JsonException>(() => Read("""{"data":{"a":"marker!"}}"""));

        Assert.DoesNotContain("marker", e.Message, StringComparison.Ordinal);
    }

    private static ObservedSecret Read(string json) => JsonSerializer.Deserialize(json, SecretTypes.Observed.Json)!;

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory) => Memory = memory;

        public Piece Then(ReadOnlyMemory<byte> memory)
        {
            var next = new Piece(memory) { RunningIndex = RunningIndex + Memory.Length };
            Next = next;
            return next;
        }
    }
}
