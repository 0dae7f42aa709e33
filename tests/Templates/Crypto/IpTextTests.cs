using System.Net;
using CsiSecrets.Templates.Crypto;

namespace CsiSecrets.Tests.Templates.Crypto;

public sealed class IpTextTests
{
    [Theory]
    [InlineData("::", "::")]
    [InlineData("::1", "::1")]
    [InlineData("1::", "1::")]
    [InlineData("2001:db8:0:1:0:0:0:1", "2001:db8:0:1::1")]
    [InlineData("2001:0:0:1:0:0:1:1", "2001::1:0:0:1:1")]
    [InlineData("1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7")]
    [InlineData("::1.2.3.4", "::102:304")]
    [InlineData("::ffff:1.2.3.4", "1.2.3.4")]
    [InlineData("10.0.0.1", "10.0.0.1")]
    public void Format_Address_IsAsGoWritesIt(string address, string expected) =>
        Assert.Equal(expected, IpText.Format(IPAddress.Parse(address).GetAddressBytes()));
}
