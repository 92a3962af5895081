using System.Xml.Linq;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Shared.Secrets;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Secrets;

public sealed class FormKeysTests(PortalPostgres postgres)
{
    private static readonly XNamespace Framework = "http://schemas.asp.net/2015/03/dataProtection";

    [Fact]
    public async Task StoredKeys_HoldTheirSecretUnderTheMasterKey_AndAreSharedByNodes()
    {
        await using var database = await postgres.CloneAsync();
        await using var one = await PortalNode.StartAsync(database);
        await using var other = await PortalNode.StartAsync(database);

        var stored = Assert.Single(await database.ReadAllAsync<string>("SELECT xml FROM app.data_protection_key"));
        Assert.Contains("<encryptedSecret", stored, StringComparison.Ordinal);
        Assert.DoesNotContain("<masterKey", stored, StringComparison.Ordinal);
        Assert.Equal("secret", Protector(other).Unprotect(Protector(one).Protect("secret")));
    }

    [Fact]
    public async Task KeyStoredInTheOpen_StillOpensWhatItClosed_AndIsEncryptedByTheNextStart()
    {
        await using var database = await postgres.CloneAsync();
        string before;
        await using (var node = await PortalNode.StartAsync(database))
        {
            before = Protector(node).Protect("secret");
            // As installations stored it before there was a master key.
            var stored = XElement.Parse(await database.ReadAsync<string>("SELECT xml FROM app.data_protection_key"));
            var secret = stored.Descendants(Framework + "encryptedSecret").Single();
            var open = new FormKeyDecryptor(node.Services).Decrypt(secret.Elements().Single());
            Assert.Equal("true", (string?)open.Attribute(Framework + "requiresEncryption"));
            secret.ReplaceWith(open);
            await database.ExecuteAsync("UPDATE app.data_protection_key SET xml = $1", stored.ToString(SaveOptions.DisableFormatting));
        }

        await using var next = await PortalNode.StartAsync(database);

        Assert.Equal("secret", Protector(next).Unprotect(before));
        Assert.DoesNotContain("<masterKey", await database.ReadAsync<string>("SELECT xml FROM app.data_protection_key"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task KeyUnderAnOlderMasterKey_IsBroughtUnderTheCurrentOne()
    {
        await using var database = await postgres.CloneAsync();
        string before;
        await using (var node = await PortalNode.StartAsync(database))
        {
            before = Protector(node).Protect("secret");
        }

        const string Newer = "newer=//////////////////////////////////////////8=";
        await using (var node = await PortalNode.StartAsync(database, configure: services => services.AddSingleton(MasterKeys.Of(Newer, PortalNode.MasterKey))))
        {
            Assert.Equal("secret", Protector(node).Unprotect(before));
            await node.Services.GetRequiredService<KeyCommands>().RunAsync(["rewrap"], TestContext.Current.CancellationToken);
        }

        // The old master key may be taken away now.
        await using var next = await PortalNode.StartAsync(database, configure: services => services.AddSingleton(MasterKeys.Of(Newer)));
        Assert.Equal("secret", Protector(next).Unprotect(before));
    }

    private static IDataProtector Protector(PortalNode node) => node.Services.GetDataProtector("test");
}
