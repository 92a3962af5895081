using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Secrets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;

namespace ClinicPortal.IntegrationTests.Secrets;

public sealed class MasterKeysTests : IDisposable
{
    private const string First = "a=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    private const string Second = "b=//////////////////////////////////////////8=";

    private readonly string directory = Directory.CreateTempSubdirectory("portal-keys-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public void Resolve_OutsideDatabaseWithoutAKey_IsRefusedInProduction_SayingWhatToConfigure()
    {
        var refusal = Assert.Throws<PortalDatabaseException>(() => Resolve(Environments.Production, ownDatabase: false));

        Assert.Contains("Encryption:MasterKeys is not configured", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(directory));
    }

    [Fact]
    public void Resolve_OwnDatabaseWithoutAKey_MakesOne_WhichOnlyItsOwnerMayRead_AndFindsItAgain()
    {
        var made = Resolve(Environments.Production, ownDatabase: true).Derive("x");

        var file = Path.Combine(directory, "master-keys");
        Assert.Equal([file], Directory.GetFileSystemEntries(directory));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
        Assert.Equal(made.Bytes, Resolve(Environments.Production, ownDatabase: true).Derive("x").Bytes);
    }

    [Fact]
    public async Task Resolve_ByManyAtOnce_AgreesOnOneKey()
    {
        var keys = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Resolve(Environments.Development, ownDatabase: false).Derive("x"))));

        Assert.Single(keys.Select(key => Convert.ToHexString(key.Bytes)).Distinct());
    }

    [Fact]
    public void Derive_TakesTheFirstKey_KeepsPurposesApart_AndStillKnowsTheOlderKey()
    {
        var keys = Resolve(Environments.Production, false, ("Encryption:MasterKeys:0", Second), ("Encryption:MasterKeys:1", First));

        Assert.Equal("b", keys.Derive("x").MasterKeyId);
        Assert.NotEqual(keys.Derive("x").Bytes, keys.Derive("y").Bytes);
        Assert.Equal(MasterKeys.Of(First).Derive("x").Bytes, keys.Derive("x", "a").Bytes);
        Assert.Contains("\"c\"", Assert.Throws<UnknownMasterKeyException>(() => keys.Derive("x", "c")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Resolve_OneValueWithAllKeys_IsAListToo()
    {
        var keys = Resolve(Environments.Production, false, ("Encryption:MasterKeys", $"{First}, {Second}"));

        Assert.Equal("a", keys.CurrentId);
        Assert.Equal("b", keys.Derive("x", "b").MasterKeyId);
    }

    [Theory]
    [InlineData("a=AAEC")]
    [InlineData("a=not base64")]
    [InlineData("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")]
    [InlineData("A b=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")]
    [InlineData(First + "," + First)]
    public void Resolve_WhatIsNoKey_IsRefused_WithoutRepeatingIt(string written)
    {
        var refusal = Assert.Throws<PortalDatabaseException>(() => Resolve(Environments.Production, true, ("Encryption:MasterKeys", written)));

        Assert.DoesNotContain("AAE", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(directory));
    }

    private MasterKeys Resolve(string environment, bool ownDatabase, params (string Name, string Value)[] settings) => MasterKeys.Resolve(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Append(("DataDirectory", directory)).ToDictionary(s => s.Item1, s => (string?)s.Item2)).Build(),
        new HostingEnvironment { EnvironmentName = environment, ContentRootPath = directory }, ownDatabase);
}
