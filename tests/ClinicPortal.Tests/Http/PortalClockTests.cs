using ClinicPortal.Shared;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.Tests.Http;

public sealed class PortalClockTests
{
    [Fact]
    public void Now_IsTheSystems_InMicroseconds()
    {
        using var services = new ServiceCollection().AddShared(new ConfigurationBuilder().Build()).BuildServiceProvider();
        var clock = services.GetRequiredService<TimeProvider>();

        Assert.All(Enumerable.Range(0, 100).Select(_ => clock.GetUtcNow()), now => Assert.Equal(0, now.Nanosecond));
    }
}
