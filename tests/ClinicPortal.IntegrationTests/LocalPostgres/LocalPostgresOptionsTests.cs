using ClinicPortal.Shared.Data.LocalPostgres;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;

namespace ClinicPortal.IntegrationTests.LocalPostgres;

public sealed class LocalPostgresOptionsTests : IDisposable
{
    private readonly DirectoryInfo _checkout = Directory.CreateTempSubdirectory("portal-checkout-");

    [Fact]
    public void DataDirectory_WhenConfigured_IsThat()
    {
        var configured = Path.Combine(_checkout.FullName, "elsewhere");

        Assert.Equal(configured, From(new() { ["DataDirectory"] = configured }).DataDirectory);
    }

    [Fact]
    public void DataDirectory_OfAnOpenCheckout_IsAtItsRoot()
    {
        Open(_checkout);

        Assert.Equal(Path.Combine(_checkout.FullName, ".data"), From([]).DataDirectory);
    }

    [Fact]
    public void DataDirectory_OfACheckoutBelowRootsClosedHome_IsWhereTheServersAccountCanGo()
    {
        Assert.SkipUnless(
            !OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess, "Only root hands the server to another account.");

        Assert.Equal("/var/lib/clinicportal", From([]).DataDirectory);
    }

    public void Dispose() => _checkout.Delete(recursive: true);

    private LocalPostgresOptions From(Dictionary<string, string?> settings)
    {
        File.WriteAllText(Path.Combine(_checkout.FullName, "ClinicPortal.sln"), "");
        var contentRoot = _checkout.CreateSubdirectory("src").CreateSubdirectory("ClinicPortal").FullName;
        var environment = new HostingEnvironment
        {
            ContentRootPath = contentRoot,
            ContentRootFileProvider = new NullFileProvider(),
        };
        return LocalPostgresOptions.From(
            new ConfigurationBuilder().AddInMemoryCollection(settings).Build(), environment);
    }

    // Temporary directories are made for their owner alone.
    private static void Open(DirectoryInfo directory)
    {
        if (!OperatingSystem.IsWindows())
        {
            directory.UnixFileMode |= UnixFileMode.OtherExecute;
        }
    }
}
