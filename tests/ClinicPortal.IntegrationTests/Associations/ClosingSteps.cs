using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ClinicPortal.IntegrationTests.Infrastructure;
using ClinicPortal.Shared.Audit;
using ClinicPortal.Shared.Tenancy;
using Microsoft.Extensions.DependencyInjection;

namespace ClinicPortal.IntegrationTests.Associations;

/// <summary>Closes Setagaya as its people do: the operator announces the day, the secretariat takes everything over.</summary>
internal sealed class ClosingSteps(PortalFixture portal)
{
    public const string Host = "setagaya.localhost";

    public static readonly Guid Setagaya = StableId.Of("tenant", "setagaya");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async Task AnnounceAsync(DateOnly lastDay)
    {
        using var guide = await GuidedOpening.SignInAsync(portal.Node);
        var path = $"{GuidedOpening.Path("setagaya")}/closing";
        GuidedOpening.Saved(await guide.PostAsync(path, path, ("closesOn", $"{lastDay:yyyy-MM-dd}"), ("confirm", "setagaya")));
        await portal.Node.Services.GetRequiredService<TenantDirectory>().LoadAsync(Cancellation);
    }

    public async Task<ZipArchive> TakeOverAsync()
    {
        using var secretariat = await Browser.SignInAsync(portal.Node, "secretariat@setagaya.example", Host);
        return await DownloadAsync(secretariat, await ConfirmAsync(secretariat));
    }

    /// <summary>What is on the access log is in its chain, and no later entry is under way.</summary>
    public async Task LinkAllAsync()
    {
        while (await portal.Database.ReadAsync<bool>("SELECT EXISTS (SELECT FROM app.audit_unlinked)"))
        {
            await portal.Node.Services.GetRequiredService<AuditLinker>().LinkAsync(Cancellation);
        }
    }

    /// <summary>Confirms the hand-over and gives the link that the page then shows.</summary>
    public async Task<string> ConfirmAsync(Browser secretariat)
    {
        var confirmed = await secretariat.PostAsync(await secretariat.OpenAsync(portal.Node.Url("/closing", Host)), "/closing", ("understood", "true"), ("confirm", "setagaya"));
        GuidedOpening.Saved(confirmed);
        var ready = await secretariat.OpenAsync(confirmed.Location!);
        return Assert.Single(ready.Document.All.Select(e => e.GetAttribute("href")).OfType<string>().Where(href => href.EndsWith("/handover.zip", StringComparison.Ordinal)).Distinct());
    }

    public async Task<ZipArchive> DownloadAsync(Browser secretariat, string link)
    {
        using var client = portal.Node.Client(Host);
        client.DefaultRequestHeaders.Add("Cookie", $"__Host-session={secretariat.Cookie(Host, "__Host-session")}");
        return new ZipArchive(new MemoryStream(await client.GetByteArrayAsync(link, Cancellation)));
    }

    /// <returns>By path the rows that the manifest says.</returns>
    public static Dictionary<string, long?> CheckManifest(ZipArchive zip)
    {
        using var manifest = JsonDocument.Parse(Text(zip, "manifest.json"));
        var listed = manifest.RootElement.GetProperty("files").EnumerateArray().ToDictionary(f => f.GetProperty("path").GetString()!);
        Assert.Equal(zip.Entries.Select(e => e.FullName).Where(n => n != "manifest.json").Order(), listed.Keys.Order());
        foreach (var (path, file) in listed)
        {
            using var content = zip.GetEntry(path)!.Open();
            using var bytes = new MemoryStream();
            content.CopyTo(bytes);
            Assert.Equal(bytes.Length, file.GetProperty("bytes").GetInt64());
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes.ToArray())), file.GetProperty("sha256").GetString());
        }
        return listed.ToDictionary(f => f.Key, f => f.Value.GetProperty("rows") is { ValueKind: JsonValueKind.Number } rows ? rows.GetInt64() : (long?)null);
    }

    public static string Text(ZipArchive zip, string path)
    {
        using var reader = new StreamReader(zip.GetEntry(path)!.Open(), Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
