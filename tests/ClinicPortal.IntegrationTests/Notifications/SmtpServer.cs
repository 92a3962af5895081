using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using ClinicPortal.Modules.Notifications;
using ClinicPortal.Modules.Notifications.Adapters;
using ClinicPortal.Modules.Notifications.Contracts;
using Microsoft.Extensions.Options;
using MimeKit;

namespace ClinicPortal.IntegrationTests.Notifications;

/// <summary>What a mail server took over.</summary>
public sealed record TakenMail(string From, IReadOnlyList<string> To, bool IsSecure, string? User, byte[] Raw)
{
    public MimeMessage Message { get; } = MimeMessage.Load(new MemoryStream(Raw));

    public string Text => Message.TextBody?.ReplaceLineEndings("\n") ?? "";
}

/// <summary>A mail server of npm's <c>smtp-server</c>, on this machine and on a port of its own.</summary>
public sealed class SmtpServer : IAsyncDisposable
{
    private static readonly SemaphoreSlim Installing = new(1);

    private readonly Process process;

    private SmtpServer(Process process, int port) => (this.process, Port) = (process, port);

    public int Port { get; }

    /// <param name="refusals">How many recipients are put off with 451 before one is taken.</param>
    public static async Task<SmtpServer> StartAsync(
        bool startTls = false, (string Key, string Certificate) identity = default, string? user = null, string? password = null, int refusals = 0)
    {
        var folder = await InstallAsync();
        var process = Process.Start(new ProcessStartInfo("node", "smtp.mjs")
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            Environment =
            {
                ["SMTP"] = JsonSerializer.Serialize(new { startTls, key = identity.Key, certificate = identity.Certificate, user, password, refusals }),
            },
        })!;
        var first = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        return new SmtpServer(process, JsonDocument.Parse(first!).RootElement.GetProperty("port").GetInt32());
    }

    /// <summary>A certificate of nobody's making but its own, for <c>127.0.0.1</c>.</summary>
    public static (string Key, string Certificate) MakeIdentity()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=mail.test", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        return (key.ExportPkcs8PrivateKeyPem(), certificate.ExportCertificatePem());
    }

    /// <summary>What a portal sends its mails by to reach this server, where it asks for neither encryption nor name.</summary>
    public IMailGateway Gateway(TimeProvider clock) => new SmtpMail(
        Options.Create(new MailOptions { Host = "127.0.0.1", Port = Port, Tls = MailTls.None, From = "portal@clinicportal.example" }), clock);

    /// <summary>Waits for the next mail that is taken over.</summary>
    public async Task<TakenMail> NextAsync()
    {
        var line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
        var mail = JsonDocument.Parse(line!).RootElement;
        return new TakenMail(
            mail.GetProperty("from").GetString()!, [.. mail.GetProperty("to").EnumerateArray().Select(a => a.GetString()!)],
            mail.GetProperty("secure").GetBoolean(), mail.GetProperty("user").GetString(), mail.GetProperty("raw").GetBytesFromBase64());
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }

    /// <summary>The server's package beside its script, in the folder of the test's binaries, once.</summary>
    private static async Task<string> InstallAsync()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "Notifications");
        await Installing.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (!File.Exists(Path.Combine(folder, "node_modules", ".package-lock.json")))
            {
                using var npm = Process.Start(new ProcessStartInfo("npm", "ci --no-audit --no-fund --ignore-scripts") { WorkingDirectory = folder })!;
                await npm.WaitForExitAsync(TestContext.Current.CancellationToken);
                Assert.Equal(0, npm.ExitCode);
            }
        }
        finally
        {
            Installing.Release();
        }
        return folder;
    }
}
